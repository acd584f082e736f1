namespace EtcdDefrag.Core.Bolt;

/// <summary>Writes pages one after the other.</summary>
/// <param name="sink">Where to.</param>
/// <param name="pageSize">Bytes of a page.</param>
internal sealed class PageWriter(IPageSink sink, int pageSize)
{
    private static readonly byte[] Zeros = new byte[MetaPage.LargestPage];
    private long _left;

    public int PageSize => pageSize;

    /// <summary>The page that comes next, and so how many there are.</summary>
    public ulong Next { get; private set; }

    /// <summary>How many pages take so many bytes.</summary>
    public long PagesFor(long bytes) => (bytes + pageSize - 1) / pageSize;

    /// <summary>Begins a page.</summary>
    /// <param name="bytes">How many bytes will follow before <see cref="End"/>.</param>
    /// <returns>Its number.</returns>
    public ulong Begin(long bytes)
    {
        var page = Next;
        var pages = PagesFor(bytes);
        Next += (ulong)pages;
        _left = pages * pageSize;
        return page;
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        sink.Append(bytes);
        _left -= bytes.Length;
    }

    /// <summary>Fills the rest of the page with zeros.</summary>
    public void End()
    {
        if (_left > 0)
        {
            sink.Append(Zeros.AsSpan(0, (int)_left));
        }
    }

    /// <summary>Replaces pages that were written before.</summary>
    public void Replace(ulong page, ReadOnlySpan<byte> bytes) => sink.WriteAt((long)page * pageSize, bytes);
}
