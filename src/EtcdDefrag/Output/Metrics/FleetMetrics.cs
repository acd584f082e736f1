using System.Globalization;
using EtcdDefrag.Core.Execution;

namespace EtcdDefrag.Output.Metrics;

/// <summary>What a fleet adds to the metrics of runs.</summary>
internal static class FleetMetrics
{
    /// <summary>The cluster's name in the inventory, on every sample of a run.</summary>
    public const string ClusterLabel = "cluster";

    public static readonly Metric Clusters = new("etcd_defrag_fleet_clusters", "Number of clusters with this outcome in the last run of the fleet.", "outcome");

    /// <summary>The last success of each cluster, by its label, as a page tells of them.</summary>
    public static Dictionary<string, double> LastSuccesses(string page)
    {
        var found = new Dictionary<string, double>(StringComparer.Ordinal);
        var start = $"{RunMetrics.LastSuccess.Name}{{{ClusterLabel}=";
        foreach (var line in page.Split('\n').Where(line => line.StartsWith(start, StringComparison.Ordinal)))
        {
            var end = line.IndexOf(",cluster_id=", StringComparison.Ordinal);
            end = end < 0 ? line.LastIndexOf('}') : end;
            if (end > 0 && double.TryParse(line[(line.LastIndexOf(' ') + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && double.IsFinite(seconds))
            {
                found[line[(start.Length - ClusterLabel.Length - 1)..end]] = seconds;
            }
        }

        return found;
    }
}

/// <summary>One cluster of a fleet, for the metrics.</summary>
/// <param name="Cluster">Its name.</param>
/// <param name="Report">Its run; where there was none, one without members.</param>
/// <param name="Code">How it ended.</param>
/// <param name="LastSuccess">Its last success; null: none is known.</param>
internal sealed record FleetSample(string Cluster, RunReport Report, ExitCode Code, LastSuccess? LastSuccess);
