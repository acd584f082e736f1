using EtcdDefrag.Core.Bolt;

namespace EtcdDefrag.Core.Inspection;

/// <summary>The last pages of a bucket that bbolt appends to: sizes alone, one node a level.</summary>
internal sealed class BucketInMemory(int pageSize)
{
    private const int FewestKeys = 2;
    private const int BucketHeader = 16;
    private const double Fill = 0.9;

    private readonly List<Node> _levels = [new Node()];

    /// <summary>Bytes of the bucket's name.</summary>
    public int NameSize { get; init; }

    /// <summary>The page that the bucket is in already, when it is empty still.</summary>
    public long Page
    {
        init => (_levels[0].Page, _levels[0].Pages) = (value, 1);
    }

    /// <summary>Puts a pair behind all others.</summary>
    public void Add(int keySize, long valueSize)
    {
        _levels[0].Items.Add((keySize, keySize + valueSize));
        _levels[0].Dirty = true;
    }

    /// <summary>Writes what has changed.</summary>
    /// <returns>Bytes that the bucket takes in the bucket around it.</returns>
    public long Write(NewPages pages, bool isTop = false)
    {
        if (!isTop && _levels.Count == 1 && Size(_levels[0].Items, 0, _levels[0].Items.Count) is var size && size <= pageSize / 4)
        {
            Free(_levels[0], pages);
            return BucketHeader + size;
        }

        for (var level = 0; level < _levels.Count; level++)
        {
            WriteLevel(level, pages);
        }

        return BucketHeader;
    }

    private void WriteLevel(int level, NewPages pages)
    {
        var node = _levels[level];
        if (!node.Dirty && node.Pages > 0)
        {
            return;
        }

        // The last page of the level was in the file already: it is written anew, and the page above has its place already.
        var isThere = node.Pages > 0 && level + 1 < _levels.Count;
        Free(node, pages);
        node.Dirty = false;
        var items = node.Items;
        for (var start = 0; ;)
        {
            var count = CountForPage(items, start);
            node.Pages = (Size(items, start, count) + pageSize - 1) / pageSize;
            node.Page = pages.Take(node.Pages);
            var isLast = start + count == items.Count;
            if (level + 1 < _levels.Count || !isLast)
            {
                Refer(level + 1, items.Count == 0 ? 0 : items[start].Key, isThere);
            }

            if (isLast)
            {
                items.RemoveRange(0, start);
                return;
            }

            isThere = false;
            start += count;
        }
    }

    private void Refer(int level, int keySize, bool isThere)
    {
        if (level == _levels.Count)
        {
            _levels.Add(new Node());
        }

        _levels[level].Dirty = true;
        if (!isThere)
        {
            _levels[level].Items.Add((keySize, keySize));
        }
    }

    private static void Free(Node node, NewPages pages)
    {
        if (node.Pages > 0)
        {
            pages.Free(node.Page, node.Pages);
            node.Pages = 0;
        }
    }

    private static long Size(List<(int Key, long Bytes)> items, int start, int count)
    {
        var size = PageHeader.Size + (count * (long)PageHeader.ElementSize);
        for (var i = start; i < start + count; i++)
        {
            size += items[i].Bytes;
        }

        return size;
    }

    // How many items the next page gets: bbolt's splitTwo and splitIndex.
    private int CountForPage(List<(int Key, long Bytes)> items, int start)
    {
        var left = items.Count - start;
        if (left <= 2 * FewestKeys || !IsLarger(items, start))
        {
            return left;
        }

        var threshold = (int)(pageSize * Fill);
        long size = PageHeader.Size;
        var count = 0;
        for (; count < left - FewestKeys - 1; count++)
        {
            var more = PageHeader.ElementSize + items[start + count].Bytes;
            if (count >= FewestKeys && size + more > threshold)
            {
                break;
            }

            size += more;
        }

        return count;
    }

    private bool IsLarger(List<(int Key, long Bytes)> items, int start)
    {
        long size = PageHeader.Size;
        for (var i = start; i < items.Count && size < pageSize; i++)
        {
            size += PageHeader.ElementSize + items[i].Bytes;
        }

        return size >= pageSize;
    }

    private sealed class Node
    {
        public List<(int Key, long Bytes)> Items { get; } = [];

        public long Page { get; set; }

        public long Pages { get; set; }

        public bool Dirty { get; set; }
    }
}
