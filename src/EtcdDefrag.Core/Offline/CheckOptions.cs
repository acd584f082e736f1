namespace EtcdDefrag.Core.Offline;

/// <summary>How a database is read.</summary>
public sealed record CheckOptions
{
    /// <summary>How many findings are kept; 0 or more. All are counted.</summary>
    public int MaxFindings { get; init; } = 20;

    /// <summary>The file may be another program's: etcd's own rules are not applied, and buckets may be nested.</summary>
    public bool AnyBbolt { get; init; }
}
