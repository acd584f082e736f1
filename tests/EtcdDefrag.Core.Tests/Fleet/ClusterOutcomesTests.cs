using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Fleet;
using Xunit;

namespace EtcdDefrag.Core.Tests.Fleet;

public sealed class ClusterOutcomesTests
{
    [Theory]
    [InlineData(ExitCode.Ok)]
    [InlineData(ExitCode.Ok, ClusterOutcome.Done, ClusterOutcome.NothingToDo)]
    [InlineData(ExitCode.Ok, ClusterOutcome.Done, ClusterOutcome.Refused, ClusterOutcome.Unreachable, ClusterOutcome.Locked)]
    [InlineData(ExitCode.Refused, ClusterOutcome.Refused, ClusterOutcome.Unreachable)]
    [InlineData(ExitCode.Refused, ClusterOutcome.Locked)]
    [InlineData(ExitCode.NoAccess, ClusterOutcome.Unreachable, ClusterOutcome.Unreachable)]
    [InlineData(ExitCode.DataDiffer, ClusterOutcome.Done, ClusterOutcome.DataDiffer, ClusterOutcome.Refused)]
    [InlineData(ExitCode.Failed, ClusterOutcome.Done, ClusterOutcome.DataDiffer, ClusterOutcome.Failed)]
    [InlineData(ExitCode.Unknown, ClusterOutcome.Failed, ClusterOutcome.Unknown)]
    public void The_worst_decides(ExitCode code, params ClusterOutcome[] outcomes) =>
        Assert.Equal(code, ClusterOutcomes.CodeOf(outcomes, null, tooManyUnready: false, strict: false, tellWorkNeeded: true));

    [Fact]
    public void A_signal_comes_after_unknown_and_before_failed()
    {
        Assert.Equal(ExitCode.Terminated, ClusterOutcomes.CodeOf([ClusterOutcome.Failed], ExitCode.Terminated, false, false, false));
        Assert.Equal(ExitCode.Unknown, ClusterOutcomes.CodeOf([ClusterOutcome.Unknown], ExitCode.Terminated, false, false, false));
    }

    [Theory]
    [InlineData(ClusterOutcome.Refused)]
    [InlineData(ClusterOutcome.Unreachable)]
    [InlineData(ClusterOutcome.Locked)]
    [InlineData(ClusterOutcome.NotStarted)]
    public void Strict_makes_one_that_was_left_alone_count(ClusterOutcome outcome) =>
        Assert.Equal(ExitCode.Refused, ClusterOutcomes.CodeOf([ClusterOutcome.Done, outcome], null, false, strict: true, false));

    [Fact]
    public void Too_many_that_do_not_answer_are_no_access() =>
        Assert.Equal(ExitCode.NoAccess, ClusterOutcomes.CodeOf([ClusterOutcome.WorkNeeded, ClusterOutcome.Unreachable], null, tooManyUnready: true, strict: true, tellWorkNeeded: true));

    [Fact]
    public void Work_has_a_code_where_it_is_asked_for()
    {
        Assert.Equal(ExitCode.WorkNeeded, ClusterOutcomes.CodeOf([ClusterOutcome.WorkNeeded], null, false, false, tellWorkNeeded: true));
        Assert.Equal(ExitCode.Ok, ClusterOutcomes.CodeOf([ClusterOutcome.WorkNeeded], null, false, false, tellWorkNeeded: false));
    }
}
