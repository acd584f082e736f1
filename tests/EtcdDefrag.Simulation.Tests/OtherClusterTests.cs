using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Testing.Model;
using EtcdDefrag.Testing.Model.Time;
using EtcdDefrag.Testing.Schedules;

namespace EtcdDefrag.Simulation.Tests;

/// <summary>An endpoint of another cluster is named too, and lists its members while the run's cluster is slow.</summary>
public sealed class OtherClusterTests
{
    private const string Elsewhere = "http://10.9.9.9:2379";
    private static readonly DefragOptions Options =
        new() { UseCluster = true, Compaction = false, RecoveryTimeout = TimeSpan.FromSeconds(10) };

    private readonly ModelScene _scene = new(members: 3);
    private readonly ModelCluster _other;

    public OtherClusterTests()
    {
        _other = new ModelCluster(_scene.Network, new Dice(3), new ClusterId(0xf0));
        var stranger = _other.AddMember(0xf00, "stranger", learner: false);
        stranger.ClientUrls.Add(Elsewhere);
        _scene.Network.AddRoute(Elsewhere, stranger);
        _other.SetLeader(stranger, "from the beginning");
    }

    [Fact]
    public void A_second_look_does_not_take_the_other_cluster_for_its_own()
    {
        // Somebody else's defragmentation makes the first look wait; m1, which gave the list, is slow at the second.
        var script = new CallScript { OnSettled = call => Slow(call.Kind == CallKind.ListAlarms) };
        var foreign = new Fault(FaultKind.ForeignDefrag, FaultTrigger.CallSent, TimeSpan.Zero)
        {
            Call = CallKind.ListAlarms,
            MemberIndex = 1,
        };

        var report = _scene.Run(Options, script, [foreign], Elsewhere);

        Assert.True(script.Changes.Count == 0, $"foreign-cluster: {string.Join(", ", script.Changes)}");
        Assert.Equal(_scene.Cluster.Id, report.ClusterId);
        Assert.Equal(["same-cluster"], report.RefusedChecks);
    }

    [Fact]
    public void An_endpoint_that_answers_only_later_ends_the_run_when_it_belongs_to_the_other_cluster()
    {
        _other.SetOffNetwork(_other.Members[0], off: true);
        var script = new CallScript
        {
            OnSent = (call, _) =>
            {
                if (call.Kind == CallKind.Defragment)
                {
                    _other.SetOffNetwork(_other.Members[0], off: false);
                    Slow(true);
                }
            },
        };

        var report = _scene.Run(Options, script, others: Elsewhere);

        Assert.True(
            script.Changes is ["Defragment http://10.0.0.1:2379"], $"foreign-cluster: {string.Join(", ", script.Changes)}");
        Assert.Contains($"endpoint {Elsewhere} belongs to cluster f0", report.StopExplanation, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Failed, ExitCodes.For(report));
        var outcomes = report.Members.Select(member => member.Outcome);
        Assert.Equal([MemberOutcome.Done, MemberOutcome.NotStarted, MemberOutcome.NotStarted], outcomes);
    }

    private void Slow(bool when)
    {
        if (when)
        {
            _scene.Cluster.Members[0].ExtraLatency = TimeSpan.FromSeconds(3);
        }
    }
}
