using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace EtcdDefrag.Core.Bolt;

public sealed partial class TreeCursor
{
    // Reading a few pages of garbage costs less than another call; many cost more.
    private const int LargestGap = 16;

    // On which level the leaves are, once one was seen, and how many pages the last of them had.
    private int? _leafLevel;
    private long _leafPages = 1;

    /// <inheritdoc/>
    public void Dispose()
    {
        _leaf.Release();
        _leaf = default;
        while (_branches.TryPop(out var branch))
        {
            branch.Release();
        }

        _reader.Dispose();
    }

    private bool NextLeaf()
    {
        _leaf.Release();
        _leaf = default;
        if (_root is { } root)
        {
            _root = null;
            if (Descend(root))
            {
                return true;
            }
        }

        while (_branches.TryPeek(out var branch))
        {
            if (++branch.Index == branch.Count)
            {
                _branches.Pop().Release();
            }
            else if (Descend(branch.View.Child(branch.Index)))
            {
                return true;
            }
        }

        return false;
    }

    // True: a leaf is in hand. False: a branch is on top of the stack, or the page is damaged and was noted.
    private bool Descend(ulong page)
    {
        if (Reach(page) is not { } header)
        {
            return false;
        }

        PageFault? fault;
        try
        {
            fault = header.Kind == PageKind.Leaf ? Take((long)page, header) : Push((long)page, header);
        }
        catch (PageReadException e)
        {
            fault = new PageFault(FindingIds.PageUnreadable, $"cannot be read: {e.Message}");
        }

        if (fault is not null)
        {
            Report(fault.Id, page, $"page {page} {fault.Text}");
            return false;
        }

        return header.Kind == PageKind.Leaf && !_headersOnly;
    }

