namespace EtcdDefrag.Core.Cluster;

/// <summary>One entry of the member list.</summary>
/// <param name="Id">The member's id.</param>
/// <param name="Name">Its name; empty while it was added but has not started.</param>
/// <param name="ClientUrls">The URLs it advertises to clients, as it wrote them; empty while it has not started.</param>
/// <param name="IsLearner">A learner replicates but does not vote; etcd refuses to defragment it.</param>
/// <remarks>Source: etcdserverpb.Member (etcd api/etcdserverpb/rpc.proto).</remarks>
public sealed record Member(MemberId Id, string Name, IReadOnlyList<string> ClientUrls, bool IsLearner)
{
    /// <summary>Whether the member has joined: one that never started has neither name nor client URLs.</summary>
    public bool HasStarted => ClientUrls.Count > 0;

    /// <summary>Whether one of its URLs is this host and port.</summary>
    public bool Advertises(Endpoint endpoint) => ClientUrls.Any(url => Endpoint.TryParse(url, out var own, out _)
        && own.Port == endpoint.Port && own.Host.Equals(endpoint.Host, StringComparison.OrdinalIgnoreCase));
}

/// <summary>The answer to a member list call.</summary>
/// <param name="ClusterId">The cluster that answered.</param>
/// <param name="RespondingMember">The member that answered.</param>
/// <param name="Members">All members, voters and learners.</param>
public sealed record MemberList(ClusterId ClusterId, MemberId RespondingMember, IReadOnlyList<Member> Members);
