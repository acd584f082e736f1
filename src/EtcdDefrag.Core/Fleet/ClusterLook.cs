using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Execution.Reading;
using EtcdDefrag.Core.Execution.Running;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Core.Safety;

namespace EtcdDefrag.Core.Fleet;

/// <summary>What one look at a cluster found: whether a run is worth it, and what to show.</summary>
public sealed record ClusterLook
{
    /// <summary><see cref="ClusterOutcome.WorkNeeded"/>: it is worth a run, or may be once history is compacted.</summary>
    public required ClusterOutcome Outcome { get; init; }

    /// <summary>Why it is refused or unreachable; null when it is neither.</summary>
    public string? Message { get; init; }

    /// <summary>The cluster; null when it did not answer.</summary>
    public ClusterId? ClusterId { get; init; }

    /// <summary>How many members are in the member list.</summary>
    public int Members { get; init; }

    /// <summary>How many of them gave their status.</summary>
    public int Answering { get; init; }

    /// <summary>The versions of the members, each once, the oldest first.</summary>
    public IReadOnlyList<string> Versions { get; init; } = [];

    /// <summary>The size of the largest database.</summary>
    public ByteSize DbSize { get; init; }

    /// <summary>What all members together could give back now.</summary>
    public ByteSize Reclaimable { get; init; }

    /// <summary>The share of its quota that the fullest member uses; 0 where no member has a quota.</summary>
    public double Fullness { get; init; }

    /// <summary>The names of the active alarms, each once.</summary>
    public IReadOnlyList<string> Alarms { get; init; } = [];

    /// <summary>How many members would be defragmented now.</summary>
    public int Selected { get; init; }

    /// <summary>How many members may have to be once history is compacted.</summary>
    public int Undecided { get; init; }

    /// <summary>A cluster that was not looked at.</summary>
    public static ClusterLook Failed(ClusterOutcome outcome, string message) => new() { Outcome = outcome, Message = message };

    /// <summary>Judges a survey as the cluster's own run would.</summary>
    /// <param name="survey">What was seen.</param>
    /// <param name="options">What the run is to do.</param>
    public static ClusterLook Of(ClusterSurvey survey, DefragOptions options)
    {
        if (survey.Snapshot is not { } snapshot)
        {
            return Failed(ClusterOutcome.Unreachable, survey.Problem!);
        }

        var targets = TargetSelection.From(snapshot, options);
        var verdicts = targets.Targets.Select(target => survey.Verdicts.GetValueOrDefault(target.MemberId)).ToArray();
        var statuses = snapshot.Views.Select(view => view.Status).OfType<MemberStatus>().ToArray();
        var look = new ClusterLook
        {
            Outcome = ClusterOutcome.NothingToDo,
            ClusterId = snapshot.ClusterId,
            Members = snapshot.Members.Count,
            Answering = statuses.Length,
            Versions = [.. statuses.Select(status => status.Version).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            DbSize = new ByteSize(statuses.Select(status => status.DbSize.Bytes).DefaultIfEmpty().Max()),
            Reclaimable = new ByteSize(statuses.Sum(status => status.DbSizeFree.Bytes)),
            Fullness = snapshot.Views.Select(view => Use(view, survey)).DefaultIfEmpty().Max(),
            Alarms = [.. snapshot.Alarms.Select(alarm => alarm.Name).Distinct()],
            Selected = verdicts.Count(verdict => verdict is Selection.Selected),
            Undecided = verdicts.Count(verdict => verdict is Selection.UntilCompaction),
        };
        var hasWork = verdicts.Any(verdict => verdict is Selection.Selected or Selection.UntilCompaction or Selection.Undecidable)
            || (options.AutoDisalarm && snapshot.Alarms.Any(alarm => alarm.Kind == AlarmKind.NoSpace));
        var refusals = survey.Findings.Where(finding => finding.Severity == FindingSeverity.Refusal).ToArray();
        return Refusal(refusals, targets, snapshot) is { } refused ? look with { Outcome = refused.Outcome, Message = refused.Why }
            : hasWork ? look with { Outcome = ClusterOutcome.WorkNeeded }
            : look;
    }

    private static (ClusterOutcome Outcome, string Why)? Refusal(CheckFinding[] refusals, TargetSelection targets, ClusterSnapshot snapshot)
    {
        if (refusals.Length > 0 && !SafetyGate.IsTransient(refusals)) // what passes by itself is left to the cluster's own run, which waits
        {
            var stop = Preflight.RefusalOf(snapshot, refusals);
            return (stop.Reason == StopReason.NoAccess ? ClusterOutcome.Unreachable : ClusterOutcome.Refused, stop.Explanation);
        }

        return targets.Unplaced.Count > 0 ? (ClusterOutcome.Refused, $"it is unknown which member is behind {string.Join(' ', targets.Unplaced)}: give the member's own address, or cluster: true")
            : targets.Targets.Count == 0 ? (ClusterOutcome.Refused, "no endpoint is left to defragment")
            : null;
    }

    private static double Use(MemberView view, ClusterSurvey survey) =>
        view.Status is { } status && survey.Quotas.GetValueOrDefault(view.Id) is { IsLimited: true } quota ? (double)status.DbSize.Bytes / quota.Size.Bytes : 0;
}
