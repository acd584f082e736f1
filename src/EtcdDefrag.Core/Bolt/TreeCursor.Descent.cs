using System.Diagnostics.CodeAnalysis;

namespace EtcdDefrag.Core.Bolt;

public sealed partial class TreeCursor
{
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
            if (!branch.MoveNext())
            {
                _branches.Pop().Release();
            }
            else if (Descend(branch.Child))
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
            fault = PageFault.Unreadable(e);
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
            var text = $"page {id} cannot be part of a tree: pages 2 to {_file.Meta.HighWaterMark - 1} can";
            return Refuse(FindingIds.PageBounds, id, text);
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
            var text = $"page {id} has {header.Overflow} overflow pages, which end beyond the file";
            return Refuse(isShort ? FindingIds.FileShort : FindingIds.PageBounds, id, text);
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
            return _branches.Count == 0 ? null : new PageFault(FindingIds.PageBounds, "has no key, but a branch page above it");
        }

        _leaf = leaf;
        Page = (ulong)page;
        _file.Shape.AddLeaf(_branches.Count + 1, header.Pages, leaf.UsedBytes, header.Pages * _file.PageSize);

        // A large leaf has room for one key at a time.
        var first = leaf.Key(0);
        CheckPlace(page, header.Pages > _reader.MostPages ? first.ToArray() : first, leaf.Key(leaf.Count - 1));
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
            var text = $"is a branch page of {header.Pages} pages, where none is larger than {LargestBranch} bytes";
            return new PageFault(FindingIds.PageBounds, text);
        }

        var bytes = _reader.Get(page, header.Pages, header.Pages);
        if (BranchView.Check(bytes, header.Count, out var view) is { } fault)
        {
            return fault;
        }

        if (view.Count == 1)
        {
            var text = $"page {page} is a branch page with one child: etcd panics at the first deletion there";
            Report(FindingIds.OneChild, (ulong)page, text, Advice.DefragmentOnline);
        }

        CheckPlace(page, view.Key(0), view.Key(view.Count - 1));
        _file.Shape.AddBranch(header.Pages);
        var branch = new BranchInHand(bytes, view.Count);
        _branches.Push(branch);
        if (_branches.Count == _leafLevel)
        {
            branch.Hint(_file);
        }

        return null;
    }

    // A page's first key is the one that the branch page above names; its last key is smaller than the next one that is named.
    private void CheckPlace(long page, ReadOnlySpan<byte> first, ReadOnlySpan<byte> last)
    {
        if (_branches.TryPeek(out var parent) && first.SequenceCompareTo(parent.Key) is var order and not 0)
        {
            var (begin, named) = (KeyText.Of(first), KeyText.Of(parent.Key));
            var text = $"page {page} begins with key \"{begin}\", but the branch page above names \"{named}\"";
            var (id, advice) = order < 0
                ? (FindingIds.KeyOutsideParent, Advice.Replace)
                : (FindingIds.BranchKey, Advice.DefragmentOnline);
            Report(id, (ulong)page, text, advice);
        }

        foreach (var above in _branches)
        {
            if (above.HasNext)
            {
                if (last.SequenceCompareTo(above.NextKey) >= 0)
                {
                    var (end, next) = (KeyText.Of(last), KeyText.Of(above.NextKey));
                    var text = $"page {page} ends with key \"{end}\", but the next page begins with \"{next}\"";
                    Report(FindingIds.KeyOutsideParent, (ulong)page, text);
                }

                return;
            }
        }
    }

    // How many pages from this one on are read at best: the leaves that follow it closely come along.
    private long Neighbours(long page, long pages) =>
        _branches.Count == _leafLevel && !_headersOnly && _branches.TryPeek(out var parent)
            ? parent.Neighbours(page, pages, _reader.MostPages)
            : 1;

    private PageHeader? Refuse(string id, ulong page, string text)
    {
        Report(id, page, text);
        return null;
    }

    private void Report(string id, ulong page, string text, string? advice = null)
    {
        var near = _branches.TryPeek(out var above) ? KeyText.Of(above.Key) : null;
        _file.Report(id, page, _bucket, text, near, advice);
    }
}
