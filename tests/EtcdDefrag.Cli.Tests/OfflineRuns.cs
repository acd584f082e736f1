using EtcdDefrag.Core.Bolt;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Keyspace;
using EtcdDefrag.Core.Offline;
using EtcdDefrag.Core.Planning;

namespace EtcdDefrag.Cli.Tests;

/// <summary>Whole runs on a database file, one for each way in which one may end.</summary>
internal static class OfflineRuns
{
    private const long MiB = 1024 * 1024;

    private static readonly Target Db = new(MemberId.None, Endpoint.OfFile("/var/lib/etcd/member/snap/db", "/data/etcd/member/snap/db"));

    public static DatabaseCheck Sound { get; } = new()
    {
        Meta = new MetaPage(4096, 3, 0, 2, 85504, 7),
        Pages = new PageCounts { Total = 85504, InUse = 85504, Leaf = 85000, Branch = 501, Freelist = 1 },
        Buckets = [new BucketDigest("key", 0, 64024, 1_088_408, 345_000_000, 1), new BucketDigest("meta", 0, 10, 200, 300, 2)],
        Hash = 0xb2c5d878,
        HasKeyBucket = true,
        Etcd = new EtcdFacts { Revision = 172864, CompactedRevision = 172860, ConsistentIndex = 172900, Term = 4 },
    };

    public static DatabaseCheck Broken { get; } = Sound with
    {
        Errors = 3,
        Warnings = 1,
        Findings =
        [
            new Finding(FindingIds.PageId, FindingSeverity.Error, "it says that it is page 0") { Page = 36312, Bucket = "key", Key = "000000000002a33e5f0000000000000000", Advice = "take this member's data from the others" },
            new Finding(FindingIds.MetaInvalid, FindingSeverity.Warning, "meta page 1 is torn; transaction 7 was used") { Page = 1, Advice = "nothing: etcd does the same" },
        ],
    };

    /// <summary>The events of each run, by its name.</summary>
    public static IDictionary<string, RunEvent[]> All { get; } = new Dictionary<string, RunEvent[]>
    {
        ["offline-rewritten"] = RunEnd.After(Seconds(0.5),
        [
            Begun(), Started(), new RunEvent.DefragmentStarted(Db), new RunEvent.FileReplaced(Db), new RunEvent.DefragmentFinished(Db, Seconds(0.48)),
            new RunEvent.MemberDone(new TargetStatus(Db, Status(334, 334)) { Check = Sound }, Seconds(0.48))
        ]),
        ["offline-skipped"] = RunEnd.After(Seconds(0.5),
        [
            Begun("dbSizeFree > 1GiB"), Started(), new RunEvent.MemberSkipped(Db, SkipReason.RuleIsFalse, "rule dbSizeFree > 1GiB is false with dbSizeFree = 679477248")
        ]),
        ["offline-planned"] = RunEnd.After(Seconds(0.5), [Begun(dryRun: true), Started(), new RunEvent.DefragmentPlanned(Db, null, new ByteSize(648 * MiB), null)]),
        ["offline-in-use"] = RunEnd.After(Seconds(0.5),
        [
            Begun(), new RunEvent.Stopped(StopReason.Refused, "/var/lib/etcd/member/snap/db is in use by process 812 (etcd); stop that etcd first")
        ]),
        ["offline-damaged"] = RunEnd.After(Seconds(0.5),
        [
            Begun(), Started(), new RunEvent.DefragmentStarted(Db), new RunEvent.FileChecked(new TargetStatus(Db, Status(1024, 376)) { Check = Broken }),
            new RunEvent.MemberFailed(Db, MemberStep.Defragment, TimeSpan.Zero, "the database is damaged (3 error(s))")
        ]),
        ["offline-not-flushed"] = RunEnd.After(Seconds(0.5),
        [
            Begun(), Started(), new RunEvent.DefragmentStarted(Db), new RunEvent.FileReplaced(Db),
            new RunEvent.OutcomeUnknown(Db, Seconds(0.5), "the new file is in place, but its folder could not be flushed", TimeSpan.Zero)
        ]),
        ["offline-interrupted"] = RunEnd.After(Seconds(0.5),
        [
            Begun(), Started(), new RunEvent.DefragmentStarted(Db), new RunEvent.Stopped(StopReason.Interrupted, "interrupted: the file is as it was")
        ]),
        ["check-sound"] = RunEnd.After(Seconds(0.5), [BegunCheck(), new RunEvent.FileChecked(new TargetStatus(Db, Status(1024, 376)) { Check = Sound })]),
        ["check-damaged"] = RunEnd.After(Seconds(0.5),
        [
            BegunCheck(), new RunEvent.FileChecked(new TargetStatus(Db, Status(1024, 376)) { Check = Broken }),
            new RunEvent.MemberFailed(Db, MemberStep.Check, TimeSpan.Zero, "the database is damaged (3 error(s))")
        ]),
    };

    private static RunEvent.RunStarted Begun(string? rule = null, bool dryRun = false) =>
        new(dryRun, rule, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero)) { Offline = OfflineJob.Defragment };

    private static RunEvent.RunStarted BegunCheck() => Begun(dryRun: true) with { Offline = OfflineJob.Check };

    private static RunEvent.MemberStarted Started() => new(new TargetStatus(Db, Status(1024, 376)));

    private static MemberStatus Status(long size, long inUse) => new()
    {
        ClusterId = default,
        MemberId = MemberId.None,
        Version = "",
        DbSize = new ByteSize(size * MiB),
        DbSizeInUse = new ByteSize(inUse * MiB),
        Leader = MemberId.None,
        Revision = 172864,
        RaftTerm = 4,
        RaftIndex = 172900,
        RaftAppliedIndex = 172900,
    };

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
