using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EtcdDefrag.Testing.Etcd;

/// <summary>Reads what happened out of the servers' logs (zap's JSON lines): the judge over what the tool claims.</summary>
/// <remarks>
/// Seen in 3.4.23, 3.5.16 and 3.5.30: "defragmenting" with the size before, then "defragmented" (3.4) or "finished defragmenting
/// directory" (3.5) with the size after. The lines "starting defragment" and "finished defragment" around them are the call's.
/// </remarks>
public static partial class ServerLog
{
    private const string Started = "defragmenting";

    private static readonly string[] Finished = ["defragmented", "finished defragmenting directory"];

    /// <summary>All members' defragmentations in the order of their begin.</summary>
    public static IReadOnlyList<Defragmentation> Defragmentations(IEnumerable<EtcdMember> members) =>
        [.. members.SelectMany(member => Defragmentations(member.Name, member.LogLines)).OrderBy(one => one.Started)];

    /// <summary>One member's defragmentations, in order.</summary>
    public static IReadOnlyList<Defragmentation> Defragmentations(string member, IEnumerable<string> lines)
    {
        var all = new List<Defragmentation>();
        foreach (var line in lines.Where(line => line.Contains("defragment", StringComparison.Ordinal)).Select(Parse).OfType<JsonElement>())
        {
            if (Message(line) == Started)
            {
                all.Add(new Defragmentation(member, Time(line), null, Size(line), null));
            }
            else if (Finished.Contains(Message(line)))
            {
                all[^1] = all[^1] with { Ended = Time(line), BytesAfter = Size(line) };
            }
        }

        return all;
    }

    /// <summary>The leaders that a member learned of, in order.</summary>
    public static IReadOnlyList<Election> Elections(EtcdMember member) =>
    [
        .. from line in member.LogLines
           let match = Elected().Match(line)
           where match.Success
           let entry = Parse(line)
           where entry is not null
           select new Election(
               member.Name,
               Time(entry.Value),
               ulong.Parse(match.Groups["leader"].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture),
               ulong.Parse(match.Groups["term"].Value, CultureInfo.InvariantCulture)),
    ];

    // The last line may be half written while we read.
    private static JsonElement? Parse(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Message(JsonElement line) => line.GetProperty("msg").GetString();

    private static DateTimeOffset Time(JsonElement line) => DateTimeOffset.Parse(line.GetProperty("ts").GetString()!, CultureInfo.InvariantCulture);

    private static long Size(JsonElement line) => line.GetProperty("current-db-size-bytes").GetInt64();

    [GeneratedRegex(@"raft\.node: [0-9a-f]+ (elected leader|changed leader from [0-9a-f]+ to) (?<leader>[0-9a-f]+) at term (?<term>\d+)")]
    private static partial Regex Elected();
}
