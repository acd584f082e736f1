using System.Buffers.Binary;

namespace EtcdDefrag.Core.Bolt;

/// <summary>A branch page. Whoever holds one may take any element of it: its bounds were checked.</summary>
public readonly ref struct BranchView
{
    private readonly ReadOnlySpan<byte> _page;

    internal BranchView(ReadOnlySpan<byte> page, int count)
    {
        _page = page;
        Count = count;
    }

    /// <summary>How many children it has, 1 or more. A sound one has 2 or more.</summary>
    public int Count { get; }

    /// <summary>
    /// Checks a page: elements within it, one after the other, keys neither empty nor too long, in ascending order.
    /// Does not check that the children exist.
    /// </summary>
    /// <param name="page">The whole page, overflow included.</param>
    /// <param name="count">How many elements its header names.</param>
    /// <param name="branch">The page, when nothing is wrong with it.</param>
    /// <returns>What is wrong; null: nothing.</returns>
    public static PageFault? Check(ReadOnlySpan<byte> page, int count, out BranchView branch)
    {
        branch = default;
        var table = PageHeader.Size + ((long)count * PageHeader.ElementSize);
        if (count == 0 || table > page.Length)
        {
            return PageFault.Count(count, page.Length);
        }

        var free = table;
        var last = ReadOnlySpan<byte>.Empty;
        for (var i = 0; i < count; i++)
        {
            var (start, size) = KeyPlace(page, i);
            if (size is 0 or > PageHeader.LongestKey)
            {
                return PageFault.KeySize(i, size);
            }

            if (start < free || start + size > page.Length)
            {
                return PageFault.Outside(i, start, start + size, free, page.Length);
            }

            var key = page.Slice((int)start, (int)size);
            if (key.SequenceCompareTo(last) <= 0)
            {
                return PageFault.OutOfOrder(i, last, key);
            }

            last = key;
            free = start + size;
        }

        branch = new BranchView(page, count);
        return null;
    }

    /// <summary>The key of a child: the first one below it.</summary>
    public ReadOnlySpan<byte> Key(int index)
    {
        var (start, size) = KeyPlace(_page, index);
        return _page.Slice((int)start, (int)size);
    }

    /// <summary>The page of a child.</summary>
    public ulong Child(int index) => BinaryPrimitives.ReadUInt64LittleEndian(_page[(Element(index) + 8)..]);

    private static int Element(int index) => PageHeader.Size + (index * PageHeader.ElementSize);

    private static (long Start, uint Size) KeyPlace(ReadOnlySpan<byte> page, int index)
    {
        var element = page.Slice(Element(index), PageHeader.ElementSize);
        var position = BinaryPrimitives.ReadUInt32LittleEndian(element);
        return (Element(index) + (long)position, BinaryPrimitives.ReadUInt32LittleEndian(element[4..]));
    }
}
