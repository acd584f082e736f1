using EtcdDefrag.Core.Bolt;
using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Core.Offline;

/// <summary>A file's sizes before a rewrite, found without reading its values.</summary>
/// <param name="File">The file, in bytes.</param>
/// <param name="InUse">Its pages in use, in bytes.</param>
public sealed record OfflineSizes(ByteSize File, ByteSize InUse)
{
    private const long SparePages = 64;

    /// <summary>Room for the new file at the most, in bytes: its pages may be filled up to an eighth less.</summary>
    public ByteSize Needed => new(InUse.Bytes + (InUse.Bytes / 8) + (SparePages * MetaPage.LargestPage));

    /// <summary>Finds the sizes. Reads the freelist, or else the branch pages and the headers of the leaf pages.</summary>
    /// <param name="source">The file.</param>
    /// <param name="options">How it is read.</param>
    /// <param name="stop">Ends the reading.</param>
    /// <returns>Null where the file is damaged: a check tells.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was asked for.</exception>
    public static OfflineSizes? Measure(IPageSource source, CheckOptions options, CancellationToken stop = default)
    {
        var findings = new FindingList(0);
        if (BoltFile.Open(source, findings, null, stop) is not { } file)
        {
            return null;
        }

        var pages = file.Meta.HasFreelist
            ? file.Pages - FreelistCheck.CountFree(file)
            : PageCounter.Count(file, options.AnyBbolt);
        return findings.Errors == 0 && pages is { } inUse
            ? new OfflineSizes(new ByteSize(source.Length), new ByteSize(inUse * file.PageSize))
            : null;
    }
}
