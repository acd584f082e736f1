namespace EtcdDefrag.Core.Cluster;

/// <summary>The kinds of alarm that etcd knows.</summary>
/// <remarks>Source: AlarmType, etcd api/etcdserverpb/rpc.proto.</remarks>
public enum AlarmKind
{
    /// <summary>A number this tool has never heard of: treated as dangerous.</summary>
    Unknown,

    /// <summary>The member's database reached its quota; the cluster takes no writes. What defragmentation cures.</summary>
    NoSpace,

    /// <summary>The member's data differ from the others'. Nothing may be changed.</summary>
    Corrupt,
}

/// <summary>An active alarm.</summary>
/// <param name="MemberId">The member that raised it.</param>
/// <param name="Kind">Which one.</param>
public sealed record Alarm(MemberId MemberId, AlarmKind Kind)
{
    /// <summary>The name as etcd writes it: NOSPACE, CORRUPT, UNKNOWN.</summary>
    public string Name => Kind switch
    {
        AlarmKind.NoSpace => "NOSPACE",
        AlarmKind.Corrupt => "CORRUPT",
        _ => "UNKNOWN",
    };
}
