using System.Buffers.Binary;
using EtcdDefrag.Core.Bolt;
using EtcdDefrag.Core.Offline;
#pragma warning disable IDE0005 // the integration tests, which link this file, have this using for all files
using Xunit;
#pragma warning restore IDE0005

namespace EtcdDefrag.Core.Tests.Bolt;

/// <summary>A file in memory that counts what is read, with pages that the disk cannot read.</summary>
internal sealed class MemoryFile(byte[] bytes) : IPageSource
{
    public byte[] Bytes => bytes;

    public long Length => bytes.Length;

    public long BytesRead { get; private set; }

    public long Reads { get; private set; }

    public HashSet<long> BadSectors { get; } = [];

    public void Read(long offset, Span<byte> buffer)
    {
        Reads++;
        BytesRead += buffer.Length;
        foreach (var bad in BadSectors)
        {
            if (bad >= offset && bad < offset + buffer.Length)
            {
                throw new PageReadException(offset, buffer.Length, "Input/output error");
            }
        }

        if (offset < 0 || offset + buffer.Length > bytes.Length)
        {
            throw new PageReadException(offset, buffer.Length, "the file ends before");
        }

        bytes.AsSpan((int)offset, buffer.Length).CopyTo(buffer);
    }

    public void WillNeed(long offset, long length)
    {
        Assert.InRange(offset, 0, bytes.Length);
        Assert.True(length > 0);
    }
}

/// <summary>A new file in memory.</summary>
internal sealed class MemorySink : IPageSink
{
    private byte[] _bytes = new byte[64 * 1024];
    private int _length;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, _length + bytes.Length));
        }

        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    public void WriteAt(long offset, ReadOnlySpan<byte> bytes) => bytes.CopyTo(_bytes.AsSpan(0, _length)[(int)offset..]);

    public byte[] ToArray() => _bytes[.._length];

    public void Clear() => _length = 0;
}

/// <summary>What is under test, ended with the test.</summary>
internal static class Reading
{
    public static readonly CheckOptions Etcd = new();
    public static readonly CheckOptions Any = new() { AnyBbolt = true };

    public static DatabaseCheck Check(byte[] file, CheckOptions? options = null) => Check(new MemoryFile(file), options);

    public static DatabaseCheck Check(MemoryFile file, CheckOptions? options = null) =>
        DatabaseCheck.Run(file, options ?? Etcd, stop: TestContext.Current.CancellationToken);

    public static RewriteResult Rewrite(byte[] file, MemorySink? sink = null, CheckOptions? options = null) =>
        Rewrite(new MemoryFile(file), sink, options);

    public static RewriteResult Rewrite(MemoryFile file, MemorySink? sink = null, CheckOptions? options = null) =>
        Core.Offline.Rewrite.Run(file, sink ?? new MemorySink(), options ?? Etcd, stop: TestContext.Current.CancellationToken);

    public static OfflineSizes? Measure(MemoryFile file, CheckOptions? options = null) =>
        OfflineSizes.Measure(file, options ?? Etcd, TestContext.Current.CancellationToken);

    public static IEnumerable<string> Texts(this DatabaseCheck check) => check.Findings.Select(finding => finding.Text);
}

/// <summary>Pages of a file in memory, for tests that look at them or damage them.</summary>
internal static class RawPages
{
    public static Span<byte> Page(this byte[] file, int pageSize, long page) => file.AsSpan((int)(page * pageSize), pageSize);

    public static PageHeader Header(this byte[] file, int pageSize, long page) => PageHeader.Read(file.Page(pageSize, page));

    /// <summary>All pages of a file without free ones, in order, those that are overflow left out.</summary>
    public static IEnumerable<(long Page, PageHeader Header)> Headers(this byte[] file, int pageSize)
    {
        for (long page = 0; page < file.Length / pageSize;)
        {
            var header = file.Header(pageSize, page);
            yield return (page, header);
            page += header.Pages;
        }
    }

    public static long First(this byte[] file, int pageSize, PageKind kind) =>
        file.Headers(pageSize).First(page => page.Header.Kind == kind).Page;

    public static void SetFlags(Span<byte> page, ushort flags) => BinaryPrimitives.WriteUInt16LittleEndian(page[8..], flags);

    public static void SetCount(Span<byte> page, ushort count) => BinaryPrimitives.WriteUInt16LittleEndian(page[10..], count);

    public static void SetOverflow(Span<byte> page, uint pages) => BinaryPrimitives.WriteUInt32LittleEndian(page[12..], pages);

    /// <summary>The element of a leaf or branch page, and all behind it.</summary>
    public static Span<byte> Element(Span<byte> page, int index) => page[(16 + (16 * index))..];

    public static ulong Child(Span<byte> branch, int index) =>
        BinaryPrimitives.ReadUInt64LittleEndian(Element(branch, index)[8..]);

    public static void SetChild(Span<byte> branch, int index, ulong child) =>
        BinaryPrimitives.WriteUInt64LittleEndian(Element(branch, index)[8..], child);

    public static Span<byte> LeafKey(Span<byte> leaf, int index) => Key(Element(leaf, index), 4);

    public static Span<byte> BranchKey(Span<byte> branch, int index) => Key(Element(branch, index), 0);

    /// <summary>A field of four bytes.</summary>
    public static uint Field(Span<byte> element, int at) => BinaryPrimitives.ReadUInt32LittleEndian(element[at..]);

    public static MetaPage Meta(this byte[] file, int pageSize, int page) => MetaPage.Read(file.Page(pageSize, page), out _)!;

    private static Span<byte> Key(Span<byte> element, int at) =>
        element.Slice((int)Field(element, at), (int)Field(element, at + 4));
}
