using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Planning;
using Xunit;

namespace EtcdDefrag.Core.Tests.Execution;

/// <summary>What a run leaves undone although it was asked for, and what it says about a member that may still be blocked.</summary>
public sealed class RunReportTests
{
    private static readonly Target A = new(new MemberId(1), Endpoint.Parse("http://a:2379"));
    private static readonly Alarm Full = new(new MemberId(1), AlarmKind.NoSpace);

    [Fact]
    public void An_alarm_that_was_to_be_cleared_and_is_left_is_a_failure_with_the_reason()
    {
        var report = Report(dryRun: false, new RunEvent.DisarmStarted(), new RunEvent.DisarmSkipped("still above threshold"), new RunEvent.AlarmsLeft([Full]));

        Assert.Equal(ExitCode.Failed, ExitCodes.For(report));
        Assert.Contains("still above threshold", Assert.Single(report.OtherFailures).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_alarm_that_nobody_asked_to_clear_is_none() =>
        Assert.Equal(ExitCode.Ok, ExitCodes.For(Report(dryRun: false, new RunEvent.AlarmsLeft([Full]))));

    [Fact]
    public void A_dry_run_clears_nothing_and_fails_for_nothing() =>
        Assert.Equal(ExitCode.Ok, ExitCodes.For(Report(dryRun: true, new RunEvent.DisarmStarted(), new RunEvent.DisarmSkipped("above"), new RunEvent.AlarmsLeft([Full]))));

    [Fact]
    public void Another_alarm_than_nospace_is_not_what_disarming_was_for() => Assert.Equal(
        ExitCode.Ok,
        ExitCodes.For(Report(dryRun: false, new RunEvent.DisarmSkipped("no NOSPACE alarm"), new RunEvent.AlarmsLeft([new Alarm(A.MemberId, AlarmKind.Corrupt)]))));

    [Fact]
    public void A_member_whose_outcome_is_unknown_was_blocked_for_as_long_as_was_waited()
    {
        var report = Report(dryRun: false, new RunEvent.DefragmentStarted(A), new RunEvent.OutcomeUnknown(A, TimeSpan.FromMinutes(10), "timed out", TimeSpan.FromMinutes(5)));

        Assert.Equal(TimeSpan.FromMinutes(10), Assert.Single(report.Members).Blocked);
    }

    [Fact]
    public void A_dry_run_counts_undecided_members_as_work()
    {
        var report = Report(dryRun: true, new RunEvent.MemberUndecided(A, "rule x is false"));

        Assert.Equal(MemberOutcome.Undecided, Assert.Single(report.Members).Outcome);
        Assert.Equal(ExitCode.WorkNeeded, ExitCodes.For(report, tellWorkNeeded: true));
        Assert.Equal(ExitCode.Ok, ExitCodes.For(report));
    }

    private static RunReport Report(bool dryRun, params RunEvent[] events)
    {
        var builder = new RunReportBuilder(dryRun);
        foreach (var one in events)
        {
            builder.OnEvent(one);
        }

        return builder.Report;
    }
}