    // Reads and checks a page's header and claims its pages.
    private PageHeader? Reach(ulong id)
    {
        if (id < 2 || id >= _file.Meta.HighWaterMark)
        {
            return Refuse(FindingIds.PageBounds, id, $"page {id} is named as part of a tree: the file has pages 2 to {_file.Meta.HighWaterMark - 1}");
        }

        var page = (long)id;
        if (id >= (ulong)_file.Pages)
        {
            return Refuse(FindingIds.FileShort, id, $"page {id} lies beyond the end of the file");
        }

        if (_file.Map.Claim(page, 1) is not null)
        {
            return Refuse(FindingIds.PageTwice, id, $"page {id} is reached twice");
        }

        PageHeader header;
        try
        {
            header = PageHeader.Read(_reader.Get(page, 1, Neighbours(page, _leafPages)));
        }
        catch (PageReadException e)
        {
            return Refuse(FindingIds.PageUnreadable, id, $"page {id} cannot be read: {e.Message}");
        }

        if (header.Id != id)
        {
            return Refuse(FindingIds.PageId, id, $"page {id} says that it is page {header.Id}");
        }

        if (header.Kind is not (PageKind.Branch or PageKind.Leaf))
        {
            return Refuse(FindingIds.PageKind, id, $"page {id} is neither a branch nor a leaf page: flags {header.Flags:x}");
        }

        if (page + header.Pages > _file.Pages)
        {
            var isShort = (ulong)(page + header.Pages) <= _file.Meta.HighWaterMark;
            return Refuse(isShort ? FindingIds.FileShort : FindingIds.PageBounds, id, $"page {id} has {header.Overflow} overflow pages, the last beyond the end of the file");
        }

        if (_file.Map.Claim(page + 1, header.Overflow) is { } twice)
        {
            return Refuse(FindingIds.PageTwice, (ulong)twice, $"page {twice} is reached twice, once as overflow of page {id}");
        }

        _file.Count(header.Kind, header.Pages);
        return header;
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The leaf in hand owns it.")]
    private PageFault? Take(long page, PageHeader header)
    {
        if (_leafLevel is null && _branches.TryPeek(out var parent))
        {
            parent.Hint(_file);
        }

        _leafLevel = _branches.Count;
        if (_headersOnly)
        {
            return null;
        }

        _leafPages = Math.Min(header.Pages, _reader.MostPages);
        LeafInHand leaf;
        if (header.Pages > _reader.MostPages)
        {
            if (LargeLeaf.Open(_file, _reader, page, header, out var large) is { } fault)
            {
                return fault;
            }

            leaf = new LeafInHand(large!);
        }
        else
        {
            var bytes = _reader.Get(page, header.Pages, Neighbours(page, header.Pages));
            if (LeafView.Check(bytes, header.Count, out _) is { } fault)
            {
                return fault;
            }

            leaf = new LeafInHand(_reader.Segment(page, header.Pages), header.Count);
        }

        if (leaf.Count == 0)
        {
            return _branches.Count == 0 ? null : new PageFault(FindingIds.PageBounds, "has no key, and a branch page leads to it");
        }

        _leaf = leaf;
        Page = (ulong)page;
        CheckPlace(page, leaf.Key(0), isLast: false);
        CheckPlace(page, leaf.Key(leaf.Count - 1), isLast: true);
        return null;
    }

    private PageFault? Push(long page, PageHeader header)
    {
        if (_branches.Count == Deepest)
        {
            return new PageFault(FindingIds.PageBounds, $"is deeper in its tree than {Deepest} levels");
        }

        if (header.Pages * _file.PageSize > Math.Max(LargestBranch, _file.PageSize))
        {
            return new PageFault(FindingIds.PageBounds, $"is a branch page of {header.Pages} pages: none is larger than {LargestBranch} bytes");
        }

        var bytes = _reader.Get(page, header.Pages, header.Pages);
        if (BranchView.Check(bytes, header.Count, out var view) is { } fault)
        {
            return fault;
        }

        if (view.Count == 1)
        {
            Report(FindingIds.OneChild, (ulong)page, $"page {page} is a branch page with one child: etcd ends at the first deletion there", Advice.DefragmentOnline);
        }

        CheckPlace(page, view.Key(0), isLast: false);
        CheckPlace(page, view.Key(view.Count - 1), isLast: true);
        var branch = new Branch(bytes, view.Count);
        _branches.Push(branch);
        if (_branches.Count == _leafLevel)
        {
            branch.Hint(_file);
        }

        return null;
    }

    // A page's first key is the one that the branch page above names; its last one comes before the next one that is named.
    private void CheckPlace(long page, ReadOnlySpan<byte> key, bool isLast)
    {
        foreach (var above in _branches)
        {
            if (!isLast)
            {
                var named = above.View.Key(above.Index);
                var order = key.SequenceCompareTo(named);
                if (order != 0)
                {
                    var (id, advice) = order < 0 ? (FindingIds.KeyOutsideParent, Advice.Replace) : (FindingIds.BranchKey, Advice.DefragmentOnline);
                    Report(id, (ulong)page, $"page {page} begins with key \"{KeyText.Of(key)}\", and the branch page above names \"{KeyText.Of(named)}\"", advice);
                }

                return;
            }

            if (above.Index + 1 < above.Count)
            {
                var next = above.View.Key(above.Index + 1);
                if (key.SequenceCompareTo(next) >= 0)
                {
                    Report(
                        FindingIds.KeyOutsideParent, (ulong)page, $"page {page} ends with key \"{KeyText.Of(key)}\", and the page behind it begins with \"{KeyText.Of(next)}\"");
                }

                return;
            }
        }
    }

    // How many pages from this one on are read at best: the children that follow it closely come along.
    private long Neighbours(long page, long pages)
    {
        if (_branches.Count != _leafLevel || _headersOnly || !_branches.TryPeek(out var parent))
        {
            return 1;
        }

        var last = page;
        for (var i = parent.Index + 1; i < parent.Count; i++)
        {
            var next = parent.View.Child(i);
            if (next <= (ulong)last || next > (ulong)(last + pages + LargestGap) || (long)next + pages - page > _reader.MostPages)
            {
                break;
            }

            last = (long)next;
        }

        return last + pages - page;
    }

    private PageHeader? Refuse(string id, ulong page, string text)
    {
        Report(id, page, text);
        return null;
    }

    private void Report(string id, ulong page, string text, string? advice = null) =>
        _file.Report(id, page, _bucket, text, _branches.TryPeek(out var above) ? KeyText.Of(above.View.Key(above.Index)) : null, advice);

    /// <summary>A branch page on the way down, and which of its children is next.</summary>
    private sealed class Branch
    {
        private readonly byte[] _bytes;

        public Branch(ReadOnlySpan<byte> page, int count)
        {
            _bytes = ArrayPool<byte>.Shared.Rent(page.Length);
            page.CopyTo(_bytes);
            Count = count;
        }

        public int Count { get; }

        public int Index { get; set; } = -1;

        public BranchView View => new(_bytes, Count);

        public void Release() => ArrayPool<byte>.Shared.Return(_bytes);

        /// <summary>Tells which pages come next, in the order in which they lie in the file.</summary>
        public void Hint(BoltFile file)
        {
            var children = ArrayPool<ulong>.Shared.Rent(Count);
            for (var i = 0; i < Count; i++)
            {
                children[i] = View.Child(i);
            }

            Array.Sort(children, 0, Count);
            var first = children[0];
            for (var i = 1; i <= Count; i++)
            {
                if (i == Count || children[i] - children[i - 1] > LargestGap)
                {
                    if (children[i - 1] < (ulong)file.Pages)
                    {
                        file.Source.WillNeed((long)first * file.PageSize, (long)(children[i - 1] - first + 1) * file.PageSize);
                    }

                    first = i < Count ? children[i] : 0;
                }
            }

            ArrayPool<ulong>.Shared.Return(children);
        }
    }
}
