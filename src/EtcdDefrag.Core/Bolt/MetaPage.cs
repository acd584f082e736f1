namespace EtcdDefrag.Core.Bolt;

/// <summary>What one of the two meta pages says about the file. The checksum was right when it was read.</summary>
/// <param name="PageSize">The file's page size, in bytes: a power of two from 1 KiB to 64 KiB.</param>
/// <param name="Root">The page of the root bucket's tree.</param>
/// <param name="Sequence">The root bucket's sequence.</param>
/// <param name="Freelist">The page of the list of free pages; <see cref="NoFreelist"/> when it is not stored.</param>
/// <param name="HighWaterMark">How many pages the file has, in use or free. The file may be longer.</param>
/// <param name="TransactionId">The transaction that wrote it. The valid meta page with the higher one counts.</param>
public sealed record MetaPage(int PageSize, ulong Root, ulong Sequence, ulong Freelist, ulong HighWaterMark, ulong TransactionId)
{
    /// <summary>The freelist is not stored (etcd's <c>NoFreelistSync</c>): free is what no tree reaches.</summary>
    public const ulong NoFreelist = ulong.MaxValue;

    /// <summary>Whether the file stores which pages are free.</summary>
    public bool HasFreelist => Freelist != NoFreelist;

    /// <summary>The size of the file by its own account, in bytes.</summary>
    public ulong Bytes => HighWaterMark * (ulong)PageSize;
}
