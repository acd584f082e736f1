namespace EtcdDefrag.Core.Inspection;

/// <summary>What etcd's own buckets say. Never a password hash, and no value of a user's key.</summary>
public sealed record BucketFacts
{
    /// <summary>The cluster version, e.g. <c>3.5.0</c>; null: not stored.</summary>
    public string? ClusterVersion { get; init; }

    /// <summary>The version that the cluster is being downgraded to; null: it is not.</summary>
    public string? DowngradeTo { get; init; }

    /// <summary>The members, the first thousand.</summary>
    public IReadOnlyList<StoredMember> Members { get; init; } = [];

    /// <summary>How many members were removed from the cluster over time.</summary>
    public long RemovedMembers { get; init; }

    /// <summary>The alarms that are active.</summary>
    public IReadOnlyList<StoredAlarm> Alarms { get; init; } = [];

    /// <summary>The leases.</summary>
    public StoredLeases Leases { get; init; } = new();

    /// <summary>Whether clients have to log in.</summary>
    public bool AuthEnabled { get; init; }

    /// <summary>The revision of users and roles; 0: not stored.</summary>
    public ulong AuthRevision { get; init; }

    /// <summary>The users' names, the first thousand.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Users { get; init; } = [];

    /// <summary>The roles' names, the first thousand.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Roles { get; init; } = [];
}

/// <summary>A member as the database has it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name; empty before it has started for the first time.</param>
/// <param name="IsLearner">Whether it has no vote.</param>
public sealed record StoredMember(ulong Id, string Name, bool IsLearner);

/// <summary>An alarm as the database has it.</summary>
/// <param name="MemberId">Which member raised it.</param>
/// <param name="Kind">1: NOSPACE, 2: CORRUPT.</param>
public sealed record StoredAlarm(ulong MemberId, ulong Kind)
{
    /// <summary>The alarm's name in etcd's words.</summary>
    public string Name => Kind switch { 1 => "NOSPACE", 2 => "CORRUPT", _ => $"alarm {Kind}" };
}

/// <summary>The leases.</summary>
/// <remarks>etcd stores what is left of a lease only where lease checkpoints are on; else it begins anew with each leader.</remarks>
public sealed record StoredLeases
{
    /// <summary>How many there are.</summary>
    public long Count { get; init; }

    /// <summary>The shortest time to live that was granted, in seconds; 0: there is none.</summary>
    public long ShortestTtl { get; init; }

    /// <summary>The longest, in seconds.</summary>
    public long LongestTtl { get; init; }

    /// <summary>Of how many the remaining time is stored.</summary>
    public long WithRemaining { get; init; }

    /// <summary>The shortest remaining time that is stored, in seconds; 0: none is.</summary>
    public long ShortestRemaining { get; init; }
}
