using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Testing.Model;

namespace EtcdDefrag.Simulation.Tests;

/// <summary>
/// After the checks and right before Defragment the member's metrics page is read once more, which may take up to 5 s.
/// What happens during that read must count.
/// </summary>
public sealed class LastLookTests
{
    /// <summary>A member's page is read before anything, with the checks before the member, and then once more.</summary>
    private const int LastLook = 3;

    private static readonly DefragOptions Options =
        new() { UseCluster = true, Compaction = false, WaitBetweenDefrags = TimeSpan.FromSeconds(18) };

    private readonly ModelScene _scene = new(members: 3);

    [Fact]
    public void No_member_is_started_when_the_time_of_the_run_ends_during_it()
    {
        var script = new CallScript { OnSent = (call, count) => Delay(call, count, 1, TimeSpan.FromSeconds(4)) };

        var report = _scene.Run(Options with { RunTimeout = TimeSpan.FromSeconds(3) }, script);

        Assert.True(script.Changes.Count == 0, $"run-timeout: {string.Join(", ", script.Changes)}");
        Assert.Equal(StopReason.RunTimeout, report.Stopped);
        Assert.All(report.Members, member => Assert.Equal(MemberOutcome.NotStarted, member.Outcome));
    }

    [Fact]
    public void No_member_is_started_when_the_lock_is_lost_during_it()
    {
        var lost = false;
        var script = new CallScript
        {
            OnSent = (call, count) =>
            {
                if (Delay(call, count, 2, TimeSpan.FromSeconds(4)))
                {
                    _scene.Cluster.LoseLeases(); // the renewal after 20 s finds out, before the answer is there
                }
            },
            OnSettled = call => lost |= call is ModelCall<bool> { Kind: CallKind.KeepAlive, End: CallEnd.Answered, Answer: false },
        };

        var report = _scene.Run(Options with { Lock = true }, script);

        Assert.True(lost);
        Assert.True(script.Changes is ["Defragment http://10.0.0.1:2379"], $"lock-lost: {string.Join(", ", script.Changes)}");
        Assert.Equal(StopReason.LockLost, report.Stopped);
    }

    [Fact]
    public void A_member_is_not_started_when_its_endpoint_turns_out_to_lead_to_another()
    {
        var script = new CallScript
        {
            OnSent = (call, count) =>
            {
                if (call.Kind == CallKind.Metrics && call.Member == _scene.Cluster.Members[0] && count == LastLook - 1)
                {
                    // The checks' own calls are on their way already.
                    _scene.Time.After(TimeSpan.FromMilliseconds(0.1), _ => Divert(_scene.Cluster.Members[2]), null);
                }
            },
        };

        var report = _scene.Run(Options, script);

        Assert.True(script.Changes.Count == 0, $"wrong-member: {string.Join(", ", script.Changes)}");
        Assert.Contains("members-reachable", report.RefusedChecks);
    }

    [Fact]
    public void A_page_from_elsewhere_delays_a_member_and_does_not_end_its_turn()
    {
        // Only the page comes from another member, always: as with a wrong --metrics-url.
        var script = new CallScript
        {
            OnSettled = call =>
            {
                if (call is ModelCall<MemberMetrics?> { Answer: { } page } metrics && call.Member == _scene.Cluster.Members[0])
                {
                    metrics.Answer = page with { MemberId = _scene.Cluster.Members[2].Id };
                }
            },
        };

        var report = _scene.Run(Options, script);

        Assert.Equal(ExitCode.Ok, ExitCodes.For(report));
        Assert.Equal(3, report.Members.Count(member => member.Outcome is MemberOutcome.Done));
        var turns = script.Events.OfType<RunEvent.MemberStarted>().Select(turn => turn.Member.Target.MemberId);
        Assert.Equal(2, turns.Count(member => member == _scene.Cluster.Members[0].Id));
    }

    private bool Delay(ModelCall call, int count, int member, TimeSpan delay)
    {
        if (call.Kind != CallKind.Metrics || call.Member != _scene.Cluster.Members[member - 1] || count != LastLook + member - 1)
        {
            return false;
        }

        call.Member.ExtraLatency = delay;
        _scene.Time.After(TimeSpan.FromMilliseconds(100), _ => call.Member.ExtraLatency = TimeSpan.Zero, null);
        return true;
    }

    private void Divert(ModelMember to)
    {
        var route = _scene.Network.Routes[Endpoint.Parse(ModelScene.Url(1))];
        (route.Diverted, route.ChangedAt) = (to, _scene.Time.Now);
    }
}
