namespace EtcdDefrag.Core.Bolt;

/// <summary>Writes one bucket's tree from keys in order, with one open page a level.</summary>
internal sealed class TreeBuilder : IDisposable
{
    private readonly PageWriter _writer;
    private readonly LeafBuilder _leaf;
    private readonly List<BranchBuilder> _levels = [];

    public TreeBuilder(PageWriter writer)
    {
        _writer = writer;
        _leaf = new LeafBuilder(writer, (key, page) => AddChild(0, key, page));
    }

    /// <summary>Adds a key, larger than all before.</summary>
    public void Add(ReadOnlySpan<byte> key, ValueBytes value, bool isBucket) => _leaf.Add(key, value, isBucket);

    /// <summary>The whole bucket as a page within a value, where bbolt would write it so; else null.</summary>
    public byte[]? TryInline() =>
        _levels.Count == 0 && !_leaf.HasBuckets && _leaf.Size <= _writer.PageSize / 4 ? _leaf.ToInline() : null;

    /// <summary>Writes what is open.</summary>
    /// <returns>The page on top of the tree.</returns>
    public ulong Finish()
    {
        if (_leaf.Count > 0 || _levels.Count == 0)
        {
            _leaf.Flush();
        }

        for (var level = 0; ; level++)
        {
            var branch = _levels[level];
            if (!branch.HasWritten && branch.Count == 1)
            {
                return branch.First;
            }

            var isTop = !branch.HasWritten;
            var page = branch.Write(branch.Count, out var key);
            if (isTop)
            {
                return page;
            }

            AddChild(level + 1, key, page);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _leaf.Dispose();

    private void AddChild(int level, ReadOnlySpan<byte> key, ulong page)
    {
        if (level == _levels.Count)
        {
            _levels.Add(new BranchBuilder(_writer));
        }

        var branch = _levels[level];
        if (branch.IsFull(key.Length))
        {
            var full = branch.Write(branch.Count - 1, out var firstKey);
            AddChild(level + 1, firstKey, full);
        }

        branch.Add(key, page);
    }
}
