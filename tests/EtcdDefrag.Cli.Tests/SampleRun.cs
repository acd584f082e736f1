using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Core.Safety;

namespace EtcdDefrag.Cli.Tests;

/// <summary>One of every event there is, with made-up numbers: no real run has them all.</summary>
internal static class SampleRun
{
    private static readonly Target A = new(new MemberId(0xa1), Endpoint.Parse("http://a:2379"));
    private static readonly Target B = new(new MemberId(0xb2), Endpoint.Parse("http://b:2379"));
    private static readonly Target C = new(new MemberId(0xc3), Endpoint.Parse("http://c:2379"));
    private static readonly Target D = new(new MemberId(0xd4), Endpoint.Parse("http://d:2379"));
    private static readonly Target F = new(MemberId.None, Endpoint.OfFile("/data/db", "/mnt/db"));
    private static readonly Alarm Alarm = new(new MemberId(0xa1), AlarmKind.NoSpace);

    public static IReadOnlyList<RunEvent> Events { get; } = RunEnd.After(TimeSpan.FromMinutes(12),
    [
        new RunEvent.RunStarted(false, "dbSizeFree > 1", new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero)),
        new RunEvent.HealthCheckStarted(null),
        new RunEvent.ClusterFound(new ClusterId(0xc1), [Member(A), Member(B), Member(C), Member(D)]),
        new RunEvent.HealthChecked(View(A)),
        new RunEvent.CheckFound(new CheckFinding("one-leader", FindingSeverity.Warning, "a warning", "a hint")),
        new RunEvent.StatusesRead([new TargetStatus(A, Status(A)), new TargetStatus(B, Status(B))]),
        new RunEvent.QuotasRead(new Dictionary<MemberId, Quota> { [A.MemberId] = new(new ByteSize(1 << 30), QuotaSource.Metrics) }),
        new RunEvent.Noted("a note"),
        new RunEvent.Warned("a warning"),
        new RunEvent.CompactionSkipped("a reason"),
        new RunEvent.CompactionPlanned(7),
        new RunEvent.CompactionStarted(7, A.Endpoint),
        new RunEvent.CompactionFinished(7, null, AlreadyDone: true),
        new RunEvent.SettlingStarted([A.Endpoint]),
        new RunEvent.SettlingFinished(TimeSpan.FromSeconds(2), [A.Endpoint]),
        new RunEvent.SettlingFinished(TimeSpan.FromSeconds(5), [], "etcd accepts no writes (NOSPACE), so its figures stay old"),
        new RunEvent.OrderDecided([A, B, C, D], Selected: 3),
        new RunEvent.MemberStarted(new TargetStatus(A, Status(A))),
        new RunEvent.DefragmentStarted(A),
        new RunEvent.DefragmentFinished(A, TimeSpan.FromMilliseconds(12.5)),
        new RunEvent.FileChecked(new TargetStatus(F, Status(F)) { Check = OfflineRuns.Broken }),
        new RunEvent.FileReplaced(F),
        new RunEvent.MemberDone(new TargetStatus(A, Status(A) with { DbSize = new ByteSize(4096) }), TimeSpan.FromMilliseconds(14)),
        new RunEvent.SnapshotWaitStarted(A.Endpoint, "a snapshot of http://a:2379 is being read (a backup)", TimeSpan.FromMinutes(5)),
        new RunEvent.SnapshotWaitFinished(A.Endpoint, TimeSpan.FromSeconds(3), IsOver: true),
        new RunEvent.SnapshotWaitFinished(A.Endpoint, TimeSpan.FromMinutes(5), IsOver: false),
        new RunEvent.Recovering(A, "it lags"),
        new RunEvent.Pausing(TimeSpan.FromSeconds(1), Adaptive: true),
        new RunEvent.MemberSkipped(B, SkipReason.RuleIsFalse, "rule dbSizeFree > 1 is false with dbSizeFree = 0"),
        new RunEvent.MemberUndecided(B, "rule dbSizeFree > 1 is false with dbSizeFree = 0"),
        new RunEvent.DefragmentPlanned(B, View(A), new ByteSize(10), "rule dbSizeFree > 1 is true with dbSizeFree = 10"),
        new RunEvent.LeaderMoveStarted(C, View(A)),
        new RunEvent.LeaderMoved(C, A.MemberId, TimeSpan.Zero),
        new RunEvent.MemberFailed(C, MemberStep.Defragment, TimeSpan.FromSeconds(1), "no space left on device"),
        new RunEvent.DefragmentStarted(D),
        new RunEvent.OutcomeUnknown(D, TimeSpan.FromMinutes(10), "timed out", TimeSpan.FromMinutes(5)),
        new RunEvent.DefragmentFinishedLate(D, TimeSpan.FromMinutes(11)),
        new RunEvent.Stopped(StopReason.RunTimeout, "an explanation"),
        new RunEvent.DisarmStarted(),
        new RunEvent.DisarmSkipped("No NOSPACE alarms found, skipping auto-disalarm"),
        new RunEvent.DisarmPlanned(Alarm),
        new RunEvent.Disarmed(Alarm, null),
        new RunEvent.AlarmsLeft([new Alarm(new MemberId(0xb2), AlarmKind.NoSpace)]),
        new RunEvent.Verified(VerifyPhase.After, VerifyResult.Equal, "all 3 voter(s) hold the same data"),
    ]);

    public static Target Member(string url, ulong id) => new(new MemberId(id), Endpoint.Parse(url));

    public static MemberStatus Status(Target target) => new()
    {
        ClusterId = new ClusterId(0xc1),
        MemberId = target.MemberId,
        Version = "3.5.30",
        DbSize = new ByteSize(20480),
        DbSizeInUse = new ByteSize(4096),
        Leader = C.MemberId,
        Revision = 7,
        RaftTerm = 2,
        RaftIndex = 90,
        RaftAppliedIndex = 89,
    };

    private static Member Member(Target target) => new(target.MemberId, $"m-{target.MemberId}", [target.Endpoint.Text], false);

    private static MemberView View(Target target) => View(target, $"m-{target.MemberId}");

    public static MemberView View(Target target, string name) => new()
    {
        Member = new Member(target.MemberId, name, [target.Endpoint.Text], false),
        Endpoint = target.Endpoint,
        Status = Status(target),
        ReadTook = TimeSpan.FromMilliseconds(4.5),
        Alarms = [Alarm],
    };
}
