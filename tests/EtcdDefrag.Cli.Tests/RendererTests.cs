using System.Text.Json;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Text;
using EtcdDefrag.Output;
using Xunit;

namespace EtcdDefrag.Cli.Tests;

public sealed class RendererTests
{
    [Fact]
    public void The_sample_has_every_kind_of_event()
    {
        var kinds = typeof(RunEvent).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(RunEvent))).Select(type => type.Name);

        Assert.Equal(kinds.Order(), SampleRun.Events.Select(one => one.GetType().Name).Distinct().Order());
    }

    [Fact]
    public void Lines_are_the_golden_ones()
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };

        Play(new TextRenderer(new Screen(output, error)));

        Golden.Match($"{output}--- standard error\n{error}", "render-simple");
    }

    [Fact]
    public void The_table_is_the_golden_one()
    {
        using var output = new StringWriter { NewLine = "\n" };

        Play(new TableRenderer(new Screen(output, TextWriter.Null)));

        Golden.Match(output.ToString(), "render-table");
    }

    [Theory]
    [InlineData(80)]
    [InlineData(100)]
    public void The_table_of_members_with_long_names_fits_the_window(int columns)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var screen = new Screen(output, TextWriter.Null) { Columns = () => columns };
        foreach (var observer in new IRunObserver[] { new TextRenderer(screen), new TableRenderer(screen) })
        {
            var events = ScriptedRuns.All["success"][..^1].Select(one => Renamed(one, "ip-10-0-1-23.eu-central-1.compute.internal.example.org-node-"));
            Array.ForEach(RunEnd.After(TimeSpan.FromSeconds(12), [.. events]), observer.OnEvent);
        }

        var rows = output.ToString().Split('\n').Where(line => line.Contains("ip-10", StringComparison.Ordinal)).ToArray();
        Assert.Equal(6, rows.Length);
        Assert.All(rows, row => Assert.InRange(DisplayWidth.Of(row), 1, columns));
        Assert.Equal(6, rows.Distinct().Count()); // their ends tell them apart
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_line_of_json_is_one_object_with_the_common_fields(bool hex)
    {
        using var output = new StringWriter { NewLine = "\n" };

        Play(new JsonRenderer(output, new StillTime(), hex, _ => ExitCode.Failed));

        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(SampleRun.Events.Count, lines.Length);
        foreach (var line in lines)
        {
            using var document = JsonDocument.Parse(line);
            Assert.Equal(1, document.RootElement.GetProperty("schemaVersion").GetInt32());
            var ended = document.RootElement.TryGetProperty("endedAt", out var end) ? end.GetString() : null; // the report's time is the run's end
            Assert.Equal(ended ?? "2026-01-02T03:04:05.000Z", document.RootElement.GetProperty("time").GetString());
            Assert.Contains($"`{document.RootElement.GetProperty("event").GetString()}`", File.ReadAllText(Repository.File("docs/output.md")), StringComparison.Ordinal);
        }

        Golden.Match(output.ToString(), hex ? "render-json-hex" : "render-json");
    }

    private static RunEvent Renamed(RunEvent one, string name) => one switch
    {
        RunEvent.ClusterFound e => e with { Members = [.. e.Members.Select(member => member with { Name = $"{name}{member.Id}" })] },
        RunEvent.LeaderMoveStarted e => e with { To = e.To with { Member = e.To.Member with { Name = name } } },
        _ => one,
    };

    private static void Play(IRunObserver renderer)
    {
        foreach (var one in SampleRun.Events)
        {
            renderer.OnEvent(one);
        }
    }

    private sealed class StillTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    }
}
