using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Text;

namespace EtcdDefrag.Output;

/// <summary>What to do after a run that did not do all it should: per trouble a sentence, and the commands to look with. Pure.</summary>
internal static class NextSteps
{
    public static IEnumerable<string> After(RunReport report, string? rule)
    {
        if (report.Offline is not null)
        {
            yield break; // there is no cluster to look at: the messages say what to do
        }

        var blocked = report.Members.Where(member => member.Outcome == MemberOutcome.Unknown).ToArray();
        foreach (var member in blocked.Length > 0 ? blocked : report.Members)
        {
            foreach (var line in OfMember(member, rule))
            {
                yield return line;
            }
        }

        if (blocked.Length > 0)
        {
            yield break; // nothing else is to be started now
        }

        foreach (var line in OfStop(report))
        {
            yield return line;
        }

        if (Anyone(report) is not { } endpoint)
        {
            yield break;
        }

        foreach (var step in report.OtherFailures.Select(failure => failure.Step).Distinct())
        {
            yield return OfStep(step);
            yield return step == RunStep.Verification ? Compare(endpoint) : Look(endpoint);
        }

        foreach (var line in OfAlarms(report, endpoint))
        {
            yield return line;
        }
    }

    private static IEnumerable<string> OfMember(MemberReport member, string? rule)
    {
        var endpoint = member.Target.Endpoint;
        switch (member)
        {
            case { Outcome: MemberOutcome.Unknown }:
                yield return $"Next: start nothing else on this cluster until {Called(member)} answers again; then look what became of it:";
                yield return $"  etcd-defrag status --endpoints {endpoint}";
                break;
            case { FailedStep: MemberStep.Rule, Before: { } status }:
                yield return $"Next: the rule can't be evaluated for {Called(member)}; mend it, and try it with the member's numbers:";
                yield return $"  etcd-defrag rule --db-size {status.DbSize} --db-size-in-use {status.DbSizeInUse}{(member.Quota is { } quota ? $" --db-quota {quota.Size}" : "")} -- '{rule?.Replace("'", @"'\''", StringComparison.Ordinal)}'";
                break;
            case { FailedStep: MemberStep.MoveLeader }:
                yield return $"Next: see who leads and whether all are well; then do {Called(member)} alone, or without --move-leader:";
                yield return $"  etcd-defrag status --endpoints {endpoint} --cluster";
                yield return $"  etcd-defrag --endpoints {endpoint} --move-leader";
                break;
            case { FailedStep: MemberStep.Status }:
                yield return $"Next: see why {Called(member)} gives no status:";
                yield return $"  etcd-defrag status --endpoints {endpoint}";
                break;
            case { Outcome: MemberOutcome.Failed }:
                yield return $"Next: look at the log of {Called(member)}, and whether its disk has room for a second database file; then do it alone:";
                yield return $"  etcd-defrag status --endpoints {endpoint}";
                yield return $"  etcd-defrag --endpoints {endpoint} --compaction=false";
                break;
            default:
                break;
        }
    }

    private static IEnumerable<string> OfStop(RunReport report)
    {
        var endpoint = Anyone(report);
        switch (report.Stopped)
        {
            case StopReason.Refused or StopReason.NotRecovered when endpoint is not null:
                yield return "Next: run again when this shows nothing that a run would refuse:";
                yield return Look(endpoint);
                break;
            case StopReason.DataDiffer when endpoint is not null:
                yield return "Next: find the member that differs and replace it before anything else:";
                yield return Compare(endpoint);
                break;
            case StopReason.RunTimeout or StopReason.Interrupted or StopReason.MemberFailed or StopReason.LockLost
                when report.WorkBegan && report.Count(MemberOutcome.NotStarted) > 0 && report.Count(MemberOutcome.Unknown) == 0:
                var left = report.Members.Where(member => member.Outcome == MemberOutcome.NotStarted).Select(member => member.Target.Endpoint.Text);
                var shared = report.Stopped == StopReason.LockLost;
                yield return $"Next: {(shared ? "see that no other run is at work; then " : "")}do what is left, with the same rule:";
                yield return $"  etcd-defrag --endpoints {string.Join(',', left)}{(shared ? " --lock" : "")}";
                break;
            default:
                break; // its own words say what to do
        }
    }

    /// <summary>etcd clears no alarm by itself, and a run only where it was told to and gave space back.</summary>
    private static IEnumerable<string> OfAlarms(RunReport report, Endpoint endpoint)
    {
        if (!report.IsOutOfSpace || report.Stopped is not null || report.Alarms.Any(alarm => alarm.Kind != AlarmKind.NoSpace))
        {
            yield break; // first things first: what stopped the run; and disarming would clear the other alarm as well
        }

        if (report.DryRun)
        {
            yield return $"Next: a real run that clears the alarm when there is room: the same {(report.DisarmBegan ? "" : "with --auto-disalarm and ")}without --dry-run";
            yield break;
        }

        yield return "Next: when every member's DB SIZE is below its QUOTA, clear the alarm; else delete keys, or raise the quota, and run again (docs/runbook.md):";
        yield return Look(endpoint);
        yield return "  etcdctl alarm disarm";
    }

    private static string Look(Endpoint endpoint) => $"  etcd-defrag status --endpoints {endpoint} --cluster";

    private static string Compare(Endpoint endpoint) => $"  etcd-defrag --endpoints {endpoint} --cluster --dry-run --verify";

    private static string OfStep(RunStep step) => step switch
    {
        RunStep.Compaction => "Next: history was not compacted, so more is in use than need be; see that all members are well, and run again:",
        RunStep.Disarm => "Next: the cluster takes no writes while an alarm is active; see which are:",
        _ => "Next: compare the members' data when the cluster is quiet:",
    };

    private static string Called(MemberReport member) => member.Name.Length > 0 ? $"{member.Target.Endpoint} ({Printable.Of(member.Name)})" : member.Target.Endpoint.Text;

    /// <summary>A member that can be asked: rather not one that failed.</summary>
    private static Endpoint? Anyone(RunReport report) =>
        report.Members.OrderBy(member => member.Outcome is MemberOutcome.Failed or MemberOutcome.Unknown ? 1 : 0).FirstOrDefault()?.Target.Endpoint;
}
