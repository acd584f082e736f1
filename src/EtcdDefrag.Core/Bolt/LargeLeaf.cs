using System.Buffers;

namespace EtcdDefrag.Core.Bolt;

/// <summary>A leaf page larger than a block. Its elements are in memory; keys and values are read when asked for.</summary>
internal sealed class LargeLeaf : IDisposable
{
    private readonly BoltFile _file;
    private readonly BlockReader _scratch;
    private readonly long _start;
    private readonly byte[] _table;
    private readonly byte[] _key = ArrayPool<byte>.Shared.Rent(PageHeader.LongestKey);

    private LargeLeaf(BoltFile file, BlockReader scratch, long start, byte[] table, int count)
    {
        _file = file;
        _scratch = scratch;
        _start = start;
        _table = table;
        Count = count;
    }

    public int Count { get; }

    public long UsedBytes => Count == 0 ? PageHeader.Size : new LeafView.LeafElement(_table, Count - 1).ValueEnd;

    /// <summary>Reads and checks a page's elements and keys.</summary>
    /// <param name="file">The file.</param>
    /// <param name="scratch">Lends its memory to values.</param>
    /// <param name="page">Which page; it lies within the file with all its overflow.</param>
    /// <param name="header">Its header.</param>
    /// <param name="leaf">The page, when nothing is wrong with it.</param>
    public static PageFault? Open(BoltFile file, BlockReader scratch, long page, PageHeader header, out LargeLeaf? leaf)
    {
        // At most 1 MiB: a header can name 65,535 elements.
        var size = PageHeader.Size + (header.Count * PageHeader.ElementSize);
        var table = ArrayPool<byte>.Shared.Rent(size);
        var found = new LargeLeaf(file, scratch, page * file.PageSize, table, header.Count);
        PageFault? fault = null;
        try
        {
            var length = header.Pages * file.PageSize;
            file.Source.Read(found._start, table.AsSpan(0, (int)Math.Min(size, length)));
            fault = LeafView.CheckTable(table, header.Count, length) ?? found.CheckKeys();
        }
        catch (PageReadException e)
        {
            fault = PageFault.Unreadable(e);
        }

        leaf = fault is null ? found : null;
        if (fault is not null)
        {
            found.Dispose();
        }

        return fault;
    }

    public ReadOnlySpan<byte> Key(int index)
    {
        var element = new LeafView.LeafElement(_table, index);
        var key = _key.AsSpan(0, (int)element.KeySize);
        _file.Source.Read(_start + element.KeyStart, key);
        return key;
    }

    public ValueBytes Value(int index)
    {
        var element = new LeafView.LeafElement(_table, index);
        var value = new ValueBytes(_file.Source, _start + element.ValueStart, element.ValueSize, _scratch.TakeScratch());
        return element.ValueSize <= BlockReader.Largest / 16 ? new ValueBytes(value.Piece(0)) : value;
    }

    public bool IsBucket(int index) => new LeafView.LeafElement(_table, index).Flags != 0;

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_table);
        ArrayPool<byte>.Shared.Return(_key);
    }

    private PageFault? CheckKeys()
    {
        var last = new byte[PageHeader.LongestKey].AsSpan();
        var lastLength = 0;
        for (var i = 0; i < Count; i++)
        {
            var key = Key(i);
            if (key.SequenceCompareTo(last[..lastLength]) <= 0)
            {
                return PageFault.OutOfOrder(i, last[..lastLength], key);
            }

            key.CopyTo(last);
            lastLength = key.Length;
        }

        return null;
    }
}
