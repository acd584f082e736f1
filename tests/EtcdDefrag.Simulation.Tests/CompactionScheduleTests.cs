using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Execution.Running;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Testing.Model;
using EtcdDefrag.Testing.Schedules;

namespace EtcdDefrag.Simulation.Tests;

/// <summary>A compaction whose answer is lost: done or not, nobody knows. It is never sent again, and it is told.</summary>
public sealed class CompactionScheduleTests
{
    [Theory]
    [InlineData(FaultKind.LoseReply, true, 3)]
    [InlineData(FaultKind.LoseRequest, true, 3)]
    [InlineData(FaultKind.LoseReply, false, 0)]
    public void It_is_not_sent_again_and_counts_as_a_failure(FaultKind kind, bool continueOnError, int done)
    {
        var scene = new ModelScene(members: 3);
        using var stop = new CancellationTokenSource();
        _ = new FaultInjector(
            scene.Cluster,
            scene.Network,
            [new Fault(kind, FaultTrigger.CallSent, TimeSpan.Zero) { Call = CallKind.Compact, Lost = CallKind.Compact, Victim = FaultVictim.Concerned }],
            stop);
        var watch = new Watch();
        scene.Network.Watch = watch;
        var request = new RunRequest
        {
            Options = new DefragOptions { UseCluster = true, ContinueOnError = continueOnError },
            Endpoints = [Endpoint.Parse(ModelScene.Url(1))],
        };
        RunReport? report = null;

        scene.Time.Run(async () => report = await new DefragRun(new ModelClient(scene.Network), scene.Time, request, watch).RunAsync(stop.Token));

        Assert.Equal(1, watch.Compactions);
        Assert.Contains("it may still be running", watch.Problem, StringComparison.Ordinal);
        Assert.Equal(done, report!.Count(MemberOutcome.Done));
        Assert.Equal(ExitCode.Failed, ExitCodes.For(report));
    }

    private sealed class Watch : IRunObserver, ICallWatch
    {
        public int Compactions { get; private set; }

        public string? Problem { get; private set; }

        public void OnEvent(RunEvent runEvent) => Problem = runEvent is RunEvent.CompactionFinished finished ? finished.Problem : Problem;

        public void Sent(ModelCall call) => Compactions += call.Kind == CallKind.Compact ? 1 : 0;

        public void Settled(ModelCall call)
        {
            // How it ends is told by the events.
        }
    }
}
