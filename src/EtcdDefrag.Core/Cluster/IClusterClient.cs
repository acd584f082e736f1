namespace EtcdDefrag.Core.Cluster;

/// <summary>
/// The port to etcd. Every call goes to exactly the endpoint named, once, is bounded by its own time-out, and ends with an
/// answer, a <see cref="ServerRejectedException"/>, a <see cref="NoAnswerException"/>, or, when the caller cancelled, an
/// <see cref="OperationCanceledException"/>.
/// Nothing here retries. Calls to different endpoints may run side by side; one connection serves all calls to an endpoint.
/// </summary>
public interface IClusterClient
{
    /// <summary>Reads the member list (linearizable where the server knows that, so that it is not an old one).</summary>
    Task<MemberList> ListMembersAsync(Endpoint endpoint, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Reads the member list as this member has it. Needs no quorum, and may be an old one.</summary>
    Task<MemberList> ListKnownMembersAsync(Endpoint endpoint, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Reads what the member says about itself. A member that is being defragmented may not
    /// answer until it is done.</summary>
    Task<MemberStatus> GetStatusAsync(Endpoint endpoint, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Asks who answers on a connection of its own, opened for this call and closed after it: a load balancer may lead
    /// elsewhere each time.</summary>
    /// <returns>The member that answered.</returns>
    Task<MemberId> IdentifyAnewAsync(Endpoint endpoint, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Reads one key through raft: proof that this member and a quorum work together.</summary>
    /// <returns>The member that answered.</returns>
    /// <exception cref="ServerRejectedException">Also <see cref="RejectionKind.PermissionDenied"/>,
    /// which proves as much.</exception>
    Task<MemberId> ReadLinearizableAsync(Endpoint endpoint, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Lists the active alarms of the whole cluster.</summary>
    Task<IReadOnlyList<Alarm>> ListAlarmsAsync(Endpoint endpoint, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Reads the member's metrics page. It is served also while the member's file is locked.</summary>
    /// <returns>What it says; null where there is no such page.</returns>
    /// <exception cref="NoAnswerException">The page could not be read.</exception>
    Task<MemberMetrics?> ReadMetricsAsync(Endpoint endpoint, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Hashes the member's key space up to a revision.</summary>
    Task<KeySpaceHash> HashKeySpaceAsync(Endpoint endpoint, long revision, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Changes the cluster: forgets history before a revision, and waits until this member
    /// has freed its space.</summary>
    /// <exception cref="ServerRejectedException">Also <see cref="RejectionKind.Compacted"/>, when that
    /// history is gone already.</exception>
    Task CompactAsync(Endpoint endpoint, long revision, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Changes the member: rewrites its database file. Blocks the member; can't be stopped once sent, whatever
    /// happens to this call.</summary>
    Task DefragmentAsync(Endpoint endpoint, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Changes the cluster: makes another voter the leader. The endpoint must be the leader's.</summary>
    Task MoveLeaderAsync(Endpoint endpoint, MemberId target, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Changes the cluster: clears one alarm.</summary>
    Task DisarmAsync(Endpoint endpoint, Alarm alarm, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Changes the cluster: grants a lease.</summary>
    /// <returns>The lease's id.</returns>
    Task<long> GrantLeaseAsync(Endpoint endpoint, TimeSpan timeToLive, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Renews a lease once.</summary>
    /// <returns>Whether the lease still lives.</returns>
    Task<bool> KeepLeaseAliveAsync(Endpoint endpoint, long leaseId, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Changes the cluster: revokes a lease, and with it the keys bound to it.</summary>
    Task RevokeLeaseAsync(Endpoint endpoint, long leaseId, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Changes the cluster: creates a key bound to a lease, unless the key exists.</summary>
    /// <returns>Null when the key was created; otherwise the value that stands there.</returns>
    Task<string?> TryCreateKeyAsync(Endpoint endpoint, string key, string value, long leaseId, TimeSpan timeout,
        CancellationToken cancellationToken);
}

/// <summary>The hash of a member's key space.</summary>
/// <param name="Hash">Hash of all revisions above the compact revision, up to the one asked for.</param>
/// <param name="CompactRevision">The revision up to which history was compacted; hashes compare only where this is equal.</param>
/// <remarks>Source: HashKVResponse, etcd api/etcdserverpb/rpc.proto.</remarks>
public sealed record KeySpaceHash(uint Hash, long CompactRevision);
