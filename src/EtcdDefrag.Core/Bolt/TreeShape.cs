namespace EtcdDefrag.Core.Bolt;

/// <summary>How the trees of a file are built.</summary>
public sealed class TreeShape
{
    private const int Tenths = 10;

    private readonly long[] _leavesByFill = new long[Tenths];

    /// <summary>Levels of the deepest tree, its leaf pages included.</summary>
    public int Depth { get; private set; }

    /// <summary>Leaf pages, those with overflow counted once.</summary>
    public long Leaves { get; private set; }

    /// <summary>Pages that carry on a leaf or branch page before them.</summary>
    public long OverflowPages { get; private set; }

    /// <summary>Bytes of all leaf pages that hold something.</summary>
    public long LeafBytesUsed { get; private set; }

    /// <summary>Bytes of all leaf pages, overflow included.</summary>
    public long LeafBytes { get; private set; }

    /// <summary>How many leaf pages are filled up to a tenth, two tenths, ..., wholly.</summary>
    public IReadOnlyList<long> LeavesByFill => _leavesByFill;

    internal void AddLeaf(int depth, long pages, long used, long bytes)
    {
        Depth = Math.Max(Depth, depth);
        Leaves++;
        OverflowPages += pages - 1;
        LeafBytesUsed += used;
        LeafBytes += bytes;
        _leavesByFill[Math.Min(Tenths - 1, used * Tenths / bytes)]++;
    }

    internal void AddBranch(long pages) => OverflowPages += pages - 1;
}
