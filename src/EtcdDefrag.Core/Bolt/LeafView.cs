using System.Buffers.Binary;

namespace EtcdDefrag.Core.Bolt;

/// <summary>A leaf page. Whoever holds one may take any element of it: its bounds were checked.</summary>
public readonly ref struct LeafView
{
    private const uint BucketFlag = 1;
    private readonly ReadOnlySpan<byte> _page;

    internal LeafView(ReadOnlySpan<byte> page, int count)
    {
        _page = page;
        Count = count;
    }

    /// <summary>How many keys it has.</summary>
    public int Count { get; }

    /// <summary>
    /// Checks a page: elements within it, one after the other, keys neither empty nor too long, in ascending order.
    /// </summary>
    /// <param name="page">The whole page, overflow included.</param>
    /// <param name="count">How many elements its header names.</param>
    /// <param name="leaf">The page, when nothing is wrong with it.</param>
    /// <returns>What is wrong; null: nothing.</returns>
    public static PageFault? Check(ReadOnlySpan<byte> page, int count, out LeafView leaf)
    {
        leaf = default;
        if (CheckTable(page, count, page.Length) is { } fault)
        {
            return fault;
        }

        var view = new LeafView(page, count);
        var last = ReadOnlySpan<byte>.Empty;
        for (var i = 0; i < count; i++)
        {
            var key = view.Key(i);
            if (key.SequenceCompareTo(last) <= 0)
            {
                return PageFault.OutOfOrder(i, last, key);
            }

            last = key;
        }

        leaf = view;
        return null;
    }

    /// <summary>Checks the elements alone, of a page that is not in memory as a whole.</summary>
    /// <param name="table">The page's beginning, with all its elements as far as they lie in the page.</param>
    /// <param name="count">How many elements its header names.</param>
    /// <param name="length">Bytes of the whole page.</param>
    internal static PageFault? CheckTable(ReadOnlySpan<byte> table, int count, long length)
    {
        var free = PageHeader.Size + ((long)count * PageHeader.ElementSize);
        if (free > length)
        {
            return PageFault.Count(count, length);
        }

        for (var i = 0; i < count; i++)
        {
            var element = new LeafElement(table, i);
            if (element.Flags > BucketFlag)
            {
                return new PageFault(FindingIds.PageKind, $"has element {i} of an unknown kind, flags {element.Flags:x}");
            }

            if (element.KeySize is 0 or > PageHeader.LongestKey)
            {
                return PageFault.KeySize(i, element.KeySize);
            }

            if (element.KeyStart < free || element.ValueEnd > length)
            {
                return PageFault.Outside(i, element.KeyStart, element.ValueEnd, free, length);
            }

            // bbolt writes them one after the other; were they to overlap, a small file could stand for endless data.
            free = element.ValueEnd;
        }

        return null;
    }

    /// <summary>Where the last value ends: how much of the page is used.</summary>
    public long UsedBytes => Count == 0 ? PageHeader.Size : new LeafElement(_page, Count - 1).ValueEnd;

    /// <summary>The key of an element.</summary>
    public ReadOnlySpan<byte> Key(int index)
    {
        var element = new LeafElement(_page, index);
        return _page.Slice((int)element.KeyStart, (int)element.KeySize);
    }

    /// <summary>The value of an element.</summary>
    public ReadOnlySpan<byte> Value(int index)
    {
        var element = new LeafElement(_page, index);
        return _page.Slice((int)element.ValueStart, (int)element.ValueSize);
    }

    /// <summary>Whether the element is a bucket.</summary>
    public bool IsBucket(int index) => new LeafElement(_page, index).Flags == BucketFlag;

    internal readonly ref struct LeafElement
    {
        private readonly long _start;

        public LeafElement(ReadOnlySpan<byte> page, int index)
        {
            _start = PageHeader.Size + ((long)index * PageHeader.ElementSize);
            var bytes = page.Slice((int)_start, PageHeader.ElementSize);
            Flags = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            Position = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            KeySize = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
            ValueSize = BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]);
        }

        public uint Flags { get; }

        public uint KeySize { get; }

        public uint ValueSize { get; }

        public long KeyStart => _start + Position;

        public long ValueStart => KeyStart + KeySize;

        public long ValueEnd => ValueStart + ValueSize;

        private uint Position { get; }
    }
}
