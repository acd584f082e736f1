using EtcdDefrag.Core.Bolt;

namespace EtcdDefrag.Core.Offline;

/// <summary>Writes a database anew, densely packed, in one pass over the old file in key order.</summary>
public static class Rewrite
{
    /// <summary>Writes all buckets, keys, values and sequences of a file to a new one of the same page size.</summary>
    /// <param name="source">The old file.</param>
    /// <param name="sink">The new file, empty.</param>
    /// <param name="options">How the old file is read.</param>
    /// <param name="progress">Told every few MiB, from the calling thread; null: nobody.</param>
    /// <param name="stop">Ends the rewrite; what was written is worthless then.</param>
    /// <exception cref="DamagedDatabaseException">The old file has errors. The pass has gone on, to find them all.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was asked for.</exception>
    public static RewriteResult Run(
        IPageSource source,
        IPageSink sink,
        CheckOptions options,
        Action<ReadProgress>? progress = null,
        CancellationToken stop = default)
    {
        var (check, pages) = DatabaseReader.Run(source, options, sink, progress, stop);
        return check.IsSound
            ? new RewriteResult(check, pages, pages * check.Meta!.PageSize)
            : throw new DamagedDatabaseException(check);
    }
}

/// <summary>What a rewrite has read and written.</summary>
/// <param name="Source">What the old file holds, and warnings about it.</param>
/// <param name="Pages">Pages of the new file, all of them in use.</param>
/// <param name="Bytes">Size of the new file: exactly what the sink was given.</param>
public sealed record RewriteResult(DatabaseCheck Source, long Pages, long Bytes);
