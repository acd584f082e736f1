using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Rules;

namespace EtcdDefrag.Storage;

/// <summary>What is to be done with a database file, as the user wants it. Immutable, already validated.</summary>
public sealed record OfflineOptions
{
    /// <summary>What is done.</summary>
    public required OfflineJob Job { get; init; }

    /// <summary>The path as the user wrote it: a data directory or a file.</summary>
    public required string Path { get; init; }

    /// <summary>What messages call the place of the path: a flag or a command.</summary>
    public required string PathName { get; init; }

    /// <summary>The path has to be a file (<c>--file</c>).</summary>
    public bool MustBeFile { get; init; }

    /// <summary>How long to wait for the lock (<c>--wait-lock</c>, <c>--timeout</c>).</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>Where the old content is kept (<c>--backup</c>); null: nowhere.</summary>
    public string? Backup { get; init; }

    /// <summary>The file need not be etcd's (<c>--any-bbolt</c>).</summary>
    public bool AnyBbolt { get; init; }

    /// <summary>How many findings are told (<c>--findings</c>).</summary>
    public int Findings { get; init; } = 20;

    /// <summary>Change nothing (<c>--dry-run</c>).</summary>
    public bool DryRun { get; init; }

    /// <summary>The rule; null: none.</summary>
    public DefragRule? Rule { get; init; }

    /// <summary>Less free space than this is not worth it (<c>--min-reclaim</c>).</summary>
    public ByteSize MinReclaim { get; init; }

    /// <summary>etcd's quota (<c>--etcd-storage-quota-bytes</c>); null: not given.</summary>
    public ByteSize? Quota { get; init; }
}
