using System.Globalization;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Fleet;
using EtcdDefrag.Core.Text;
using EtcdDefrag.Fleet;

namespace EtcdDefrag.Output.Fleet;

/// <summary>The clusters of a fleet, a line each, worst first.</summary>
internal static class FleetTable
{
    /// <summary>The worst first; among equals the one with the fullest member.</summary>
    private static IEnumerable<FleetCluster> WorstFirst(IEnumerable<FleetCluster> clusters) => clusters
        .OrderByDescending(cluster => cluster.Outcome).ThenByDescending(cluster => cluster.Look?.Fullness ?? 0).ThenBy(cluster => cluster.Name, StringComparer.Ordinal);

    /// <summary>The table.</summary>
    /// <param name="clusters">The clusters.</param>
    /// <param name="afterRun">Whether there was a run that could change something.</param>
    /// <param name="paint">Colour.</param>
    /// <param name="columns">How wide it may be; null: as wide as it is.</param>
    /// <param name="framed">Which of the two forms must fit.</param>
    public static TextTable Of(IEnumerable<FleetCluster> clusters, bool afterRun, Paint paint, int? columns, bool framed)
    {
        var table = new TextTable("CLUSTER", "OUTCOME", ">ANSWERING", "VERSION", afterRun ? ">BEFORE" : ">DB SIZE", afterRun ? ">RECLAIMED" : ">RECLAIMABLE", ">USED", "ALARMS", afterRun ? ">TOOK" : "DEFRAGMENT")
        {
            Paint = (heading, cell) => heading switch
            {
                "OUTCOME" => Painted(cell, paint),
                "ALARMS" => paint.Outcome(cell),
                _ => cell,
            },
        };
        foreach (var cluster in WorstFirst(clusters))
        {
            var look = cluster.Look?.ClusterId is null ? null : cluster.Look;
            table.Add(
                cluster.Name,
                FleetWords.Of(cluster.Outcome),
                look is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{look.Answering}/{look.Members}"),
                string.Join(' ', look?.Versions ?? []),
                look?.DbSize.ToHuman() ?? "",
                afterRun ? cluster.RunCode is null ? "" : new ByteSize(cluster.ReclaimedBytes).ToHuman() : look?.Reclaimable.ToHuman() ?? "",
                look is { Fullness: > 0 } ? look.Fullness.ToString("0%", CultureInfo.InvariantCulture) : "",
                string.Join(' ', look?.Alarms ?? []),
                afterRun ? cluster.Took is { } took ? ShortTime.Of(took) : "" : Verdict(look));
        }

        table.Fit(columns, framed, "VERSION", "ANSWERING", afterRun ? "TOOK" : "DEFRAGMENT", afterRun ? "BEFORE" : "DB SIZE");
        table.Squeeze(columns, framed);
        return table;
    }

    private static string Verdict(ClusterLook? look) => look switch
    {
        { Selected: > 0 } => string.Create(CultureInfo.InvariantCulture, $"{look.Selected} member(s)"),
        { Undecided: > 0 } => "undecided until compaction",
        null => "",
        _ => "no",
    };

    private static string Painted(string cell, Paint paint) => FleetWords.All.FirstOrDefault(pair => pair.Word == cell.TrimEnd()).Outcome switch
    {
        ClusterOutcome.Done => paint.Good(cell),
        ClusterOutcome.NotStarted or ClusterOutcome.Locked or ClusterOutcome.Refused => paint.Caution(cell),
        >= ClusterOutcome.Unreachable => paint.Bad(cell),
        _ => cell,
    };
}
