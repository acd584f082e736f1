using System.Globalization;
using EtcdDefrag.Core.Fleet;

namespace EtcdDefrag.Output.Fleet;

/// <summary>Outcomes in words.</summary>
internal static class FleetWords
{
    /// <summary>Every outcome with its word, the worst last.</summary>
    public static readonly (ClusterOutcome Outcome, string Word)[] All =
    [
        (ClusterOutcome.NothingToDo, "nothing to do"),
        (ClusterOutcome.Done, "done"),
        (ClusterOutcome.WorkNeeded, "work needed"),
        (ClusterOutcome.NotStarted, "not started"),
        (ClusterOutcome.Locked, "locked"),
        (ClusterOutcome.Refused, "refused"),
        (ClusterOutcome.Unreachable, "UNREACHABLE"),
        (ClusterOutcome.Interrupted, "INTERRUPTED"),
        (ClusterOutcome.DataDiffer, "DATA DIFFER"),
        (ClusterOutcome.Failed, "FAILED"),
        (ClusterOutcome.Unknown, "UNKNOWN"),
    ];

    public static string Of(ClusterOutcome outcome) => All[(int)outcome].Word;

    /// <summary>How many clusters have which outcome, the worst first, e.g. <c>1 failed, 3 done</c>.</summary>
    public static string Counts(IEnumerable<ClusterOutcome> outcomes)
    {
        var counts = outcomes.CountBy(outcome => outcome).OrderByDescending(pair => pair.Key);
        return string.Join(", ", counts.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Value} {Of(pair.Key).ToLowerInvariant()}")));
    }
}
