using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Core.Safety;
using EtcdDefrag.Output;
using Xunit;

namespace EtcdDefrag.Cli.Tests;

/// <summary>The end of a run: what was not done and why, and the next command.</summary>
public sealed class RunSummaryTests
{
    private static readonly Target A = SampleRun.Member("http://a:2379", 0xa1);
    private static readonly Target B = SampleRun.Member("http://b:2379", 0xb2);

    [Fact]
    public void A_member_whose_outcome_is_unknown_is_to_be_waited_for()
    {
        var (output, error) = Close(
            new RunEvent.DefragmentStarted(A),
            new RunEvent.OutcomeUnknown(A, TimeSpan.FromMinutes(10), "timed out", TimeSpan.FromMinutes(5)),
            new RunEvent.Stopped(StopReason.Unknown, "it may still be defragmenting"));

        Assert.Contains("  http://a:2379  20 KiB", output, StringComparison.Ordinal);
        Assert.Contains("UNKNOWN", output, StringComparison.Ordinal);
        Assert.EndsWith("1 (total 2) endpoint(s) failed to be defragmented.\n", output, StringComparison.Ordinal);
        Assert.Contains("Not started: http://b:2379\n", error, StringComparison.Ordinal);
        Assert.Contains("start nothing else on this cluster until http://a:2379 answers again", error, StringComparison.Ordinal);
        Assert.EndsWith("  etcd-defrag status --endpoints http://a:2379\n", error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_an_interrupt_left_is_named_in_a_command()
    {
        var (output, error) = Close(
            new RunEvent.DefragmentStarted(A),
            new RunEvent.DefragmentFinished(A, TimeSpan.FromSeconds(1)),
            new RunEvent.MemberDone(new TargetStatus(A, SampleRun.Status(A) with { DbSize = new ByteSize(4096) }), TimeSpan.FromSeconds(1.5)),
            new RunEvent.Stopped(StopReason.Interrupted, "interrupted: no further member is started"));

        Assert.Contains("http://a:2379  20 KiB   4 KiB     16 KiB    1s     1.5s  done", output, StringComparison.Ordinal);
        Assert.EndsWith("1 of 2 done\n", output, StringComparison.Ordinal);
        Assert.EndsWith("Next: defragment the rest:\n  etcd-defrag --endpoints http://b:2379 --move-leader\n", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_else_is_advised_beside_a_member_that_may_still_be_blocked()
    {
        var (_, error) = Close(
            new RunEvent.CompactionFinished(7, "timed out"),
            new RunEvent.MemberFailed(B, MemberStep.Defragment, TimeSpan.FromSeconds(1), "no space left on device"),
            new RunEvent.DefragmentStarted(A),
            new RunEvent.Stopped(StopReason.Interrupted, "left at once"));

        Assert.Contains("Failed: compaction", error, StringComparison.Ordinal);
        Assert.Equal(1, error.Split("Next: ").Length - 1);
        Assert.Contains("Next: start nothing else on this cluster until http://a:2379 answers again", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lost_lock_is_no_reason_to_start_beside_the_run_that_has_it()
    {
        var (_, error) = Close(
            new RunEvent.DefragmentStarted(A),
            new RunEvent.DefragmentFinished(A, TimeSpan.FromSeconds(1)),
            new RunEvent.Stopped(StopReason.LockLost, "the lock is lost"));

        Assert.EndsWith("Next: make sure that no other run is active; then defragment the rest:\n  etcd-defrag --endpoints http://b:2379 --move-leader --lock\n", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_says_that_nothing_was_changed_and_how_to_see_when_it_would_pass()
    {
        var (output, error) = Close(
            new RunEvent.CheckFound(new CheckFinding("one-leader", FindingSeverity.Refusal, "a has no leader")),
            new RunEvent.Stopped(StopReason.Refused, "[one-leader] a has no leader"));

        Assert.Equal("", output);
        Assert.Contains("Nothing was changed.\n", error, StringComparison.Ordinal);
        Assert.EndsWith("  etcd-defrag status --endpoints http://a:2379 --cluster\n", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_that_failed_can_be_tried_with_the_members_numbers()
    {
        var (_, error) = Close(
            new RunEvent.QuotasRead(new Dictionary<MemberId, Quota> { [A.MemberId] = Quota.Default }),
            new RunEvent.MemberFailed(A, MemberStep.Rule, TimeSpan.Zero, "division by zero"),
            new RunEvent.MemberSkipped(B, SkipReason.RuleIsFalse, "false"));

        Assert.EndsWith("  etcd-defrag rule --db-size 20480 --db-size-in-use 4096 --db-quota 2147483648 -- 'dbSize / 0 > 1'\n", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MemberStep.Status, "etcd-defrag status --endpoints http://a:2379")]
    [InlineData(MemberStep.MoveLeader, "etcd-defrag --endpoints http://a:2379 --move-leader")]
    [InlineData(MemberStep.Snapshot, "etcd-defrag --endpoints http://a:2379 --move-leader")]
    [InlineData(MemberStep.Defragment, "etcd-defrag --endpoints http://a:2379 --move-leader --compaction=false")]
    public void A_failed_member_comes_with_a_command(MemberStep step, string command)
    {
        var (output, error) = Close(new RunEvent.MemberFailed(A, step, TimeSpan.FromSeconds(1), "why"), new RunEvent.MemberSkipped(B, SkipReason.BelowMinReclaim, "x"));

        Assert.Contains("FAILED", output, StringComparison.Ordinal);
        Assert.Contains("skipped: below --min-reclaim", output, StringComparison.Ordinal);
        Assert.Contains($"  {command}\n", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Trouble_beside_the_members_comes_with_a_command()
    {
        var (output, error) = Close(
            new RunEvent.CompactionFinished(7, "timed out"),
            new RunEvent.Disarmed(new Alarm(A.MemberId, AlarmKind.NoSpace), "it is active again"),
            new RunEvent.Verified(VerifyPhase.After, VerifyResult.Inconclusive, "b did not answer"),
            new RunEvent.MemberSkipped(A, SkipReason.RuleIsFalse, "x"),
            new RunEvent.MemberSkipped(B, SkipReason.RuleIsFalse, "x"));

        Assert.DoesNotContain("successful", output, StringComparison.Ordinal);
        Assert.Contains("  etcd-defrag status --endpoints http://a:2379 --cluster\n", error, StringComparison.Ordinal);
        Assert.Contains("  etcd-defrag --endpoints http://a:2379 --cluster --dry-run --move-leader --verify\n", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_success_that_leaves_the_cluster_without_writes_says_so_and_what_to_do()
    {
        var (output, error) = Close(
            new RunEvent.MemberSkipped(A, SkipReason.RuleIsFalse, "x"),
            new RunEvent.MemberSkipped(B, SkipReason.RuleIsFalse, "x"),
            new RunEvent.AlarmsLeft([new Alarm(B.MemberId, AlarmKind.NoSpace)]));

        Assert.EndsWith("none needed it.\nThe cluster takes no writes: alarm NOSPACE is active, raised by member(s) b2.\n", output, StringComparison.Ordinal);
        Assert.EndsWith("  etcd-defrag status --endpoints http://a:2379 --cluster\n  etcd-defrag --endpoints http://a:2379 --cluster --move-leader --auto-disalarm\n", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Old_sizes_are_no_fault_of_the_rule_and_the_next_command_is_without_it()
    {
        var (_, error) = Close(
            new RunEvent.MemberFailed(A, MemberStep.Sizes, TimeSpan.Zero, "the rule is false, but what it says is in use may be an old figure"),
            new RunEvent.MemberSkipped(B, SkipReason.RuleIsFalse, "x"),
            new RunEvent.DisarmSkipped("Members [http://a:2379] DB size is still above threshold (0.90)"),
            new RunEvent.AlarmsLeft([new Alarm(A.MemberId, AlarmKind.NoSpace)]));

        Assert.DoesNotContain("cannot be evaluated", error, StringComparison.Ordinal);
        Assert.DoesNotContain("  etcd-defrag rule", error, StringComparison.Ordinal);
        Assert.Contains("Next: the size in use of http://a:2379 may be old; defragment it without --defrag-rule and --min-reclaim:\n  etcd-defrag --endpoints http://a:2379 --move-leader\n", error, StringComparison.Ordinal);
        Assert.Contains("DB SIZE is below 0.9 of its QUOTA", error, StringComparison.Ordinal);
        Assert.Equal(1, error.Split("  etcd-defrag status").Length - 1);
    }

    [Fact]
    public void A_dry_run_with_auto_disalarm_does_not_advise_auto_disalarm()
    {
        using var output = new StringWriter();
        using var error = new StringWriter { NewLine = "\n" };
        var own = OwnCommand.Of(Tool.Settings("--dry-run", "--auto-disalarm"));
        var report = new RunReportBuilder(dryRun: true);
        Array.ForEach<RunEvent>([new RunEvent.OrderDecided([A]), new RunEvent.MemberUndecided(A, "x"), new RunEvent.AlarmsLeft([new Alarm(A.MemberId, AlarmKind.NoSpace)])], report.OnEvent);

        new RunSummary(new Screen(output, error) { Own = own }).Close(report.Report, withTable: false);

        Assert.DoesNotContain("Next:", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_compaction_without_an_answer_may_have_been_done()
    {
        var (_, error) = Close(
            new RunEvent.CompactionFinished(7, "no answer within 20ms; it may still be running") { MayBeRunning = true },
            new RunEvent.MemberSkipped(A, SkipReason.RuleIsFalse, "x"),
            new RunEvent.MemberSkipped(B, SkipReason.RuleIsFalse, "x"));

        Assert.Contains("Next: it is not known whether history was compacted; ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("was not compacted", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_is_left_while_defragmenting_has_been_blocked_for_at_least_that_long()
    {
        var (output, _) = Close(
            new RunEvent.DefragmentStarted(B),
            new RunEvent.DefragmentFinished(B, TimeSpan.FromSeconds(1)),
            new RunEvent.MemberDone(new TargetStatus(B, SampleRun.Status(B)), TimeSpan.FromSeconds(1.5)),
            new RunEvent.DefragmentStarted(A),
            new RunEvent.Stopped(StopReason.Interrupted, "left at once") { Running = TimeSpan.FromSeconds(2) });

        var lines = output.Split('\n');
        Assert.Matches(@" 2s +>2s +UNKNOWN", Assert.Single(lines, line => line.Contains("UNKNOWN", StringComparison.Ordinal)));
        Assert.Matches(@" 3s +>3\.5s +1 of 2 done", Assert.Single(lines, line => line.Contains("total", StringComparison.Ordinal) && line.Contains("done", StringComparison.Ordinal)));
    }

    [Fact]
    public void Nobody_is_told_to_clear_the_alarm_while_data_may_differ()
    {
        var (_, error) = Close(
            new RunEvent.MemberSkipped(A, SkipReason.RuleIsFalse, "x"),
            new RunEvent.AlarmsLeft([new Alarm(A.MemberId, AlarmKind.NoSpace), new Alarm(B.MemberId, AlarmKind.Corrupt)]));

        Assert.DoesNotContain("disalarm", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unknown-never-back")]
    [InlineData("failure")]
    [InlineData("refused")]
    public void No_advice_names_a_command_that_an_alarm_or_a_variable_makes_fail(string name)
    {
        var (output, error) = Close(ScriptedRuns.All[name]);

        Assert.DoesNotContain("endpoint health", output + error, StringComparison.Ordinal);
        Assert.DoesNotMatch("etcdctl .*--endpoints", output + error);
    }

    [Theory]
    [InlineData(80, "  MEMBER       BEFORE")]
    [InlineData(120, "  MEMBER       ENDPOINT")]
    public void In_a_narrow_window_endpoints_are_left_out_of_the_table(int columns, string heading)
    {
        var a = SampleRun.Member("https://ip-10-0-12-34.eu-central-1.compute.internal:2379", 0xc3);
        var (output, _) = Close(columns, [new RunEvent.OrderDecided([a]), new RunEvent.DefragmentStarted(a), new RunEvent.DefragmentFinished(a, TimeSpan.FromSeconds(1))]);

        Assert.True(output.Contains(heading, StringComparison.Ordinal), output);
        Assert.All(output.Split('\n'), line => Assert.InRange(line.Length, 0, columns));
    }

    [Fact]
    public void A_long_name_is_cut_in_the_table()
    {
        var name = "etcd-" + new string('x', 200) + "-east-1";
        var c = SampleRun.Member("http://c:2379", 0xc3);
        var (output, _) = Close(new RunEvent.ClusterFound(new ClusterId(1), [new Member(c.MemberId, name, ["http://c:2379"], false)]), new RunEvent.OrderDecided([c]), new RunEvent.DefragmentStarted(c));

        Assert.Contains("  etcd-xxxxxxxxxxxxxx…xxxxxxxxxxxxx-east-1 ", output, StringComparison.Ordinal);
        Assert.DoesNotContain(name, output, StringComparison.Ordinal);
    }

    private static (string Output, string Error) Close(params RunEvent[] events) => Close(null, events);

    private static (string Output, string Error) Close(int? columns, RunEvent[] events)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var summary = new RunSummary(new Screen(output, error) { Columns = () => columns, Own = OwnCommand.Of(Tool.Settings("--endpoints", "http://a:2379", "--cluster", "--move-leader")) });
        RunEvent[] begin =
        [
            new RunEvent.RunStarted(false, "dbSize / 0 > 1", DateTimeOffset.UnixEpoch),
            new RunEvent.StatusesRead([new TargetStatus(A, SampleRun.Status(A)), new TargetStatus(B, SampleRun.Status(B))]),
        ];
        var run = RunEnd.After(TimeSpan.FromSeconds(2), [.. begin, .. events]);
        Array.ForEach(run, summary.OnEvent);
        summary.Close(((RunEvent.RunFinished)run[^1]).Report, withTable: true);
        return (output.ToString(), error.ToString());
    }
}
