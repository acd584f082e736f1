using System.Text.Json.Nodes;
using EtcdDefrag.Testing;
using Xunit;

namespace EtcdDefrag.Cli.Tests;

/// <summary>The schema takes what is written, every kind of it, and nothing else.</summary>
public sealed class OutputSchemaTests
{
    private static readonly string[] Lines =
    [
        .. new[] { "render-json", "render-json-hex", "fleet-json" }.SelectMany(name => File.ReadLines(Repository.File($"tests/EtcdDefrag.Cli.Tests/Goldens/{name}.golden"))),
    ];

    [Fact]
    public void Every_golden_line_is_as_it_says() => OutputSchema.AssertAllows(Lines);

    [Fact]
    public void Every_event_has_an_entry_and_every_entry_an_event()
    {
        var entries = JsonNode.Parse(OutputSchema.Text)!["$defs"]!.AsObject().Where(entry => entry.Value!["properties"]?["event"]?["const"] is not null).Select(entry => entry.Key);

        Assert.Equal(Lines.Select(line => JsonNode.Parse(line)!["event"]!.GetValue<string>()).Distinct().Order(), entries.Order());
    }

    [Fact]
    public void Every_field_of_the_report_is_documented()
    {
        var section = File.ReadAllText(Repository.File("docs/output.md")).Split("\n### The report\n")[1].Split("\n## ")[0];
        var definitions = JsonNode.Parse(OutputSchema.Text)!["$defs"]!;
        var fields = new[] { "report", "memberReport" }.SelectMany(name => definitions[name]!["properties"]!.AsObject()).Select(field => field.Key);

        Assert.All(fields.Except(["event"]), field => Assert.Contains($"`{field}`", section, StringComparison.Ordinal));
    }

    [Fact]
    public void A_field_that_it_does_not_name_is_wrong_wherever_it_stands()
    {
        foreach (var line in Lines)
        {
            foreach (var path in Objects(JsonNode.Parse(line)!).Select(node => node.GetPath()))
            {
                var planted = JsonNode.Parse(line)!;
                Objects(planted).Single(node => node.GetPath() == path)["planted"] = 1;

                Assert.False(OutputSchema.Allows(planted.ToJsonString()), $"{path} of {line}");
            }
        }
    }

    [Fact]
    public void A_field_of_the_wrong_kind_is_wrong()
    {
        foreach (var line in Lines)
        {
            foreach (var name in JsonNode.Parse(line)!.AsObject().Select(field => field.Key))
            {
                var wrong = JsonNode.Parse(line)!;
                wrong[name] = new JsonObject { ["wrong"] = true };

                Assert.False(OutputSchema.Allows(wrong.ToJsonString()), $"{name} of {line}");
            }
        }
    }

    [Theory]
    [InlineData("schemaVersion")]
    [InlineData("time")]
    [InlineData("event")]
    public void The_common_fields_are_always_there(string name)
    {
        foreach (var line in Lines)
        {
            var without = JsonNode.Parse(line)!.AsObject();
            without.Remove(name);

            Assert.False(OutputSchema.Allows(without.ToJsonString()), line);
        }
    }

    private static IEnumerable<JsonObject> Objects(JsonNode? node) => node switch
    {
        JsonObject fields => fields.SelectMany(field => Objects(field.Value)).Prepend(fields),
        JsonArray items => items.SelectMany(Objects),
        _ => [],
    };
}
