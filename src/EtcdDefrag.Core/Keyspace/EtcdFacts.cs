namespace EtcdDefrag.Core.Keyspace;

/// <summary>What etcd's own keys say.</summary>
public sealed record EtcdFacts
{
    /// <summary>The current revision: the last in the key bucket, or the compacted one if higher; 1 if there is none.</summary>
    public long Revision { get; init; } = 1;

    /// <summary>The revision up to which compaction has finished; 0: never compacted.</summary>
    public long CompactedRevision { get; init; }

    /// <summary>Where the last compaction goes to; above <see cref="CompactedRevision"/> if it has not finished.</summary>
    public long ScheduledCompaction { get; init; }

    /// <summary>How many revisions the key bucket holds, tombstones and old ones included.</summary>
    public long Revisions { get; init; }

    /// <summary>How many of these are deletions.</summary>
    public long Tombstones { get; init; }

    /// <summary>The last raft entry that is in the file; 0 where it is not stored.</summary>
    public ulong ConsistentIndex { get; init; }

    /// <summary>The raft term of that entry; 0 before etcd 3.5.</summary>
    public ulong Term { get; init; }

    /// <summary>The storage version, e.g. <c>3.6.0</c>; null before etcd 3.6.</summary>
    public string? StorageVersion { get; init; }
}
