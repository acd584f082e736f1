using System.Buffers.Binary;
using EtcdDefrag.Core.Text;

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

    /// <summary>The smallest page size that bbolt takes.</summary>
    public const int SmallestPage = 1024;

    /// <summary>The largest page size that bbolt takes, that of some arm64 and ppc64le machines.</summary>
    public const int LargestPage = 65536;

    /// <summary>Bytes of a meta page that mean something, header included.</summary>
    public const int Size = PageHeader.Size + 64;

    private const uint Magic = 0xED0CDAED;
    private const uint Version = 2;

    /// <summary>Whether the file stores which pages are free.</summary>
    public bool HasFreelist => Freelist != NoFreelist;

    /// <summary>Reads a meta page.</summary>
    /// <param name="page">At least <see cref="Size"/> bytes.</param>
    /// <param name="problem">Why it is not valid, as the second half of a sentence.</param>
    /// <returns>The page; null when it is not valid.</returns>
    public static MetaPage? Read(ReadOnlySpan<byte> page, out string? problem)
    {
        var body = page[PageHeader.Size..Size];
        var magic = BinaryPrimitives.ReadUInt32LittleEndian(body);
        var version = BinaryPrimitives.ReadUInt32LittleEndian(body[4..]);
        var pageSize = BinaryPrimitives.ReadUInt32LittleEndian(body[8..]);
        problem = magic != Magic ? $"has magic number {magic:x8} instead of {Magic:x8}"
            : version != Version ? $"has version {version} instead of {Version}"
            : BinaryPrimitives.ReadUInt64LittleEndian(body[56..]) != Fnv1a.Hash(body[..56]) ? "has a wrong checksum"
            : !IsPageSize(pageSize) ? $"has page size {pageSize}: a power of two from {SmallestPage} to {LargestPage} is right"
            : null;
        return problem is not null ? null : new MetaPage(
            (int)pageSize,
            BinaryPrimitives.ReadUInt64LittleEndian(body[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(body[24..]),
            BinaryPrimitives.ReadUInt64LittleEndian(body[32..]),
            BinaryPrimitives.ReadUInt64LittleEndian(body[40..]),
            BinaryPrimitives.ReadUInt64LittleEndian(body[48..]));
    }

    /// <summary>Writes the page, its header and checksum included. A transaction writes to page 0 or 1 in turns.</summary>
    /// <param name="page">At least <see cref="Size"/> bytes.</param>
    public void Write(Span<byte> page)
    {
        new PageHeader(TransactionId % 2, (ushort)PageKind.Meta, 0, 0).Write(page);
        var body = page[PageHeader.Size..Size];
        BinaryPrimitives.WriteUInt32LittleEndian(body, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(body[4..], Version);
        BinaryPrimitives.WriteUInt32LittleEndian(body[8..], (uint)PageSize);
        BinaryPrimitives.WriteUInt32LittleEndian(body[12..], 0);
        BinaryPrimitives.WriteUInt64LittleEndian(body[16..], Root);
        BinaryPrimitives.WriteUInt64LittleEndian(body[24..], Sequence);
        BinaryPrimitives.WriteUInt64LittleEndian(body[32..], Freelist);
        BinaryPrimitives.WriteUInt64LittleEndian(body[40..], HighWaterMark);
        BinaryPrimitives.WriteUInt64LittleEndian(body[48..], TransactionId);
        BinaryPrimitives.WriteUInt64LittleEndian(body[56..], Fnv1a.Hash(body[..56]));
    }

    private static bool IsPageSize(uint size) => size is >= SmallestPage and <= LargestPage && (size & (size - 1)) == 0;
}
