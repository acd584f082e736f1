using EtcdDefrag.Core.Offline;

namespace EtcdDefrag.Core.Inspection;

/// <summary>What a database holds and how it is built.</summary>
/// <param name="Check">What the check of every page and key found.</param>
public sealed record DatabaseInspection(DatabaseCheck Check)
{
    /// <summary>What etcd's own buckets say; null: the file is not one of etcd's.</summary>
    public BucketFacts? Facts { get; init; }

    /// <summary>What the users' keys take; null: the file is not one of etcd's.</summary>
    public KeyspaceFacts? Keyspace { get; init; }

    /// <summary>etcd's HashKV of the current revision; null: not asked for, or the file is damaged.</summary>
    public uint? HashKv { get; init; }

    /// <summary>Bytes that an offline rewrite leaves; null: the file is damaged.</summary>
    public long? AfterOffline { get; init; }

    /// <summary>Bytes that an online defragmentation leaves; null: the file is damaged, or not one of etcd's.</summary>
    public long? AfterOnline { get; init; }

    /// <summary>The compaction that is under way; 0: none.</summary>
    public long UnfinishedCompaction =>
        Check.Etcd is { } etcd && etcd.ScheduledCompaction > etcd.CompactedRevision ? etcd.ScheduledCompaction : 0;
}
