namespace EtcdDefrag.Testing.Etcd;

/// <summary>A member's status as its gateway tells it, read by other code than the tool's.</summary>
public sealed record GatewayStatus(ulong MemberId, ulong Leader, long Revision, ulong RaftTerm, long DbSize, long DbSizeInUse, bool IsLearner)
{
    public bool IsLeader => MemberId == Leader && Leader != 0;
}
