using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Execution.Running;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Testing.Model;

namespace EtcdDefrag.Simulation.Tests;

/// <summary>The run's lock in schedules that chance hardly ever draws.</summary>
public sealed class LockScheduleTests
{
    private static readonly DefragOptions Options = new() { UseCluster = true, Lock = true };

    /// <summary>
    /// Before a member the key is asked for; the answer "still yours" is on its way for 3 s. Meanwhile the lease is revoked, and a renewal, due every 20 s,
    /// finds out. Pauses of every length: in some of them the renewal falls into those 3 s.
    /// </summary>
    [Fact]
    public void A_loss_that_the_renewal_finds_during_the_look_is_not_forgotten()
    {
        var met = 0;
        for (var pause = 10; pause < 50; pause++)
        {
            var scene = new ModelScene(members: 3);
            var watch = new LateAnswer(scene);
            Run(scene, Options with { WaitBetweenDefrags = TimeSpan.FromSeconds(pause) }, watch, CancellationToken.None);
            met += watch.FoundDuringTheLook ? 1 : 0;
            Assert.True(watch.StartedAfterTheLoss == 0, $"lock-lost: with a pause of {pause} s a member is started after a renewal said that the lease is gone");
        }

        Assert.InRange(met, 1, 40);
    }

    [Theory]
    [InlineData(CallKind.GrantLease)]
    [InlineData(CallKind.TryCreateKey)]
    public void An_interrupt_while_the_lock_is_taken_gives_it_back(CallKind during)
    {
        var scene = new ModelScene(members: 3);
        using var stop = new CancellationTokenSource();
        var watch = new Interrupt(during, stop);

        var report = Run(scene, Options, watch, stop.Token);

        Assert.Equal(StopReason.Interrupted, report.Stopped);
        Assert.True(watch.Lease is { } lease && !scene.Cluster.IsLeaseAlive(lease), "lock-left: the lease lives on");
        Assert.Null(scene.Cluster.Get("/etcd-defrag/lock"));
        Assert.False(watch.DefragmentSent);
    }

    private static RunReport Run(ModelScene scene, DefragOptions options, Watcher watch, CancellationToken stop)
    {
        scene.Network.Watch = watch;
        RunReport? report = null;
        var request = new RunRequest { Options = options, Endpoints = [Endpoint.Parse(ModelScene.Url(1))] };
        scene.Time.Run(async () => report = await new DefragRun(new ModelClient(scene.Network), scene.Time, request, watch).RunAsync(stop));
        return report!;
    }

    private abstract class Watcher : IRunObserver, ICallWatch
    {
        public void OnEvent(RunEvent runEvent)
        {
            // Only the calls matter.
        }

        public abstract void Sent(ModelCall call);

        public abstract void Settled(ModelCall call);
    }

    private sealed class LateAnswer(ModelScene scene) : Watcher
    {
        private static readonly TimeSpan Delay = TimeSpan.FromSeconds(3);

        private bool _defragmented;
        private ModelCall? _look;
        private bool _lost;

        public bool FoundDuringTheLook { get; private set; }

        public int StartedAfterTheLoss { get; private set; }

        public override void Sent(ModelCall call)
        {
            StartedAfterTheLoss += _lost && call.Kind == CallKind.Defragment ? 1 : 0;
            if (_defragmented && _look is null && call.Kind == CallKind.TryCreateKey)
            {
                _look = call;
                call.Member!.ExtraLatency = Delay;
                scene.Time.After(TimeSpan.FromMilliseconds(100), _ =>
                {
                    call.Member.ExtraLatency = TimeSpan.Zero;
                    scene.Cluster.LoseLeases();
                }, null);
            }

            _defragmented |= call.Kind == CallKind.Defragment;
        }

        public override void Settled(ModelCall call)
        {
            if (call is ModelCall<bool> { Kind: CallKind.KeepAlive, End: CallEnd.Answered, Answer: false })
            {
                _lost = true;
                FoundDuringTheLook |= _look is { IsSettled: false };
            }
        }
    }

    private sealed class Interrupt(CallKind during, CancellationTokenSource stop) : Watcher
    {
        public long? Lease { get; private set; }

        public bool DefragmentSent { get; private set; }

        public override void Sent(ModelCall call)
        {
            DefragmentSent |= call.Kind == CallKind.Defragment;
            if (call.Kind == during)
            {
                stop.Cancel();
            }
        }

        public override void Settled(ModelCall call)
        {
            if (call is ModelCall<long> { Kind: CallKind.GrantLease } grant)
            {
                Lease = grant.Answer;
            }
        }
    }
}
