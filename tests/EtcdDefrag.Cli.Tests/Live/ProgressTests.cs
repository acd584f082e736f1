using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Core.Text;
using EtcdDefrag.Live;
using EtcdDefrag.Testing.Model.Time;
using Xunit;

namespace EtcdDefrag.Cli.Tests.Live;

/// <summary>What a person sees of a run at each moment.</summary>
public sealed class ProgressTests
{
    private static readonly Target A = SampleRun.Member("http://10.0.0.1:2379", 0xa1);
    private static readonly Target B = SampleRun.Member("http://10.0.0.2:2379", 0xb2);
    private static readonly Target C = SampleRun.Member("http://10.0.0.3:2379", 0xc3);

    /// <summary>A run over three members, each event with the second at which it comes.</summary>
    private static readonly (int At, RunEvent Event)[] Run =
    [
        (0, new RunEvent.RunStarted(false, null, DateTimeOffset.UnixEpoch)),
        (1, new RunEvent.ClusterFound(new ClusterId(1), [Named(A, "m1"), Named(B, "m2"), Named(C, "m3")])),
        (1, new RunEvent.StatusesRead([InUse(A, 100), InUse(B, 100), InUse(C, 100)])),
        (1, new RunEvent.CompactionStarted(7, A.Endpoint)),
        (5, new RunEvent.CompactionFinished(7, null)),
        (5, new RunEvent.SettlingStarted([B.Endpoint])),
        (9, new RunEvent.SettlingFinished(TimeSpan.FromSeconds(4), [])),
        (9, new RunEvent.OrderDecided([A, B, C])),
        (10, new RunEvent.MemberStarted(InUse(A, 100))),
        (10, new RunEvent.DefragmentStarted(A)),
        (30, new RunEvent.DefragmentFinished(A, TimeSpan.FromSeconds(20))),
        (30, new RunEvent.MemberDone(InUse(A, 100), TimeSpan.FromSeconds(20))),
        (34, new RunEvent.Pausing(TimeSpan.FromSeconds(20), Adaptive: true)),
        (54, new RunEvent.SnapshotWaitStarted(B.Endpoint, "a snapshot of http://10.0.0.2:2379 is being read (a backup)", TimeSpan.FromMinutes(5))),
        (56, new RunEvent.SnapshotWaitFinished(B.Endpoint, TimeSpan.FromSeconds(2), IsOver: true)),
        (56, new RunEvent.MemberStarted(InUse(B, 200))),
        (56, new RunEvent.DefragmentStarted(B)),
        (100, new RunEvent.OutcomeUnknown(B, TimeSpan.FromSeconds(44), "timed out", TimeSpan.FromMinutes(5))),
        (130, new RunEvent.DefragmentFinishedLate(B, TimeSpan.FromSeconds(74))),
        (130, new RunEvent.MemberDone(InUse(B, 200), TimeSpan.FromSeconds(74))),
        (131, new RunEvent.MemberStarted(InUse(C, 100))),
        (131, new RunEvent.LeaderMoveStarted(C, SampleRun.View(A, "m1"))),
        (133, new RunEvent.LeaderMoved(C, A.MemberId, TimeSpan.Zero)),
        (133, new RunEvent.MemberFailed(C, MemberStep.MoveLeader, TimeSpan.FromSeconds(2), "it came back")),
        (133, new RunEvent.DisarmStarted()),
        (134, new RunEvent.RunFinished(new RunReport())),
    ];

    [Theory]
    [InlineData(0, "checking, 0s")]
    [InlineData(3, "compacting until revision 7, 2s; to come: m1 m2 m3")]
    [InlineData(7, "settling: members free what was compacted, 2s; to come: m1 m2 m3")]
    [InlineData(15, "m1 http://10.0.0.1:2379: defragmenting 100 MiB, 5s; to come: m2 m3")]
    [InlineData(32, "m1 http://10.0.0.1:2379: recovering, 2s; 1 done, to come: m2 m3, about 40s left")]
    [InlineData(39, "pausing, 5s of 20s [##........]; 1 done, to come: m2 m3, about 1m15s left")]
    [InlineData(55, "m2 http://10.0.0.2:2379: waiting: a snapshot of http://10.0.0.2:2379 is being read (a backup), 1s of at most 5m0s; 1 done, to come: m3, about 20s left")]
    [InlineData(66, "m2 http://10.0.0.2:2379: defragmenting 200 MiB, 10s of about 40s [##........]; 1 done, to come: m3, about 1m30s left")]
    [InlineData(99, "m2 http://10.0.0.2:2379: defragmenting 200 MiB, 43s, longer than expected; 1 done, to come: m3")]
    [InlineData(110, "m2 http://10.0.0.2:2379: outcome unknown, waiting, 10s of at most 5m0s; 1 done, to come: m3")]
    [InlineData(132, "m3 http://10.0.0.3:2379: moving the leadership to m1, 1s; 2 done")]
    [InlineData(133, "looking at alarms, 0s; 2 done, 1 failed")]
    public void The_line_tells_what_goes_on(int second, string expected) => Assert.Equal(expected, LineAt(second, room: 200)[2..]);

