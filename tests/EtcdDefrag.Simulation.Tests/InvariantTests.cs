using EtcdDefrag.Testing.Schedules;

namespace EtcdDefrag.Simulation.Tests;

public sealed class InvariantTests
{
    private const int Seeds = 2000;

    [Fact]
    public void A_careful_tool_breaks_no_promise_and_meets_enough()
    {
        var coverage = SimulationRunner.Run(0, Seeds, SmallTool.With(Mistakes.None), stopAfter: 5, cancellationToken: TestContext.Current.CancellationToken);

        TestContext.Current.TestOutputHelper!.WriteLine(coverage.ToString());
        Assert.True(coverage.FailingSeeds.Count == 0, coverage + "\n" + string.Join("\n", coverage.Explanations));
        Assert.True(coverage.GotToWork > Seeds / 2, coverage.ToString());
        Assert.True(coverage.HadUnknown > Seeds / 20, coverage.ToString());
        Assert.True(coverage.DidAll > Seeds / 10, coverage.ToString());
        Assert.True(coverage.HadFaults > Seeds / 3, coverage.ToString());
    }

    [Theory]
    [InlineData(Mistakes.SkipsRecoveryGate | Mistakes.ChecksOnce, "stale-check")]
    [InlineData(Mistakes.TrustsFirstLeader, "leader-last")]
    [InlineData(Mistakes.GoesOnAfterUnknown | Mistakes.ChecksOnce, "one-at-a-time")]
    [InlineData(Mistakes.GoesOnAfterUnknown | Mistakes.ChecksOnce, "after-unknown")]
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
    [InlineData(Mistakes.IgnoresSnapshots, "snapshot")]
    public void A_planted_mistake_is_caught(Mistakes mistakes, string violation)
    {
        for (var from = 0; from < 8000; from += 250)
        {
            var coverage = SimulationRunner.Run(from, from + 250, SmallTool.With(mistakes), stopAfter: int.MaxValue, cancellationToken: TestContext.Current.CancellationToken);
            if (coverage.ViolationIds.ContainsKey(violation))
            {
                return;
            }
        }

        Assert.Fail($"8000 schedules did not show {violation}");
    }

    [Fact]
    public void The_same_seed_gives_the_same_journal()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var first = Testing.Schedules.Simulation.Run(seed, SmallTool.With(Mistakes.None));
            var second = Testing.Schedules.Simulation.Run(seed, SmallTool.With(Mistakes.None));

            Assert.Equal(first.Journal.Hash(), second.Journal.Hash());
            Assert.Equal(first.Journal.Entries, second.Journal.Entries);
        }
    }

    [Fact]
    public void Two_threads_find_what_one_finds()
    {
        var one = SimulationRunner.Run(0, 200, SmallTool.With(Mistakes.RetriesDefragment), stopAfter: int.MaxValue, cancellationToken: TestContext.Current.CancellationToken);
        var two = SimulationRunner.Run(0, 200, SmallTool.With(Mistakes.RetriesDefragment), threads: 2, stopAfter: int.MaxValue, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(one.FailingSeeds, two.FailingSeeds);
    }
}
