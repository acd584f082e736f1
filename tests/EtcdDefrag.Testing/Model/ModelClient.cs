using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Testing.Model;

/// <summary>The port, connected to the model.</summary>
public sealed class ModelClient(ModelNetwork network) : IClusterClient
{
    public Task<MemberList> ListMembersAsync(Endpoint endpoint, TimeSpan timeout, CancellationToken cancellationToken) =>
        network.Send(new ModelCall<MemberList>(CallKind.ListMembers, endpoint), timeout, cancellationToken);

    public Task<MemberList> ListKnownMembersAsync(Endpoint endpoint, TimeSpan timeout, CancellationToken cancellationToken) =>
        network.Send(new ModelCall<MemberList>(CallKind.ListKnownMembers, endpoint), timeout, cancellationToken);

    public Task<MemberStatus> GetStatusAsync(Endpoint endpoint, TimeSpan timeout, CancellationToken cancellationToken) =>
        network.Send(new ModelCall<MemberStatus>(CallKind.Status, endpoint), timeout, cancellationToken);

    public async Task<MemberId> IdentifyAnewAsync(Endpoint endpoint, TimeSpan timeout, CancellationToken cancellationToken) =>
        (await GetStatusAsync(endpoint, timeout, cancellationToken)).MemberId;

    public Task<MemberId> ReadLinearizableAsync(Endpoint endpoint, TimeSpan timeout, CancellationToken cancellationToken) =>
        network.Send(new ModelCall<MemberId>(CallKind.ReadLinearizable, endpoint), timeout, cancellationToken);

    public Task<IReadOnlyList<Alarm>> ListAlarmsAsync(Endpoint endpoint, TimeSpan timeout, CancellationToken cancellationToken) =>
        network.Send(new ModelCall<IReadOnlyList<Alarm>>(CallKind.ListAlarms, endpoint), timeout, cancellationToken);

    public Task<MemberMetrics?> ReadMetricsAsync(Endpoint endpoint, TimeSpan timeout, CancellationToken cancellationToken) =>
        network.Send(new ModelCall<MemberMetrics?>(CallKind.Metrics, endpoint), timeout, cancellationToken);

    public Task<KeySpaceHash> HashKeySpaceAsync(Endpoint endpoint, long revision, TimeSpan timeout, CancellationToken cancellationToken) =>
        network.Send(new ModelCall<KeySpaceHash>(CallKind.HashKeySpace, endpoint) { Number = revision }, timeout, cancellationToken);

    public Task CompactAsync(Endpoint endpoint, long revision, TimeSpan timeout, CancellationToken cancellationToken) =>
        network.Send(new ModelCall<bool>(CallKind.Compact, endpoint) { Number = revision }, timeout, cancellationToken);

    public Task DefragmentAsync(Endpoint endpoint, TimeSpan timeout, CancellationToken cancellationToken) =>
        network.Send(new ModelCall<bool>(CallKind.Defragment, endpoint), timeout, cancellationToken);

    public Task MoveLeaderAsync(Endpoint endpoint, MemberId target, TimeSpan timeout, CancellationToken cancellationToken) =>
        network.Send(new ModelCall<bool>(CallKind.MoveLeader, endpoint) { TargetMember = target }, timeout, cancellationToken);

    public Task DisarmAsync(Endpoint endpoint, Alarm alarm, TimeSpan timeout, CancellationToken cancellationToken) =>
        network.Send(new ModelCall<bool>(CallKind.Disarm, endpoint) { Alarm = alarm }, timeout, cancellationToken);

    public Task<long> GrantLeaseAsync(Endpoint endpoint, TimeSpan timeToLive, TimeSpan timeout, CancellationToken cancellationToken) =>
        network.Send(new ModelCall<long>(CallKind.GrantLease, endpoint) { TimeToLive = timeToLive }, timeout, cancellationToken);

    public Task<bool> KeepLeaseAliveAsync(Endpoint endpoint, long leaseId, TimeSpan timeout, CancellationToken cancellationToken) =>
        network.Send(new ModelCall<bool>(CallKind.KeepAlive, endpoint) { Number = leaseId }, timeout, cancellationToken);

    public Task RevokeLeaseAsync(Endpoint endpoint, long leaseId, TimeSpan timeout, CancellationToken cancellationToken) =>
        network.Send(new ModelCall<bool>(CallKind.RevokeLease, endpoint) { Number = leaseId }, timeout, cancellationToken);

    public Task<string?> TryCreateKeyAsync(Endpoint endpoint, string key, string value, long leaseId, TimeSpan timeout, CancellationToken cancellationToken) =>
        network.Send(new ModelCall<string?>(CallKind.TryCreateKey, endpoint) { Key = key, Value = value, Number = leaseId }, timeout, cancellationToken);
}
