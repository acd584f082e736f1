using System.Text.Json;
using Json.Schema;

namespace EtcdDefrag.Testing;

/// <summary>docs/inspect.schema.json: what scripts may rely on.</summary>
public static class InspectSchema
{
    private static readonly JsonSchema Schema = JsonSchema.FromText(File.ReadAllText(Repo.Path("docs", "inspect.schema.json")));

    /// <summary>Whether the output is as the schema says.</summary>
    public static bool Allows(string json)
    {
        using var document = JsonDocument.Parse(json);
        return Schema.Evaluate(document.RootElement).IsValid;
    }
}
