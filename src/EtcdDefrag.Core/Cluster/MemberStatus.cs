namespace EtcdDefrag.Core.Cluster;

/// <summary>What one member says about itself: one Maintenance.Status answer. A local read, no proof that the member
/// is part of a quorum.</summary>
/// <remarks>Source: StatusResponse, etcd api/etcdserverpb/rpc.proto.</remarks>
public sealed record MemberStatus
{
    /// <summary>The cluster this member belongs to.</summary>
    public required ClusterId ClusterId { get; init; }

    /// <summary>The member that answered, which is not always the one that was meant.</summary>
    public required MemberId MemberId { get; init; }

    /// <summary>The member's version, e.g. <c>3.5.16</c>.</summary>
    public required string Version { get; init; }

    /// <summary>Backend file size on disk, in bytes (at least <see cref="DbSizeInUse"/>). Shrinks
    /// only by defragmentation.</summary>
    public required ByteSize DbSize { get; init; }

    /// <summary>Bytes of the backend file that hold data. Since 3.4.</summary>
    public required ByteSize DbSizeInUse { get; init; }

    /// <summary>The member's own quota in bytes; 0 or less: no quota; null: the member does not tell (before 3.6).</summary>
    public ByteSize? DbSizeQuota { get; init; }

    /// <summary>Who this member believes to be the leader; <see cref="MemberId.None"/> when nobody.</summary>
    public required MemberId Leader { get; init; }

    /// <summary>The key space's current revision as this member has applied it.</summary>
    public required long Revision { get; init; }

    /// <summary>The current raft term.</summary>
    public required ulong RaftTerm { get; init; }

    /// <summary>The last raft entry this member knows to be committed.</summary>
    public required ulong RaftIndex { get; init; }

    /// <summary>The last raft entry this member has applied. Since 3.4.</summary>
    public required ulong RaftAppliedIndex { get; init; }

    /// <summary>What the member complains of, e.g. <c>etcdserver: no leader</c>, and one text per alarm of
    /// the cluster. Since 3.4.</summary>
    public IReadOnlyList<string> Errors { get; init; } = [];

    /// <summary>Whether the member is a learner. Since 3.4.</summary>
    public bool IsLearner { get; init; }

    /// <summary>The version to which a downgrade is in progress; null when there is none (or before 3.6).</summary>
    public string? DowngradeTarget { get; init; }

    /// <summary>Bytes that a defragmentation could give back at the most.</summary>
    public ByteSize DbSizeFree => new(DbSize.Bytes - DbSizeInUse.Bytes);

    /// <summary>Committed minus applied raft entries: how far the member is behind itself. Never negative.</summary>
    public ulong RaftLag => RaftIndex > RaftAppliedIndex ? RaftIndex - RaftAppliedIndex : 0;

    /// <summary>Whether the member believes that it is the leader itself.</summary>
    public bool IsLeader => !Leader.IsNone && Leader == MemberId;
}
