namespace EtcdDefrag.Core.Bolt;

/// <summary>The leaf page that a cursor is at: checked, in memory or, when it is larger than a block, read in pieces.</summary>
internal readonly struct LeafInHand
{
    private readonly ArraySegment<byte> _page;
    private readonly LargeLeaf? _large;

    /// <summary>A page in memory that <see cref="LeafView.Check"/> has found right.</summary>
    public LeafInHand(ArraySegment<byte> page, int count)
    {
        _page = page;
        Count = count;
    }

    /// <summary>A large page.</summary>
    public LeafInHand(LargeLeaf large)
    {
        _large = large;
        Count = large.Count;
    }

    public int Count { get; }

    public long UsedBytes => _large is null ? View.UsedBytes : _large.UsedBytes;

    public ReadOnlySpan<byte> Key(int index) => _large is null ? View.Key(index) : _large.Key(index);

    public ValueBytes Value(int index) => _large is null ? new ValueBytes(View.Value(index)) : _large.Value(index);

    public bool IsBucket(int index) => _large is null ? View.IsBucket(index) : _large.IsBucket(index);

    public void Release() => _large?.Dispose();

    private LeafView View => new(_page, Count);
}
