namespace EtcdDefrag.Core.Offline;

/// <summary>Where a file's pages go.</summary>
public sealed record PageCounts
{
    /// <summary>All pages, in use or free: the high water mark.</summary>
    public long Total { get; init; }

    /// <summary>Pages that the file needs: meta pages, freelist, and all that a tree reaches.</summary>
    public long InUse { get; init; }

    /// <summary>Leaf pages with their overflow.</summary>
    public long Leaf { get; init; }

    /// <summary>Branch pages with their overflow.</summary>
    public long Branch { get; init; }

    /// <summary>Pages of the freelist; 0 where it is not stored.</summary>
    public long Freelist { get; init; }

    /// <summary>Pages that hold nothing.</summary>
    public long Free => Total - InUse;
}
