using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Core.Execution.Reading;

/// <summary>Repeats reads that failed for a passing reason. Calls that change anything go through
/// once, whatever happens.</summary>
/// <remarks>clientv3 does the same for its repeatable calls (client/v3/retry_interceptor.go), but waits for an unreachable
/// endpoint until the command's time is over.</remarks>
internal sealed class RetryingReads(IClusterClient inner, TimeProvider time) : IClusterClient
{
    /// <summary>After this long no read is tried again. Chosen: longer than an election with etcd's default timing (1
    /// s, randomised to 2 s).</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);

    /// <summary>How often a connection is tried in all. Chosen: a restart of a proxy passes, a dead host
    /// does not cost minutes.</summary>
    private const int MaxConnectionAttempts = 3;

    /// <inheritdoc/>
    public Task<MemberList> ListMembersAsync(Endpoint endpoint, TimeSpan timeout, CancellationToken cancellationToken) =>
        ListMembersAsync(endpoint, timeout, onSetback: null, cancellationToken);

    /// <summary>Lists the members, and tells of each failure that is not the end yet.</summary>
    public Task<MemberList> ListMembersAsync(Endpoint endpoint, TimeSpan timeout, Action? onSetback, CancellationToken cancellationToken) =>
        ReadAsync(left => inner.ListMembersAsync(endpoint, left, cancellationToken), timeout, cancellationToken, onSetback);

    /// <inheritdoc/>
    public Task<MemberList> ListKnownMembersAsync(Endpoint endpoint, TimeSpan timeout, CancellationToken cancellationToken) =>
        ReadAsync(left => inner.ListKnownMembersAsync(endpoint, left, cancellationToken), timeout, cancellationToken);

    /// <inheritdoc/>
    public Task<MemberStatus> GetStatusAsync(Endpoint endpoint, TimeSpan timeout, CancellationToken cancellationToken) =>
        ReadAsync(left => inner.GetStatusAsync(endpoint, left, cancellationToken), timeout, cancellationToken);

    /// <inheritdoc/>
    public Task<MemberId> IdentifyAnewAsync(Endpoint endpoint, TimeSpan timeout, CancellationToken cancellationToken) =>
        ReadAsync(left => inner.IdentifyAnewAsync(endpoint, left, cancellationToken), timeout, cancellationToken);

    /// <inheritdoc/>
    public Task<MemberId> ReadLinearizableAsync(Endpoint endpoint, TimeSpan timeout, CancellationToken cancellationToken) =>
        ReadAsync(left => inner.ReadLinearizableAsync(endpoint, left, cancellationToken), timeout, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Alarm>> ListAlarmsAsync(Endpoint endpoint, TimeSpan timeout, CancellationToken cancellationToken) =>
        ReadAsync(left => inner.ListAlarmsAsync(endpoint, left, cancellationToken), timeout, cancellationToken);

    /// <inheritdoc/>
    public Task<MemberMetrics?> ReadMetricsAsync(Endpoint endpoint, TimeSpan timeout, CancellationToken cancellationToken) =>
        inner.ReadMetricsAsync(endpoint, timeout, cancellationToken);

    /// <inheritdoc/>
    public Task<KeySpaceHash> HashKeySpaceAsync(Endpoint endpoint, long revision, TimeSpan timeout, CancellationToken cancellationToken) =>
        ReadAsync(left => inner.HashKeySpaceAsync(endpoint, revision, left, cancellationToken), timeout, cancellationToken);

    /// <inheritdoc/>
    public Task CompactAsync(Endpoint endpoint, long revision, TimeSpan timeout, CancellationToken cancellationToken) =>
        inner.CompactAsync(endpoint, revision, timeout, cancellationToken);

    /// <inheritdoc/>
    public Task DefragmentAsync(Endpoint endpoint, TimeSpan timeout, CancellationToken cancellationToken) =>
        inner.DefragmentAsync(endpoint, timeout, cancellationToken);

    /// <inheritdoc/>
    public Task MoveLeaderAsync(Endpoint endpoint, MemberId target, TimeSpan timeout, CancellationToken cancellationToken) =>
        inner.MoveLeaderAsync(endpoint, target, timeout, cancellationToken);

    /// <inheritdoc/>
    public Task DisarmAsync(Endpoint endpoint, Alarm alarm, TimeSpan timeout, CancellationToken cancellationToken) =>
        inner.DisarmAsync(endpoint, alarm, timeout, cancellationToken);

    /// <inheritdoc/>
    public Task<long> GrantLeaseAsync(Endpoint endpoint, TimeSpan timeToLive, TimeSpan timeout, CancellationToken cancellationToken) =>
        inner.GrantLeaseAsync(endpoint, timeToLive, timeout, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> KeepLeaseAliveAsync(Endpoint endpoint, long leaseId, TimeSpan timeout, CancellationToken cancellationToken) =>
        inner.KeepLeaseAliveAsync(endpoint, leaseId, timeout, cancellationToken);

    /// <inheritdoc/>
    public Task RevokeLeaseAsync(Endpoint endpoint, long leaseId, TimeSpan timeout, CancellationToken cancellationToken) =>
        inner.RevokeLeaseAsync(endpoint, leaseId, timeout, cancellationToken);

    /// <inheritdoc/>
    public Task<string?> TryCreateKeyAsync(Endpoint endpoint, string key, string value, long leaseId, TimeSpan timeout, CancellationToken cancellationToken) =>
        inner.TryCreateKeyAsync(endpoint, key, value, leaseId, timeout, cancellationToken);

    private async Task<T> ReadAsync<T>(
        Func<TimeSpan, Task<T>> read, TimeSpan timeout, CancellationToken cancellationToken, Action? onSetback = null)
    {
        var started = time.GetTimestamp();
        var pause = FirstPause;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await read(timeout - time.GetElapsedTime(started));
            }
            catch (ClusterException e) when (IsPassing(e, attempt) && time.GetElapsedTime(started)
                + pause < (Patience < timeout ? Patience : timeout))
            {
                onSetback?.Invoke();
                await Task.Delay(pause, time, cancellationToken);
                pause *= 2;
            }
        }
    }

    private static bool IsPassing(ClusterException e, int attempt) => e switch
    {
        ServerRejectedException { Kind: RejectionKind.Unavailable or RejectionKind.NoLeader } => true,
        NoAnswerException { Kind: NoAnswerKind.ConnectFailed or NoAnswerKind.NameUnknown or NoAnswerKind.ConnectionLost } =>
            attempt < MaxConnectionAttempts,
        _ => false,
    };
}
