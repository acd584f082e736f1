namespace EtcdDefrag.Core.Inspection;

/// <summary>The keys with the largest figure, where a key's figure only grows. Keeps so many names, however many keys there are.</summary>
/// <param name="most">How many keys are kept.</param>
internal sealed class TopKeys(int most)
{
    private readonly Dictionary<ulong, Row> _rows = [];
    private long _least;

    /// <summary>The rows, the largest first.</summary>
    public IEnumerable<Row> Rows => _rows.Values.OrderByDescending(row => row.Figure).ThenBy(row => row.Revision);

    /// <summary>A key has this figure now.</summary>
    public void Offer(ulong hash, ReadOnlySpan<byte> key, long figure, long size, long revision, long ordinal)
    {
        var isFull = _rows.Count >= most;
        if (isFull && figure <= _least)
        {
            return;
        }

        if (_rows.TryGetValue(hash, out var row) && figure <= row.Figure)
        {
            return;
        }

        if (row is not null)
        {
            var wasLeast = isFull && row.Figure == _least;
            row.Set(figure, size, revision, ordinal);
            _least = wasLeast ? Least() : _least;
            return;
        }

        if (most == 0)
        {
            return;
        }

        if (isFull)
        {
            _rows.Remove(_rows.First(other => other.Value.Figure == _least).Key);
        }

        row = new Row(hash, key.ToArray());
        row.Set(figure, size, revision, ordinal);
        _rows[hash] = row;
        _least = Least();
    }

    private long Least() => _rows.Values.Min(row => row.Figure);

    /// <summary>A key with its figure, and the revision that it is of.</summary>
    internal sealed class Row(ulong hash, byte[] key)
    {
        public ulong Hash => hash;

        public byte[] Key => key;

        public long Figure { get; private set; }

        /// <summary>Bytes of the value.</summary>
        public long Size { get; private set; }

        public long Revision { get; private set; }

        public long Ordinal { get; private set; }

        public void Set(long figure, long size, long revision, long ordinal) =>
            (Figure, Size, Revision, Ordinal) = (figure, size, revision, ordinal);
    }
}
