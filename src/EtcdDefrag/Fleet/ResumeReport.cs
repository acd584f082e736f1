using System.Globalization;
using System.Text;
using System.Text.Json;
using EtcdDefrag.Cli;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Fleet;

namespace EtcdDefrag.Fleet;

/// <summary>The report of an earlier run: which clusters need not be looked at again.</summary>
internal sealed class ResumeReport
{
    private readonly Dictionary<string, (ClusterId? Id, long Reclaimed, byte[]? Run)> _done = new(StringComparer.Ordinal);

    /// <summary>Reads a report.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problems">Why it can't be used.</param>
    /// <returns>Null: it can't be used.</returns>
    public static ResumeReport? Read(string path, List<string> problems)
    {
        try
        {
            using var stream = File.OpenRead(path);
            using var document = JsonDocument.Parse(stream);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("fleet", out var fleet) && fleet.ValueKind == JsonValueKind.Object
                && root.TryGetProperty("clusters", out var clusters) && clusters.ValueKind == JsonValueKind.Array)
            {
                var report = new ResumeReport();
                foreach (var cluster in clusters.EnumerateArray())
                {
                    report.Add(cluster);
                }

                return report;
            }

            problems.Add($"--resume \"{path}\": it is no report of etcd-defrag fleet; name a file that --report-file wrote");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or OverflowException)
        {
            problems.Add($"--resume \"{path}\": it is no report of etcd-defrag fleet, or is damaged; name a file that --report-file wrote");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            problems.Add($"--resume \"{path}\": it can't be read: {(e is DirectoryNotFoundException ? "it does not exist" : FileProblem.Of(e))}");
        }

        return null;
    }

    /// <summary>A cluster that is done; null: it is not.</summary>
    public FleetCluster? Of(InventoryEntry entry) => !_done.TryGetValue(entry.Name, out var done) ? null : new FleetCluster(entry)
    {
        Resumed = true,
        Outcome = ClusterOutcome.Done,
        RunCode = ExitCode.Ok,
        ClusterId = done.Id,
        ReclaimedBytes = done.Reclaimed,
        RunJson = done.Run,
    };

    private void Add(JsonElement cluster)
    {
        if (cluster.GetProperty("outcome").GetString() == "done")
        {
            _done[cluster.GetProperty("name").GetString()!] = (
                cluster.TryGetProperty("clusterID", out var id) ? IdOf(id) : null,
                cluster.TryGetProperty("reclaimedBytes", out var bytes) ? bytes.GetInt64() : 0,
                cluster.TryGetProperty("run", out var run) ? Encoding.UTF8.GetBytes(run.GetRawText()) : null);
        }
    }

    private static ClusterId IdOf(JsonElement id) => new(id.ValueKind == JsonValueKind.String
        ? ulong.Parse(id.GetString()!, NumberStyles.HexNumber, CultureInfo.InvariantCulture)
        : id.GetUInt64());
}
