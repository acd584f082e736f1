using EtcdDefrag.Testing.Schedules;

namespace EtcdDefrag.Simulation.Tests;

public sealed class InvariantTests
{
    private const int Seeds = 3000;

    [Fact]
    public void A_careful_tool_breaks_no_promise()
    {
        var coverage = SimulationRunner.Run(0, Seeds, SmallTool.With(Mistakes.None), stopAfter: 5, cancellationToken: TestContext.Current.CancellationToken);

        TestContext.Current.TestOutputHelper!.WriteLine(coverage.ToString());
        Assert.True(coverage.FailingSeeds.Count == 0, coverage + "\n" + string.Join("\n", coverage.Explanations));
    }

    [Fact]
    public void The_generator_has_teeth()
    {
        var coverage = SimulationRunner.Run(0, Seeds, SmallTool.With(Mistakes.None), cancellationToken: TestContext.Current.CancellationToken);

        Assert.True(coverage.GotToWork > Seeds / 2, coverage.ToString());
        Assert.True(coverage.HadUnknown > Seeds / 20, coverage.ToString());
        Assert.True(coverage.DidAll > Seeds / 10, coverage.ToString());
        Assert.True(coverage.HadFaults > Seeds / 2, coverage.ToString());
    }

    [Theory]
    [InlineData(Mistakes.SkipsRecoveryGate | Mistakes.ChecksOnce, "stale-check")]
    [InlineData(Mistakes.TrustsFirstLeader, "leader-last")]
    [InlineData(Mistakes.GoesOnAfterUnknown, "one-at-a-time")]
    [InlineData(Mistakes.GoesOnAfterUnknown, "after-unknown")]
    [InlineData(Mistakes.RetriesDefragment, "retried")]
    [InlineData(Mistakes.RetriesDefragment, "once")]
    [InlineData(Mistakes.ChecksOnce, "stale-check")]
    [InlineData(Mistakes.IgnoresAlarms, "corrupt")]
    [InlineData(Mistakes.ForgetsDryRun, "dry-run")]
    [InlineData(Mistakes.BelievesStatus, "voter-down")]
    [InlineData(Mistakes.BelievesStatus, "one-at-a-time")]
    [InlineData(Mistakes.ClaimsSuccess, "claimed-done")]
    [InlineData(Mistakes.ClaimsSuccess, "claimed-success")]
    [InlineData(Mistakes.OverlooksVoters, "voter-down")]
    [InlineData(Mistakes.ForgetsLock, "lock-lost")]
    public void A_planted_mistake_is_caught(Mistakes mistakes, string violation)
    {
        var coverage = SimulationRunner.Run(0, Seeds, SmallTool.With(mistakes), stopAfter: int.MaxValue, cancellationToken: TestContext.Current.CancellationToken);

        TestContext.Current.TestOutputHelper!.WriteLine(coverage.ToString());
        Assert.True(coverage.ViolationIds.ContainsKey(violation), coverage.ToString());
    }
}
