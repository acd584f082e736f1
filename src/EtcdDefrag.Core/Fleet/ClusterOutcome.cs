using EtcdDefrag.Core.Execution;

namespace EtcdDefrag.Core.Fleet;

/// <summary>What became of one cluster of a fleet. In order of weight: the last is the worst.</summary>
public enum ClusterOutcome
{
    /// <summary>There is nothing to do.</summary>
    NothingToDo,

    /// <summary>It was defragmented, or was done in an earlier run.</summary>
    Done,

    /// <summary>Dry run, or look: there is work, or may be once history is compacted.</summary>
    WorkNeeded,

    /// <summary>There is work, but it was not started.</summary>
    NotStarted,

    /// <summary>Another run holds its lock. Nothing was changed.</summary>
    Locked,

    /// <summary>A safety check refuses, or its settings can't be used. Nothing was changed.</summary>
    Refused,

    /// <summary>It does not answer, or does not let us in. Nothing was changed.</summary>
    Unreachable,

    /// <summary>A signal ended its run.</summary>
    Interrupted,

    /// <summary>Its members' data differ.</summary>
    DataDiffer,

    /// <summary>Something failed after work began.</summary>
    Failed,

    /// <summary>The outcome of a member is unknown: it may still be defragmenting.</summary>
    Unknown,
}

/// <summary>What outcomes mean for a fleet.</summary>
public static class ClusterOutcomes
{
    /// <summary>The outcome of a cluster's own run.</summary>
    public static ClusterOutcome Of(RunReport report, ExitCode code) => code switch
    {
        ExitCode.Failed => ClusterOutcome.Failed,
        ExitCode.Usage or ExitCode.Refused => ClusterOutcome.Refused,
        ExitCode.NoAccess => ClusterOutcome.Unreachable,
        ExitCode.Unknown => ClusterOutcome.Unknown,
        ExitCode.DataDiffer => ClusterOutcome.DataDiffer,
        ExitCode.Locked => ClusterOutcome.Locked,
        ExitCode.Interrupted or ExitCode.Terminated => ClusterOutcome.Interrupted,
        _ when report.Count(MemberOutcome.Planned) + report.Count(MemberOutcome.Undecided) > 0 => ClusterOutcome.WorkNeeded,
        _ => report.WorkBegan ? ClusterOutcome.Done : ClusterOutcome.NothingToDo,
    };

    /// <summary>Whether it counts towards <c>--max-failures</c>. One that nothing was changed in does not.</summary>
    public static bool IsFailure(this ClusterOutcome outcome) => outcome is ClusterOutcome.Failed or ClusterOutcome.DataDiffer or ClusterOutcome.Unknown;

    /// <summary>Whether the cluster was left as it was although there may be work.</summary>
    public static bool IsLeftAlone(this ClusterOutcome outcome) =>
        outcome is ClusterOutcome.NotStarted or ClusterOutcome.Locked or ClusterOutcome.Refused or ClusterOutcome.Unreachable;

    /// <summary>The exit code of a fleet's run.</summary>
    /// <param name="outcomes">What became of each cluster.</param>
    /// <param name="interruptedBy">The code of the signal that ended it; null: none did.</param>
    /// <param name="tooManyUnready">Whether nothing was done because too many clusters did not answer.</param>
    /// <param name="strict">Whether one cluster that was left alone is enough for exit code 3.</param>
    /// <param name="tellWorkNeeded">Whether work that a look or a dry run found has an exit code.</param>
    public static ExitCode CodeOf(
        IReadOnlyCollection<ClusterOutcome> outcomes, ExitCode? interruptedBy, bool tooManyUnready, bool strict, bool tellWorkNeeded)
    {
        if (outcomes.Contains(ClusterOutcome.Unknown))
        {
            return ExitCode.Unknown;
        }

        if (interruptedBy is { } signal)
        {
            return signal;
        }

        if (outcomes.Contains(ClusterOutcome.Failed))
        {
            return ExitCode.Failed;
        }

        if (outcomes.Contains(ClusterOutcome.DataDiffer))
        {
            return ExitCode.DataDiffer;
        }

        var leftAlone = outcomes.Count(IsLeftAlone);
        return tooManyUnready || (outcomes.Count > 0 && outcomes.All(outcome => outcome == ClusterOutcome.Unreachable)) ? ExitCode.NoAccess
            : leftAlone > 0 && (strict || leftAlone == outcomes.Count) ? ExitCode.Refused
            : tellWorkNeeded && outcomes.Contains(ClusterOutcome.WorkNeeded) ? ExitCode.WorkNeeded
            : ExitCode.Ok;
    }
}
