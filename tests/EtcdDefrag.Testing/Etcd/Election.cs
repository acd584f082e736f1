namespace EtcdDefrag.Testing.Etcd;

/// <summary>A member learned of a new leader.</summary>
/// <param name="Member">The name of the member whose log this is.</param>
/// <param name="At">When it learned of it.</param>
/// <param name="Leader">The leader's id.</param>
/// <param name="Term">The raft term.</param>
public sealed record Election(string Member, DateTimeOffset At, ulong Leader, ulong Term);
