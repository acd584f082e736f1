using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Testing.Model;
using EtcdDefrag.Testing.Schedules;

namespace EtcdDefrag.Simulation.Tests;

/// <summary>Somebody else defragments a member of the same cluster.</summary>
public sealed class OthersAtWorkTests
{
    private static readonly DefragOptions Options = new()
    {
        UseCluster = true,
        Compaction = false,
        CommandTimeout = TimeSpan.FromSeconds(2),
        RecoveryTimeout = TimeSpan.FromSeconds(5),
    };

    private static readonly TimeSpan EndsAt = TimeSpan.FromSeconds(10);

    private readonly ModelScene _scene = new(members: 3);

    [Theory]
    [InlineData(CallKind.ListMembers, "")]
    [InlineData(CallKind.Defragment, "Defragment http://10.0.0.1:2379")]
    public void A_run_whose_time_is_over_does_not_go_on_waiting_for_it(CallKind begins, string changes)
    {
        var script = new CallScript();
        Fault[] faults =
        [
            // A snapshot that never ends: the defragmentation waits for it and never ends either.
            new(FaultKind.Snapshot, FaultTrigger.CallSent, TimeSpan.Zero) { Call = begins, MemberIndex = 2 },
            new(FaultKind.ForeignDefrag, FaultTrigger.CallSent, TimeSpan.FromMilliseconds(1)) { Call = begins, MemberIndex = 2 },
        ];

        var options = Options with { RunTimeout = TimeSpan.FromSeconds(20), SkippedChecks = Unreachable };
        var report = _scene.Run(options, script, faults);

        Assert.Equal(changes, string.Join(", ", script.Changes));
        Assert.Contains("no-snapshot-running", report.RefusedChecks);
        Assert.Matches(@"3:2379 is being defragmented by somebody else, still after [\d.]+s \(--run-timeout\)", report.StopExplanation);
        Assert.All(script.Events.OfType<RunEvent.SnapshotWaitStarted>(), wait => Assert.True(wait.AtMost <= options.RunTimeout));
        Assert.InRange(TimeSpan.FromTicks(_scene.Time.Now).TotalSeconds, 20, 30);
    }

    /// <summary>The other's defragmentation shrinks the file; ours follows, and etcd 3.4 answers Status all the while.</summary>
    [Fact]
    public void The_file_that_it_shrank_is_no_proof_that_ours_is_done()
    {
        foreach (var member in _scene.Cluster.Members)
        {
            member.SetVersion("3.4.23");
        }

        var script = new CallScript();
        Fault[] faults =
        [
            Concerned(FaultKind.ForeignDefrag, 0),
            Concerned(FaultKind.SlowDisk, 200) with { Amount = 60 },
            Concerned(FaultKind.BecomeLearner, 300),
        ];

        var report = _scene.Run(Options with { DefragTimeout = TimeSpan.FromSeconds(2) }, script, faults);

        Assert.True(_scene.Cluster.Members[0].IsBlockedByUs);
        Assert.True(script.Changes is ["Defragment http://10.0.0.1:2379"], $"one-at-a-time: {string.Join(", ", script.Changes)}");
        Assert.Equal(MemberOutcome.Unknown, report.Members[0].Outcome);
        Assert.Equal(ExitCode.Unknown, ExitCodes.For(report));
    }

    /// <summary>The page is seen before anything and with the checks, which begin the wait; then it cannot be read while the snapshot is open.</summary>
    [Fact]
    public void A_page_that_cannot_be_read_does_not_end_the_wait_for_a_snapshot()
    {
        var pages = 0;
        var member = _scene.Cluster.Members[0];
        var open = new List<int>();
        var script = new CallScript
        {
            OnSent = (call, _) =>
            {
                if (call.Kind == CallKind.Defragment && call.Member == member)
                {
                    open.Add(member.Snapshots.Count);
                }
            },
            OnSettled = call =>
            {
                if (call is ModelCall<MemberMetrics?> page && page.Member == member && ++pages > 3 && _scene.Time.Now < EndsAt.Ticks)
                {
                    page.Answer = null;
                }
            },
        };
        Fault[] faults =
            [new(FaultKind.Snapshot, FaultTrigger.CallSent, TimeSpan.Zero) { Call = CallKind.ListMembers, MemberIndex = 0, Duration = EndsAt }];

        var report = _scene.Run(Options, script, faults);

        Assert.Equal([0], open);
        Assert.Equal(ExitCode.Ok, ExitCodes.For(report));
    }

    private static HashSet<string> Unreachable { get; } = ["members-reachable", "quorum-read", "survives-one-loss", "one-leader"];

    private static Fault Concerned(FaultKind kind, int milliseconds) =>
        new(kind, FaultTrigger.CallSent, TimeSpan.FromMilliseconds(milliseconds))
        {
            Call = CallKind.Defragment,
            Victim = FaultVictim.Concerned,
        };
}
