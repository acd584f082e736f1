using EtcdDefrag.Cli;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;

namespace EtcdDefrag.Output;

/// <summary>What to do after a run that did not do all it should: per trouble a sentence, and the
/// commands to look with. Pure.</summary>
/// <param name="own">How this run was called: every command is made from it.</param>
/// <param name="rule">The run's rule; null: it had none.</param>
internal sealed class NextSteps(OwnCommand own, string? rule)
{
    // Members behind other endpoints than they advertise are found only where all of those are given.
    private bool _isWhole;

    public IEnumerable<string> After(RunReport report)
    {
        _isWhole = report.Members.Any(member => member.Target.IsDetour);
        if (report.Offline is not null)
        {
            yield break; // there is no cluster to look at: the messages say what to do
        }

        var blocked = report.Members.Where(member => member.Outcome == MemberOutcome.Unknown).ToArray();
        foreach (var member in blocked.Length > 0 ? blocked : report.Members)
        {
            foreach (var line in OfMember(member))
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

        if (report.Members.Count == 0)
        {
            yield break;
        }

        var alarms = OfAlarms(report).ToArray();
        var looksAnyway = alarms.Length > 0 || report.Stopped is StopReason.Refused or StopReason.NotRecovered;
        foreach (var failure in report.OtherFailures.DistinctBy(failure => failure.Step)
            .Where(failure => failure.Step != RunStep.Disarm || !looksAnyway))
        {
            yield return OfFailure(failure);
            yield return failure.Step == RunStep.Verification ? Compare : Look;
        }

        foreach (var line in alarms)
        {
            yield return line;
        }
    }

    private OwnCommand At(params IEnumerable<Endpoint> endpoints) => _isWhole ? own : own.At(endpoints);

    private string Look => Line(own.As(Commands.Status));

    private string Compare => Line(own.With(Flags.DryRun, true).With(Flags.Verify, true));

    private static string Line(OwnCommand command) => $"  {command}";

    private IEnumerable<string> OfMember(MemberReport member)
    {
        var alone = At(member.Target.Endpoint);
        switch (member)
        {
            case { Outcome: MemberOutcome.Unknown }:
                yield return $"Next: start nothing else on this cluster until {Called(member)} answers again; then check the result:";
                yield return Line(alone.As(Commands.Status));
                break;
            case { FailedStep: MemberStep.Rule, Before: { } status }:
                yield return $"Next: the rule cannot be evaluated for {Called(member)}; correct it and try it with the member's numbers:";
                yield return $"  etcd-defrag rule --db-size {status.DbSize} --db-size-in-use {status.DbSizeInUse}{(member.Quota is { } quota ? $" --db-quota {quota.Size}" : "")} -- {Shell.Quote(rule ?? "")}";
                break;
            case { FailedStep: MemberStep.Sizes }:
                yield return $"Next: the size in use of {Called(member)} may be old; "
                    + "defragment it without --defrag-rule and --min-reclaim:";
                yield return Line(alone.OfEveryMember());
                break;
            case { FailedStep: MemberStep.MoveLeader }:
                yield return $"Next: check the leader and the health of all members; then defragment {Called(member)} alone, or without --move-leader:";
                yield return Look;
                yield return Line(alone);
                break;
            case { FailedStep: MemberStep.Snapshot }:
                yield return $"Next: when the backup of {Called(member)} has ended, do it alone; give --snapshot-wait more time if backups take longer:";
                yield return Line(alone.As(Commands.Status));
                yield return Line(alone);
                break;
            case { FailedStep: MemberStep.Status }:
                yield return $"Next: find out why {Called(member)} returns no status:";
                yield return Line(alone.As(Commands.Status));
                break;
            case { Outcome: MemberOutcome.Failed }:
                yield return $"Next: check the log of {Called(member)}, and whether its disk has room for a second database file; then defragment it alone:";
                yield return Line(alone.As(Commands.Status));
                yield return Line(alone.With(Flags.Compaction, false));
                break;
            default:
                break;
        }
    }

    private IEnumerable<string> OfStop(RunReport report)
    {
        switch (report.Stopped)
        {
            case StopReason.Refused or StopReason.NotRecovered when report.Members.Count > 0 || report.RefusedChecks.Count > 0:
                yield return "Next: run again when this shows no refusal:";
                yield return Look;
                break;
            case StopReason.DataDiffer:
                yield return "Next: find the member that differs and replace it first:";
                yield return Compare;
                break;
            case StopReason.RunTimeout or StopReason.Interrupted or StopReason.MemberFailed or StopReason.LockLost
                when report.WorkBegan && report.Count(MemberOutcome.NotStarted) > 0 && report.Count(MemberOutcome.Unknown) == 0:
                var left = At(report.Members.Where(member =>
                    member.Outcome == MemberOutcome.NotStarted).Select(member => member.Target.Endpoint));
                var shared = report.Stopped == StopReason.LockLost;
                yield return $"Next: {(shared ? "make sure that no other run is active; then " : "")}defragment the rest:";
                yield return Line(shared ? left.With(Flags.Lock, true) : left);
                break;
            default:
                break; // its own words say what to do
        }
    }

    /// <summary>etcd clears no alarm by itself, and a run only where it was told to and every member has room.</summary>
    private IEnumerable<string> OfAlarms(RunReport report)
    {
        if (!report.IsOutOfSpace || report.Stopped is not null || report.Alarms.Any(alarm => alarm.Kind != AlarmKind.NoSpace))
        {
            yield break; // first things first: what stopped the run
        }

        if (report.DryRun && own.Word(Flags.AutoDisalarm) == "true")
        {
            yield break; // the plan has told what a real run would do
        }

        yield return report.DryRun
            ? "Next: a real run, which clears the alarm if every member has room:"
            : $"Next: when every member's DB SIZE is below {own.Word(Flags.DisalarmThreshold)} of its QUOTA, clear the alarm; "
                + "else first delete keys or raise the quota (docs/runbook.md):";
        if (!report.DryRun)
        {
            yield return Look;
        }

        var again = own.With(Flags.DryRun, false).With(Flags.ExitCode, false).With(Flags.AutoDisalarm, true);
        yield return Line(report.Members.Any(member => member.FailedStep == MemberStep.Sizes) ? again.OfEveryMember() : again);
    }

    private static string OfFailure(RunFailure failure) => failure.Step switch
    {
        RunStep.Compaction when failure.IsUnknown =>
            "Next: it is not known whether history was compacted; check that all members are healthy, and run again:",
        RunStep.Compaction => "Next: history was not compacted; check that all members are healthy, and run again:",
        RunStep.Disarm => "Next: the cluster takes no writes while an alarm is active; list the alarms:",
        _ => "Next: compare the members' data when the cluster is quiet:",
    };

    private static string Called(MemberReport member) =>
        member.Name.Length > 0 ? $"{member.Target.Endpoint} ({ShortName.Of(member.Name)})" : member.Target.Endpoint.Text;
}
