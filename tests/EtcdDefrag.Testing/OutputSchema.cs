using System.Text.Json;
using Json.Schema;

namespace EtcdDefrag.Testing;

/// <summary>docs/output.schema.json: what scripts may rely on.</summary>
public static class OutputSchema
{
    public static string Text { get; } = File.ReadAllText(Repo.Path("docs", "output.schema.json"));

    private static readonly JsonSchema Schema = JsonSchema.FromText(Text);

    /// <summary>Whether one line of output is as the schema says.</summary>
    public static bool Allows(string json)
    {
        using var document = JsonDocument.Parse(json);
        return Schema.Evaluate(document.RootElement).IsValid;
    }

    /// <summary>Fails with the line that the schema does not allow.</summary>
    public static void AssertAllows(IEnumerable<string> lines) => Assert.All(lines, line => Assert.True(Allows(line), "not as docs/output.schema.json says: " + line));
}
