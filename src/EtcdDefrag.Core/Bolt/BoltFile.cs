namespace EtcdDefrag.Core.Bolt;

/// <summary>A database file that is being read: what every part of one pass shares.</summary>
public sealed class BoltFile
{
    private const long TickBytes = 4 << 20;

    private readonly Action<long>? _progress;
    private readonly CancellationToken _stop;
    private long _sinceTick;

    private BoltFile(IPageSource source, MetaPage meta, FindingList findings, Action<long>? progress, CancellationToken stop)
    {
        Source = source;
        Meta = meta;
        Findings = findings;
        Pages = (long)Math.Min(meta.HighWaterMark, (ulong)(source.Length / meta.PageSize));
        Map = new PageMap(Pages);
        _progress = progress;
        _stop = stop;
    }

    /// <summary>The bytes.</summary>
    public IPageSource Source { get; }

    /// <summary>The meta page that counts.</summary>
    public MetaPage Meta { get; }

    /// <summary>Bytes of a page.</summary>
    public int PageSize => Meta.PageSize;

    /// <summary>How many pages there are: below the high water mark and within the file.</summary>
    public long Pages { get; }

    /// <summary>Which pages have been reached.</summary>
    public PageMap Map { get; }

    /// <summary>What was found so far.</summary>
    public FindingList Findings { get; }

    /// <summary>Branch pages that were reached, with their overflow.</summary>
    public long BranchPages { get; private set; }

    /// <summary>Leaf pages that were reached, with their overflow.</summary>
    public long LeafPages { get; private set; }

    /// <summary>How the trees are built, as far as they were reached.</summary>
    public TreeShape Shape { get; } = new();

    /// <summary>Opens a file by its meta pages.</summary>
    /// <param name="source">The bytes.</param>
    /// <param name="findings">Where to put what is wrong.</param>
    /// <param name="progress">Told every few MiB how many pages were reached; null: nobody.</param>
    /// <param name="stop">Ends the pass.</param>
    /// <returns>Null when no meta page is valid.</returns>
    public static BoltFile? Open(
        IPageSource source, FindingList findings, Action<long>? progress = null, CancellationToken stop = default)
    {
        if (MetaPages.Choose(source, findings) is not { } meta)
        {
            return null;
        }

        var file = new BoltFile(source, meta, findings, progress, stop);
        if (meta.HighWaterMark > (ulong)file.Pages)
        {
            var text = $"the file ends after {file.Pages} of its {meta.HighWaterMark} pages of {meta.PageSize} bytes";
            file.Report(FindingIds.FileShort, null, "", text);
        }

        _ = file.Map.Claim(0, Math.Min(2, file.Pages));
        return file;
    }

    /// <summary>Notes an error.</summary>
    /// <param name="id">Which kind.</param>
    /// <param name="page">The page it is about; null: none.</param>
    /// <param name="bucket">The bucket; empty: none.</param>
    /// <param name="text">What is wrong.</param>
    /// <param name="key">A key near it, printable; null: none.</param>
    /// <param name="advice">What to do; null: the usual.</param>
    public void Report(string id, ulong? page, string bucket, string text, string? key = null, string? advice = null) =>
        Findings.Add(new Finding(id, FindingSeverity.Error, text)
        {
            Page = page,
            Bucket = bucket.Length > 0 ? bucket : null,
            Key = key,
            Advice = advice ?? Advice.Replace,
        });

    /// <summary>Counts a page of a tree, tells the progress and ends the pass when that is asked for.</summary>
    internal void Count(PageKind kind, long pages)
    {
        if (kind == PageKind.Branch)
        {
            BranchPages += pages;
        }
        else
        {
            LeafPages += pages;
        }

        _sinceTick += pages * PageSize;
        if (_sinceTick >= TickBytes)
        {
            _sinceTick = 0;
            _stop.ThrowIfCancellationRequested();
            _progress?.Invoke(BranchPages + LeafPages);
        }
    }
}
