using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using EtcdDefrag.Core.Inspection;
using EtcdDefrag.Core.Text;
using EtcdDefrag.Output.Inspection;
using EtcdDefrag.Output.Metrics;
using EtcdDefrag.Testing;
using Xunit;

namespace EtcdDefrag.Cli.Tests.Inspection;

public sealed class InspectOutputTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);
    private static readonly KeyNames Plain = new(null);
    private static readonly KeyNames Redacted = new([1, 2, 3]);

    public static TheoryData<string> Forms => [.. Rendered.Keys];

    private static Dictionary<string, Func<string>> Rendered { get; } = new()
    {
        ["inspect-simple"] = () => Text(SampleInspection.Of(), Plain, null, framed: false),
        ["inspect-table"] = () => Text(SampleInspection.Of(), Plain, 80, framed: true),
        ["inspect-redacted"] = () => Text(SampleInspection.Of(), Redacted, 100, framed: false),
        ["inspect-prefix"] = () => Text(SampleInspection.Of(Inside), Plain, 100, framed: false, Inside),
        ["inspect-damaged"] = () => Text(SampleInspection.Of(damage: Damage), Plain, 100, framed: false),
        ["inspect-check-only"] = () => new InspectText(SampleInspection.Of(), SampleInspection.Settings(checkOnly: true), Plain, 100, false).Render(),
        ["inspect-json"] = () => InspectJson.Render(SampleInspection.Of(), SampleInspection.Settings(), Plain, At),
        ["inspect-json-damaged"] = () => InspectJson.Render(SampleInspection.Of(damage: Damage), SampleInspection.Settings(), Plain, At),
        ["inspect-json-check-only"] = () => InspectJson.Render(SampleInspection.Of(), SampleInspection.Settings(checkOnly: true), Plain, At),
        ["inspect-csv"] = () => InspectCsv.Render(SampleInspection.Of(), SampleInspection.Options, Plain),
        ["inspect-metrics"] = () => InspectMetrics.Render(SampleInspection.Of(), Plain, At),
        ["inspect-svg"] = Svg,
    };

    private static InspectOptions Inside { get; } = SampleInspection.Options with { Prefix = "/registry/pods/"u8.ToArray(), Order = PrefixOrder.Keys, Top = 3, TopKeys = 3 };

    [Theory]
    [MemberData(nameof(Forms))]
    public void The_output_is_the_golden_one(string form) => Golden.Match(Rendered[form](), form);

    [Theory]
    [MemberData(nameof(Forms))]
    public void No_key_steers_a_terminal_and_no_secret_is_shown(string form)
    {
        var text = Rendered[form]();

        Assert.DoesNotContain(text, c => Printable.Steers(c) && c != '\n');
        Assert.DoesNotContain("secret-", text, StringComparison.Ordinal);
        Assert.DoesNotContain("vvv", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("inspect-json")]
    [InlineData("inspect-json-damaged")]
    [InlineData("inspect-json-check-only")]
    public void Json_is_as_the_schema_says(string form)
    {
        var text = Rendered[form]();

        Assert.True(InspectSchema.Allows(text), text);
        var planted = JsonNode.Parse(text)!;
        planted["file"]!["planted"] = 1;
        Assert.False(InspectSchema.Allows(planted.ToJsonString()));
    }

    [Fact]
    public void Keys_in_json_stand_for_the_same_bytes()
    {
        var options = SampleInspection.Options with { TopKeys = 1000 };
        var json = JsonNode.Parse(InspectJson.Render(SampleInspection.Of(options), SampleInspection.Settings(options), Plain, At))!;
        var keys = json["largest"]!.AsArray().Select(key => Convert.ToHexString(Core.Bolt.KeyText.Parse(key!["key"]!.GetValue<string>())));

        Assert.Superset(SampleInspection.HostileKeys.Select(Convert.ToHexString).ToHashSet(), keys.ToHashSet());
    }

    [Fact]
    public void Every_line_of_the_csv_has_the_same_cells()
    {
        var options = SampleInspection.Options with { Depth = 16, Top = 0 };
        var lines = InspectCsv.Render(SampleInspection.Of(options), options, Plain).TrimEnd('\n').Split('\n');

        Assert.All(lines[1..], line => Assert.Matches("""^"[^"]*",(true|false)(,[0-9.]+){7}$""", line));
        Assert.DoesNotContain(lines, line => line.StartsWith("\"=", StringComparison.Ordinal));
    }

    [Fact]
    public void The_picture_is_well_formed_and_has_a_tooltip_for_each_rectangle_and_no_script()
    {
        var picture = XDocument.Parse(Svg()).Root!;

        Assert.DoesNotContain(picture.Descendants(), element => element.Name.LocalName is "script" or "foreignObject" or "a" or "image");
        Assert.DoesNotContain(picture.Descendants().Attributes(), attribute => attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
        var cells = picture.Descendants().Where(element => (string?)element.Attribute("class") == "cell").ToArray();
        Assert.True(cells.Length > 10);
        Assert.All(cells, cell => Assert.Matches("(?s).+keys.+old revisions.+% of all", cell.Parent!.Elements().First(element => element.Name.LocalName == "title").Value));
        Assert.Contains(picture.Descendants(), element => element.Name.LocalName == "text" && element.Value.Contains("/registry/secrets/", StringComparison.Ordinal));
    }

    [Fact]
    public void Rectangles_lie_within_the_picture_and_do_not_overlap_and_are_as_large_as_the_bytes()
    {
        double[] sizes = [500, 300, 100, 60, 30, 5, 4, 1];
        var squares = Squares.Lay(new Square(10, 20, 600, 400), sizes);

        Assert.All(squares.Zip(sizes), one => Assert.Equal(one.Second / 1000 * 600 * 400, one.First.Width * one.First.Height, 3));
        for (var i = 0; i < squares.Length; i++)
        {
            var (a, rest) = (squares[i], squares[(i + 1)..]);
            Assert.InRange(a.X, 10 - 1e-6, 610 - a.Width + 1e-6);
            Assert.InRange(a.Y, 20 - 1e-6, 420 - a.Height + 1e-6);
            Assert.All(rest, b => Assert.True(
                a.X + a.Width <= b.X + 1e-6 || b.X + b.Width <= a.X + 1e-6 || a.Y + a.Height <= b.Y + 1e-6 || b.Y + b.Height <= a.Y + 1e-6));
        }
    }

    [Theory]
    [InlineData(50)]
    [InlineData(72)]
    [InlineData(120)]
    public void Tables_fit_the_window(int columns)
    {
        var lines = Text(SampleInspection.Of(), Plain, columns, framed: true).Split('\n');

        Assert.All(lines.Where(line => line.StartsWith('|') || line.StartsWith('+')), line => Assert.True(DisplayWidth.Of(line) <= columns, line));
    }

    [Fact]
    public void Redacted_names_are_the_same_in_one_run_and_others_in_the_next()
    {
        var text = Text(SampleInspection.Of(), Redacted, null, framed: false);

        Assert.DoesNotMatch("default|shop/|event-0|pod-|hostile/[^0-9a-f ]|ann|m1 ", text);
        Assert.Equal(Redacted.Key("/registry/pods/a/b"u8), Redacted.Key("/registry/pods/a/b"u8));
        Assert.NotEqual(Redacted.Key("/registry/pods/a/b"u8), new KeyNames([4]).Key("/registry/pods/a/b"u8));
        Assert.Matches(new Regex("^/registry/pods/[0-9a-f]{8}/[0-9a-f]{8}$"), Redacted.Key("/registry/pods/a/b"u8));
    }

    [Fact]
    public void Every_metric_is_documented()
    {
        var page = File.ReadAllText(Repository.File("docs/inspect.md"));

        Assert.All(InspectMetrics.All, metric => Assert.Contains($"`{metric.Name}`", page, StringComparison.Ordinal));
        Assert.Equal(InspectMetrics.All.Count, Regex.Count(page, "`etcd_defrag_inspect_"));
    }

    private static string Svg()
    {
        var found = SampleInspection.Of();
        return Treemap.Render(found, PrefixRows.Nested(found.Database.Keyspace!, SampleInspection.Options), Plain);
    }

    private static string Text(Storage.FileInspection found, KeyNames names, int? columns, bool framed, InspectOptions? options = null) =>
        new InspectText(found, SampleInspection.Settings(options), names, columns, framed).Render();

    // A leaf that says that it is another page.
    private static void Damage(byte[] file)
    {
        for (var page = 2; page < file.Length / 4096; page++)
        {
            if (file[(page * 4096) + 8] == 2 && file[page * 4096] == page)
            {
                file[page * 4096]++;
                return;
            }
        }
    }
}
