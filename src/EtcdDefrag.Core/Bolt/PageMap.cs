using System.Numerics;

namespace EtcdDefrag.Core.Bolt;

/// <summary>One bit a page: whether something has claimed it. Takes memory only where pages are claimed.</summary>
/// <param name="pages">How many pages there are.</param>
public sealed class PageMap(long pages)
{
    private const int ChunkPages = 1 << 16;

    private readonly ulong[]?[] _chunks = new ulong[]?[(pages + ChunkPages - 1) / ChunkPages];

    /// <summary>How many pages there are.</summary>
    public long Pages => pages;

    /// <summary>Whether the page was claimed.</summary>
    public bool IsClaimed(long page) =>
        _chunks[page / ChunkPages] is { } chunk && ((chunk[page % ChunkPages / 64] >> (int)(page % 64)) & 1) != 0;

    /// <summary>Claims pages one after the other, up to one that had been claimed before.</summary>
    /// <returns>That page; null: all are claimed now.</returns>
    public long? Claim(long first, long count)
    {
        for (var page = first; page < first + count; page++)
        {
            var chunk = _chunks[page / ChunkPages] ??= new ulong[ChunkPages / 64];
            ref var word = ref chunk[page % ChunkPages / 64];
            var bit = 1UL << (int)(page % 64);
            if ((word & bit) != 0)
            {
                return page;
            }

            word |= bit;
        }

        return null;
    }

    /// <summary>Finds the next run of pages that nothing has claimed.</summary>
    /// <param name="from">Where the search begins.</param>
    /// <returns>The first page of the run and how many there are; a count of 0 at the end of the file.</returns>
    public (long First, long Count) NextUnclaimed(long from)
    {
        var first = from;
        while (first < pages && IsClaimed(first))
        {
            first++;
        }

        var end = first;
        while (end < pages && !IsClaimed(end))
        {
            end = _chunks[end / ChunkPages] is null ? Math.Min(pages, ((end / ChunkPages) + 1) * ChunkPages) : end + 1;
        }

        return (first, end - first);
    }

    /// <summary>How many pages are claimed.</summary>
    public long CountClaimed() => _chunks.Sum(chunk => chunk?.Sum(word => (long)BitOperations.PopCount(word)) ?? 0);
}
