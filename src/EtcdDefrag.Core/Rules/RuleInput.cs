using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Core.Rules;

/// <summary>What a rule is evaluated with: one member's numbers.</summary>
/// <param name="DbSize">Size of the database file, in bytes.</param>
/// <param name="DbSizeInUse">Bytes of it that hold data.</param>
/// <param name="DbQuota">The member's quota, in bytes; 0 or less: no quota.</param>
/// <param name="IsLeader">Whether the member leads now.</param>
/// <param name="RaftLag">Committed minus applied raft entries.</param>
public sealed record RuleInput(ByteSize DbSize, ByteSize DbSizeInUse, ByteSize DbQuota, bool IsLeader = false, ulong RaftLag = 0)
{
    /// <summary>The numbers with which a rule is tried before anything is contacted: 100 MiB, 60 MiB of
    /// it in use, quota 2 GiB.</summary>
    /// <remarks>Source: the original's validation at start, so that both refuse the same rules.</remarks>
    public static RuleInput Sample { get; } = new(new ByteSize(100L << 20), new ByteSize(60L << 20), new ByteSize(2L << 30));
}

/// <summary>What a rule says about one member: yes, no, or an error.</summary>
/// <param name="IsTrue">Whether the rule is true: the member is to be defragmented. False also when there is an error.</param>
/// <param name="Error">Why these numbers have no answer, e.g. a division by zero; null when they have.</param>
public readonly record struct RuleResult(bool IsTrue, RuleError? Error);