    [Theory]
    [InlineData(76, "m2: defragmenting, 10s of about 40s; 1 done, 1 to come, about 1m30s left")]
    [InlineData(60, "m2: defragmenting, 10s of about 40s; 1 done, 1 to come")]
    [InlineData(40, "m2: defragmenting, 10s of about 40s")]
    [InlineData(20, "m2: defragmenting…")]
    public void In_a_narrow_window_what_matters_most_is_left(int room, string expected) => Assert.Equal(expected, LineAt(66, room)[2..]);

    [Fact]
    public void It_never_takes_more_than_its_room()
    {
        for (var second = 0; second <= 133; second++)
        {
            for (var room = 16; room < 160; room += 3)
            {
                Assert.InRange(DisplayWidth.Of(LineAt(second, room)), 1, room);
            }
        }
    }

    [Fact]
    public void An_estimate_is_never_below_what_has_passed()
    {
        for (var second = 0; second <= 133; second++)
        {
            var view = At(second);
            Assert.True(view.Expected is null || view.Elapsed <= view.Expected || !ProgressLine.Render(view, 0, 200).Contains(" of about ", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void With_a_rule_members_may_be_skipped_so_what_is_left_is_a_bound()
    {
        var progress = new RunProgress();
        foreach (var (at, one) in Run.Where(one => one.At <= 34))
        {
            progress.OnEvent(one is RunEvent.RunStarted started ? started with { Rule = "dbSize > 1" } : one, TimeSpan.FromSeconds(at));
        }

        Assert.EndsWith("at most about 1m20s left", ProgressLine.Render(progress.At(TimeSpan.FromSeconds(34)), 0, 200), StringComparison.Ordinal);
    }

    [Fact]
    public void It_ticks_a_few_times_a_second_and_leaves_nothing_behind()
    {
        var time = new VirtualTime();
        using var screen = new TestScreen(80);
        var seen = new List<string>();

        time.Run(async () =>
        {
            var line = new LiveLine(screen, () => screen.Columns);
            using var live = new LiveProgress(line, time, () => true);
            foreach (var (at, one) in Run)
            {
                await Task.Delay(TimeSpan.FromSeconds(at) - TimeSpan.FromTicks(time.Now), time, TestContext.Current.CancellationToken);
                seen.Add(screen.Text);
                live.OnEvent(one);
            }
        });

        Assert.Equal("", seen[0]);
        Assert.Contains(seen, text => text.Contains("defragmenting 100 MiB, 19s; to come: m2 m3", StringComparison.Ordinal));
        Assert.All(seen, text => Assert.DoesNotContain('\n', text));
        Assert.InRange(screen.Redraws, 134 * 2, (134 * 4) + Run.Length + 1);
        Assert.Equal("", screen.Text);
    }

    [Fact]
    public void A_run_shorter_than_a_tick_shows_nothing()
    {
        var time = new VirtualTime();
        using var screen = new TestScreen(80);

        time.Run(() =>
        {
            using var live = new LiveProgress(new LiveLine(screen, () => screen.Columns), time, () => true);
            Array.ForEach(Run, one => live.OnEvent(one.Event));
            return Task.CompletedTask;
        });

        Assert.Equal(0, screen.Redraws);
    }

    [Fact]
    public void In_the_background_it_is_silent()
    {
        var time = new VirtualTime();
        using var screen = new TestScreen(80);
        var foreground = true;

        time.Run(async () =>
        {
            using var live = new LiveProgress(new LiveLine(screen, () => screen.Columns), time, () => foreground);
            live.OnEvent(Run[0].Event);
            await Task.Delay(TimeSpan.FromSeconds(1), time, TestContext.Current.CancellationToken);
            Assert.NotEqual("", screen.Text);
            foreground = false;
            await Task.Delay(TimeSpan.FromSeconds(1), time, TestContext.Current.CancellationToken);
            Assert.Equal("", screen.Text);
        });
    }

    private static string LineAt(int second, int room) => ProgressLine.Render(At(second), 0, room);

    private static ProgressView At(int second)
    {
        var progress = new RunProgress();
        foreach (var (at, one) in Run.Where(one => one.At <= second))
        {
            progress.OnEvent(one, TimeSpan.FromSeconds(at));
        }

        return progress.At(TimeSpan.FromSeconds(second));
    }

    private static Member Named(Target target, string name) => new(target.MemberId, name, [target.Endpoint.Text], false);

    private static TargetStatus InUse(Target target, long megabytes) =>
        new(target, SampleRun.Status(target) with { DbSizeInUse = new ByteSize(megabytes << 20), DbSize = new ByteSize(megabytes << 21) });
}
