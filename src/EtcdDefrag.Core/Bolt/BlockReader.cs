using System.Buffers;

namespace EtcdDefrag.Core.Bolt;

/// <summary>Reads pages in blocks, so that one call brings several. A block is valid until the next one is read.</summary>
/// <param name="file">Where from. Pages asked for lie within it.</param>
internal sealed class BlockReader(BoltFile file) : IDisposable
{
    /// <summary>The largest block, in bytes. A page with more overflow than this is not held in memory.</summary>
    public const int Largest = 1 << 20;

    private readonly byte[] _block =
        ArrayPool<byte>.Shared.Rent((int)Math.Clamp(file.Pages * file.PageSize, 2 * MetaPage.LargestPage, Largest));
    private long _first;
    private long _count;

    /// <summary>How many pages a block has at the most.</summary>
    public long MostPages { get; } = Largest / file.PageSize;

    /// <summary>The block's memory for another use; its pages are forgotten.</summary>
    public byte[] TakeScratch()
    {
        _count = 0;
        return _block;
    }

    /// <summary>Whether these pages are in the block.</summary>
    public bool Has(long page, long pages) => page >= _first && page + pages <= _first + _count;

    /// <summary>Gives pages, from the block or the file.</summary>
    /// <param name="page">The first.</param>
    /// <param name="pages">How many are needed, at most <see cref="MostPages"/>.</param>
    /// <param name="wanted">How many to read if they are not in the block: those behind them will be asked for next.</param>
    /// <exception cref="PageReadException">They could not be read.</exception>
    public ReadOnlySpan<byte> Get(long page, long pages, long wanted)
    {
        if (!Has(page, pages))
        {
            wanted = Math.Min(Math.Min(Math.Max(pages, wanted), MostPages), file.Pages - page);
            _count = 0;
            _first = page;
            try
            {
                file.Source.Read(page * file.PageSize, _block.AsSpan(0, (int)wanted * file.PageSize));
            }
            catch (PageReadException) when (wanted > pages)
            {
                // A bad sector in a page that nobody needs is no damage.
                wanted = pages;
                file.Source.Read(page * file.PageSize, _block.AsSpan(0, (int)wanted * file.PageSize));
            }

            _count = wanted;
        }

        return _block.AsSpan((int)(page - _first) * file.PageSize, (int)pages * file.PageSize);
    }

    /// <summary>The memory of pages that are in the block.</summary>
    public ArraySegment<byte> Segment(long page, long pages) =>
        new(_block, (int)(page - _first) * file.PageSize, (int)pages * file.PageSize);

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<byte>.Shared.Return(_block);
}
