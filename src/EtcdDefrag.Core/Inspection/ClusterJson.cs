using System.Text.Json;

namespace EtcdDefrag.Core.Inspection;

/// <summary>The few values that etcd stores as JSON.</summary>
/// <remarks>Source: etcd server/etcdserver/api/membership: Member, DowngradeInfo.</remarks>
internal static class ClusterJson
{
    /// <summary>A member without its id; null: it is none.</summary>
    public static StoredMember? Member(ReadOnlySpan<byte> value)
    {
        try
        {
            using var json = JsonDocument.Parse(value.ToArray());
            var root = json.RootElement;
            return new StoredMember(
                0,
                Text(root, "name"),
                root.TryGetProperty("isLearner", out var learner) && learner.ValueKind == JsonValueKind.True);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The version that a downgrade goes to; null: there is no downgrade.</summary>
    public static string? DowngradeTarget(ReadOnlySpan<byte> value)
    {
        try
        {
            using var json = JsonDocument.Parse(value.ToArray());
            var root = json.RootElement;
            var isOn = root.TryGetProperty("enabled", out var enabled) && enabled.ValueKind == JsonValueKind.True;
            return isOn ? Text(root, "target-version") : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : "";
}
