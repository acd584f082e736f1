using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution.Reading;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Core.Safety;

namespace EtcdDefrag.Core.Execution;

/// <summary>From report to exit code. Pure.</summary>
public static class ExitCodes
{
    /// <summary>The exit code of <c>status --exit-code</c>.</summary>
    /// <param name="survey">What it saw.</param>
    /// <param name="isJudged">Whether a rule or a reclaim floor says which members are worth it; without either
    /// the advice does.</param>
    public static ExitCode For(ClusterSurvey survey, bool isJudged)
    {
        if (survey.Snapshot is not { } snapshot || !snapshot.Voters.Any(view => view.Status is not null))
        {
            return ExitCode.NoAccess;
        }

        if (survey.Findings.Any(finding => finding.Severity == FindingSeverity.Refusal))
        {
            return ExitCode.Refused;
        }

        // As for a dry run, a member that compaction decides on counts.
        var isWorth = isJudged
            ? survey.Verdicts.Values.Any(verdict => verdict is Selection.Selected or Selection.UntilCompaction)
            : survey.Advice?.Id == AdviceIds.Defragment;
        return isWorth || snapshot.Alarms.Any(alarm => alarm.Kind == AlarmKind.NoSpace) ? ExitCode.WorkNeeded : ExitCode.Ok;
    }

    /// <summary>The exit code of a run.</summary>
    /// <param name="report">What it did.</param>
    /// <param name="interruptedBy">The code of the signal that interrupted it; null: none did.</param>
    /// <param name="tellWorkNeeded">Whether a dry run that found work says so (<c>--exit-code</c>).</param>
    public static ExitCode For(RunReport report, ExitCode? interruptedBy = null, bool tellWorkNeeded = false)
    {
        // The most alarming truth first: whoever reads only the code must not miss it.
        if (report.Count(MemberOutcome.Unknown) > 0)
        {
            return ExitCode.Unknown;
        }

        if (report.DataDiffer)
        {
            return ExitCode.DataDiffer;
        }

        if (report.Stopped == StopReason.Interrupted)
        {
            return interruptedBy ?? ExitCode.Interrupted;
        }

        if (!report.WorkBegan)
        {
            switch (report.Stopped)
            {
                case StopReason.Refused or StopReason.RunTimeout or StopReason.LockLost:
                    return ExitCode.Refused;
                case StopReason.NoAccess:
                    return ExitCode.NoAccess;
                case StopReason.Locked:
                    return ExitCode.Locked;
                default:
                    break;
            }
        }

        if (report.Count(MemberOutcome.Failed) > 0 || report.OtherFailures.Count > 0 || report.Stopped is not null)
        {
            return ExitCode.Failed;
        }

        return tellWorkNeeded && report.Count(MemberOutcome.Planned) + report.Count(MemberOutcome.Undecided) > 0
            ? ExitCode.WorkNeeded : ExitCode.Ok;
    }
}
