using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Core.Safety;

namespace EtcdDefrag.Cli.Tests;

/// <summary>Whole runs on three members as the executor tells of them, one for each way in which a run may end.</summary>
internal static class ScriptedRuns
{
    private const long MiB = 1024 * 1024;

    private static readonly Target[] Members = [Of(1), Of(2), Of(3)];

    /// <summary>The events of each run, by its name.</summary>
    public static IReadOnlyDictionary<string, RunEvent[]> All { get; } = new Dictionary<string, RunEvent[]>(OfflineRuns.All)
    {
        ["success"] = RunEnd.After(Seconds(12), [.. Begin(), .. Done(1), .. Pause(), .. Done(2), .. Pause(), .. Move(), .. Done(3)]),
        ["skip"] = RunEnd.After(Seconds(12),
        [
            .. Begin("dbSizeFree > 200MiB"), .. Skip(1), .. Skip(2), Started(3),
            new RunEvent.MemberSkipped(Members[2], SkipReason.BelowMinReclaim, "41943040 bytes are free, less than --min-reclaim 104857600")
        ]),
        ["failure"] = RunEnd.After(Seconds(12),
        [
            .. Begin(), Started(1), new RunEvent.DefragmentStarted(Members[0]),
            new RunEvent.MemberFailed(Members[0], MemberStep.Defragment, Seconds(0.8), "etcdserver: no space left on device"), .. Done(2), .. Pause(), .. Done(3)
        ]),
        ["unknown-back-late"] = RunEnd.After(Seconds(12),
        [
            .. Begin(), .. Lost(1), new RunEvent.DefragmentFinishedLate(Members[0], Seconds(660)), MemberDone(1, Seconds(660)), .. Pause(), .. Done(2), .. Pause(), .. Done(3)
        ]),
        ["unknown-never-back"] = RunEnd.After(Seconds(12),
        [
            .. Begin(), .. Done(1), .. Pause(), .. Lost(2),
            new RunEvent.Stopped(StopReason.Unknown, "http://etcd-2:2379 did not come back within 300s: it may still be defragmenting")
        ]),
        ["refused"] = RunEnd.After(Seconds(12),
        [
            .. Health(), Found(), new RunEvent.CheckFound(Refusal), new RunEvent.Stopped(StopReason.Refused, $"[{Refusal.CheckId}] {Refusal.Message}") { Checks = [Refusal.CheckId] }
        ]),
        ["interrupted"] = RunEnd.After(Seconds(12),
        [
            .. Begin(), .. Done(1), new RunEvent.Pausing(Seconds(1.6), Adaptive: true),
            new RunEvent.Stopped(StopReason.Interrupted, "interrupted: no further member is started")
        ]),
        ["no-endpoint"] = RunEnd.After(Seconds(12),
        [
            Begun(), new RunEvent.Stopped(StopReason.NoAccess, "--discovery-srv example.org: dns lookup errors: lookup _etcd-client._tcp.example.org: no such host")
        ]),
    };

    private static CheckFinding Refusal =>
        new("no-corrupt-alarm", FindingSeverity.Refusal, "CORRUPT alarm on member e2: its data differ from the others'", "find out which member is right before anything else");

    private static RunEvent.RunStarted Begun(string? rule = null) => new(false, rule, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    private static RunEvent[] Health(string? rule = null) => [Begun(rule), new RunEvent.HealthCheckStarted(null)];

    private static RunEvent.ClusterFound Found() => new(
        new ClusterId(0xc1), [.. Members.Select((member, i) => new Member(member.MemberId, $"etcd-{i + 1}", [member.Endpoint.Text], IsLearner: false))]);

    private static RunEvent[] Begin(string? rule = null) =>
    [
        .. Health(rule), Found(),
        .. Members.Select((member, i) => new RunEvent.HealthChecked(new MemberView
        {
            Member = new Member(member.MemberId, $"etcd-{i + 1}", [member.Endpoint.Text], IsLearner: false),
            Endpoint = member.Endpoint,
            Status = Status(i + 1),
            ReadTook = Seconds(0.0047),
        })),
        new RunEvent.StatusesRead([.. Members.Select((member, i) => new TargetStatus(member, Status(i + 1)))]),
        new RunEvent.CompactionStarted(10365, Members[0].Endpoint),
        new RunEvent.CompactionFinished(10365, Problem: null),
        new RunEvent.OrderDecided(Members),
    ];

    private static RunEvent[] Done(int number) =>
    [
        Started(number), new RunEvent.DefragmentStarted(Members[number - 1]), new RunEvent.DefragmentFinished(Members[number - 1], Seconds(1.5)), MemberDone(number, Seconds(1.6)),
    ];

    private static RunEvent[] Skip(int number) =>
    [
        Started(number), new RunEvent.MemberSkipped(Members[number - 1], SkipReason.RuleIsFalse, "rule dbSizeFree > 200MiB is false with dbSizeFree = 41943040"),
    ];

    private static RunEvent[] Lost(int number) =>
    [
        Started(number), new RunEvent.DefragmentStarted(Members[number - 1]),
        new RunEvent.OutcomeUnknown(Members[number - 1], Seconds(600), "no answer within 10m0s", Seconds(300)),
        new RunEvent.Recovering(Members[number - 1], "it does not answer"),
    ];

    private static RunEvent[] Pause() => [new RunEvent.Pausing(Seconds(1.6), Adaptive: true)];

    private static RunEvent[] Move() =>
    [
        new RunEvent.LeaderMoveStarted(Members[2], new MemberView { Member = new Member(Members[0].MemberId, "etcd-1", [Members[0].Endpoint.Text], IsLearner: false), Endpoint = Members[0].Endpoint, Status = Status(1) }),
        new RunEvent.LeaderMoved(Members[2], Members[0].MemberId, TimeSpan.Zero),
    ];

    private static RunEvent.MemberStarted Started(int number) => new(new TargetStatus(Members[number - 1], Status(number)));

    private static RunEvent.MemberDone MemberDone(int number, TimeSpan blocked) =>
        new(new TargetStatus(Members[number - 1], Status(number) with { DbSize = new ByteSize(61 * MiB) }), blocked);

    private static MemberStatus Status(int number) => new()
    {
        ClusterId = new ClusterId(0xc1),
        MemberId = Members[number - 1].MemberId,
        Version = "3.5.30",
        DbSize = new ByteSize(100 * MiB),
        DbSizeInUse = new ByteSize(60 * MiB),
        Leader = Members[2].MemberId,
        Revision = 10365,
        RaftTerm = 3,
        RaftIndex = 12000,
        RaftAppliedIndex = 12000,
    };

    private static Target Of(int number) => new(new MemberId(0xe0 + (ulong)number), Endpoint.Parse($"http://etcd-{number}:2379"));

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
