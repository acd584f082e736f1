using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Planning;
using Xunit;

namespace EtcdDefrag.Core.Tests.Execution;

public class ExitCodesTests
{
    [Fact]
    public void All_done_is_success() => Assert.Equal(ExitCode.Ok, Code(MemberOutcome.Done, MemberOutcome.Skipped));

    [Fact]
    public void One_failed_member_is_a_failure() => Assert.Equal(ExitCode.Failed, Code(MemberOutcome.Done, MemberOutcome.Failed));

    [Fact]
    public void An_unknown_outcome_outweighs_everything() =>
        Assert.Equal(ExitCode.Unknown, ExitCodes.For(Report(MemberOutcome.Unknown, MemberOutcome.Failed) with { Stopped = StopReason.Interrupted, DataDiffer = true }));

    [Theory]
    [InlineData(StopReason.Refused, ExitCode.Refused)]
    [InlineData(StopReason.RunTimeout, ExitCode.Refused)]
    [InlineData(StopReason.LockLost, ExitCode.Refused)]
    [InlineData(StopReason.NoAccess, ExitCode.NoAccess)]
    [InlineData(StopReason.Locked, ExitCode.Locked)]
    public void Before_the_first_change_each_refusal_has_its_own_code(StopReason reason, ExitCode expected) =>
        Assert.Equal(expected, ExitCodes.For(new RunReport { Stopped = reason }));

    [Theory]
    [InlineData(StopReason.Refused)]
    [InlineData(StopReason.NoAccess)]
    [InlineData(StopReason.LockLost)]
    [InlineData(StopReason.NotRecovered)]
    [InlineData(StopReason.RunTimeout)]
    [InlineData(StopReason.MemberFailed)]
    public void After_the_first_change_every_stop_is_a_failure(StopReason reason) =>
        Assert.Equal(ExitCode.Failed, ExitCodes.For(Report(MemberOutcome.Done, MemberOutcome.NotStarted) with { Stopped = reason, WorkBegan = true }));

    [Theory]
    [InlineData(null, ExitCode.Interrupted)]
    [InlineData(ExitCode.Terminated, ExitCode.Terminated)]
    public void An_interrupt_is_told_by_its_signal(ExitCode? signal, ExitCode expected) =>
        Assert.Equal(expected, ExitCodes.For(Report(MemberOutcome.Done, MemberOutcome.NotStarted) with { Stopped = StopReason.Interrupted, WorkBegan = true }, signal));

    [Fact]
    public void Trouble_beside_the_members_is_a_failure() =>
        Assert.Equal(ExitCode.Failed, ExitCodes.For(Report(MemberOutcome.Done) with { OtherFailures = [new RunFailure(RunStep.Compaction, "compaction")] }));

    [Theory]
    [InlineData(true, ExitCode.WorkNeeded)]
    [InlineData(false, ExitCode.Ok)]
    public void A_dry_run_tells_of_work_only_when_asked(bool asked, ExitCode expected) =>
        Assert.Equal(expected, ExitCodes.For(Report(MemberOutcome.Planned, MemberOutcome.Skipped), tellWorkNeeded: asked));

    [Fact]
    public void A_dry_run_without_work_is_zero() => Assert.Equal(ExitCode.Ok, ExitCodes.For(Report(MemberOutcome.Skipped), tellWorkNeeded: true));

    private static ExitCode Code(params MemberOutcome[] outcomes) => ExitCodes.For(Report(outcomes));

    private static RunReport Report(params MemberOutcome[] outcomes) => new()
    {
        Members = [.. outcomes.Select((outcome, i) => new MemberReport
        {
            Target = new Target(new MemberId((ulong)i + 1), Endpoint.Parse($"127.0.0.1:{2379 + i}")),
            Outcome = outcome,
        })],
    };
}
