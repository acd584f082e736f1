using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Core.Planning;

/// <summary>What a run is to do, as the user wants it. Immutable, already validated.</summary>
public sealed record DefragOptions
{
    /// <summary>Work on all voters of the member list (<c>--cluster</c>) instead of on the endpoints given.</summary>
    public bool UseCluster { get; init; }

    /// <summary>Leave out endpoints that mean this machine (<c>--exclude-localhost</c>).</summary>
    public bool ExcludeLocalhost { get; init; }

    /// <summary>Look only at the members behind the endpoints given (<c>--skip-healthcheck-cluster-endpoints</c>).</summary>
    public bool OnlyGivenEndpoints { get; init; }

    /// <summary>Compact before defragmenting (<c>--compaction</c>).</summary>
    public bool Compaction { get; init; } = true;

    /// <summary>How many revisions of history to keep (<c>--compaction-retain-revisions</c>), 0 or more.</summary>
    public long CompactionRetainRevisions { get; init; }

    /// <summary>Go on to the next member after one <em>failed</em> (<c>--continue-on-error</c>). Never
    /// concerns an unknown outcome.</summary>
    public bool ContinueOnError { get; init; } = true;

    /// <summary>Whether the calls carry a user: by a login, a token or a client certificate.</summary>
    public bool HasIdentity { get; init; }

    /// <summary>Show what would be done and change nothing (<c>--dry-run</c>).</summary>
    public bool DryRun { get; init; }

    /// <summary>Move leadership away before a leader is defragmented (<c>--move-leader</c>).</summary>
    public bool MoveLeader { get; init; }

    /// <summary>The pause after a member (<c>--wait-between-defrags</c>); null: none after less than 1 s of being blocked, else
    /// as long as the member was blocked, at most 30 s.</summary>
    public TimeSpan? WaitBetweenDefrags { get; init; }

    /// <summary>Bound of every call that is not a defragmentation or a compaction (<c>--command-timeout</c>).</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long to wait for one defragmentation or compaction (<c>--defrag-timeout</c>). Bounds the
    /// waiting, not the work.</summary>
    public TimeSpan DefragTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a member may take to be back after its defragmentation (<c>--recovery-timeout</c>).</summary>
    public TimeSpan RecoveryTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long to wait for a snapshot of a member that somebody reads, and for somebody else's defragmentation
    /// (<c>--snapshot-wait</c>).</summary>
    public TimeSpan SnapshotWait { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>After this long no further member is started (<c>--run-timeout</c>); null: no bound.</summary>
    public TimeSpan? RunTimeout { get; init; }

    /// <summary>A member with less free space than this is skipped whatever the rule says (<c>--min-reclaim</c>).</summary>
    public ByteSize MinReclaim { get; init; }

    /// <summary>Ids of safety checks that only warn (<c>--skip-check</c>).</summary>
    public IReadOnlySet<string> SkippedChecks { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>The quota of every member as the user gave it (<c>--etcd-storage-quota-bytes</c>);
    /// null: ask the members.</summary>
    public ByteSize? Quota { get; init; }

    /// <summary>Clear NOSPACE alarms when every voter is below the threshold (<c>--auto-disalarm</c>).</summary>
    public bool AutoDisalarm { get; init; }

    /// <summary>Every voter must be below this share of its quota before alarms are cleared
    /// (<c>--disalarm-threshold</c>), between 0 and 1.</summary>
    public double DisalarmThreshold { get; init; } = 0.9;

    /// <summary>Compare the key spaces of all voters before and after (<c>--verify</c>).</summary>
    public bool Verify { get; init; }

    /// <summary>Hold a lock in etcd for the time of the run (<c>--lock</c>).</summary>
    public bool Lock { get; init; }
}
