using EtcdDefrag.Core.Bolt;
using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Core.Offline;

/// <summary>A file's sizes before a rewrite, found without reading its values.</summary>
/// <param name="File">The file, in bytes.</param>
/// <param name="InUse">Its pages in use, in bytes.</param>
/// <param name="Needed">Room for the new file at the most, in bytes.</param>
public sealed record OfflineSizes(ByteSize File, ByteSize InUse, ByteSize Needed)
{
    /// <summary>Finds the sizes. Reads the freelist, or else the branch pages and the headers of the leaf pages.</summary>
    /// <returns>Null where the file is damaged: a check tells.</returns>
    public static OfflineSizes? Measure(IPageSource source, CheckOptions options, CancellationToken stop = default) =>
        throw new NotSupportedException();
}
