using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Core.Planning;

/// <summary>Where a member's quota is known from; the first that is known counts, in this order.</summary>
public enum QuotaSource
{
    /// <summary><c>--etcd-storage-quota-bytes</c>.</summary>
    Flag,

    /// <summary>The member's own status (etcd 3.6 and later).</summary>
    Status,

    /// <summary>The member's metrics page.</summary>
    Metrics,

    /// <summary>Nobody told: etcd's own default.</summary>
    Default,
}

/// <summary>A member's quota.</summary>
/// <param name="Size">In bytes; 0 or less: the member has no quota.</param>
/// <param name="Source">Where this is known from.</param>
public sealed record Quota(ByteSize Size, QuotaSource Source)
{
    /// <summary>etcd's quota where none is configured: 2 GiB.</summary>
    /// <remarks>Source: DefaultQuotaBytes, etcd server/storage/quota.go.</remarks>
    public static Quota Default { get; } = new(new ByteSize(2L * 1024 * 1024 * 1024), QuotaSource.Default);

    /// <summary>Whether there is a quota to speak of.</summary>
    public bool IsLimited => Size.Bytes > 0;

    /// <summary>Why it could not be read, so that etcd's default stands in for it; null: it was told, or
    /// there was nobody to ask.</summary>
    public string? Unread { get; init; }
}
