using System.Globalization;
using EtcdDefrag.Testing.Schedules;

namespace EtcdDefrag.Simulation.Tests;

/// <summary>The executor against schedules from seeds. <c>ETCD_DEFRAG_SIMULATE=N</c> runs N of them until
/// <c>ETCD_DEFRAG_FAILURES=N</c> have failed, <c>ETCD_DEFRAG_SEED=N</c> tells the story of one.</summary>
public sealed class ExecutorTests
{
    [Fact]
    public void No_schedule_makes_it_break_a_promise()
    {
        var count = Number("ETCD_DEFRAG_SIMULATE") ?? 20_000;

        var failures = (int)(Number("ETCD_DEFRAG_FAILURES") ?? 50);

        var coverage = SimulationRunner.Run(0, count, RealTool.RunAsync, threads: 2, failures, TestContext.Current.CancellationToken);

        TestContext.Current.TestOutputHelper!.WriteLine(coverage.ToString());
        Assert.True(coverage.FailingSeeds.Count == 0, coverage + "\n" + string.Join("\n", coverage.Explanations));
        Assert.True(coverage.GotToWork > count / 2 && coverage.DidAll > count / 10, coverage.ToString());
        Assert.True(coverage.HadFaults > count / 3 && coverage.HadUnknown > count / 20, coverage.ToString());
        Assert.True(coverage.MovedLeader > count / 20, coverage.ToString());
    }

    [Fact]
    public void It_does_the_same_when_a_seed_is_run_again()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var first = Testing.Schedules.Simulation.Run(seed, RealTool.RunAsync);
            var second = Testing.Schedules.Simulation.Run(seed, RealTool.RunAsync);

            Assert.Equal(first.Journal.Entries, second.Journal.Entries);
        }
    }

    [Fact]
    public void Two_threads_meet_what_one_meets()
    {
        var token = TestContext.Current.CancellationToken;
        var one = SimulationRunner.Run(0, 200, RealTool.RunAsync, cancellationToken: token);
        var two = SimulationRunner.Run(0, 200, RealTool.RunAsync, threads: 2, cancellationToken: token);

        Assert.Equal(one.ToString(), two.ToString());
    }

    [Fact(Explicit = true)] // no test: it tells a story, and runs only when asked for (-explicit only)
    public void One_seed_is_replayed_on_request()
    {
        TestContext.Current.TestOutputHelper!.WriteLine(SimulationRunner.ReplaySeed(Number("ETCD_DEFRAG_SEED") ?? 0, RealTool.RunAsync));
    }

    private static long? Number(string variable) =>
        long.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
