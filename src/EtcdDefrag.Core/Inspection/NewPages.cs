using EtcdDefrag.Core.Bolt;

namespace EtcdDefrag.Core.Inspection;

/// <summary>The pages of a new file: which are taken, which are free again.</summary>
internal sealed class NewPages
{
    /// <summary>The page of the empty leaf that a new file begins with.</summary>
    public const int RootPage = 3;

    private const int FirstPages = 4;

    private readonly SortedDictionary<long, long> _free = [];
    private readonly List<(long Page, long Pages)> _pending = [];
    private (long Page, long Pages) _freelist = (2, 1);

    /// <summary>How many pages the file has: two meta pages, a freelist and an empty leaf to begin with.</summary>
    public long HighWaterMark { get; private set; } = FirstPages;

    /// <summary>Takes pages one after the other: free ones, else new ones.</summary>
    public long Take(long pages)
    {
        foreach (var (first, count) in _free)
        {
            if (count >= pages)
            {
                _free.Remove(first);
                if (count > pages)
                {
                    _free.Add(first + pages, count - pages);
                }

                return first;
            }
        }

        HighWaterMark += pages;
        return HighWaterMark - pages;
    }

    /// <summary>Gives pages back: the next transaction may take them.</summary>
    public void Free(long page, long pages) => _pending.Add((page, pages));

    /// <summary>Writes the freelist and ends the transaction.</summary>
    public void Commit(int pageSize)
    {
        Free(_freelist.Page, _freelist.Pages);
        var ids = _free.Values.Sum() + _pending.Sum(span => span.Pages);
        var pages = ((PageHeader.Size + (ids * sizeof(ulong))) / pageSize) + 1;
        _freelist = (Take(pages), pages);
        foreach (var (page, count) in _pending)
        {
            Release(page, count);
        }

        _pending.Clear();
    }

    private void Release(long page, long pages)
    {
        if (_free.Remove(page + pages, out var after))
        {
            pages += after;
        }

        var before = _free.LastOrDefault(span => span.Key < page);
        if (before.Value > 0 && before.Key + before.Value == page)
        {
            _free[before.Key] = before.Value + pages;
        }
        else
        {
            _free.Add(page, pages);
        }
    }
}
