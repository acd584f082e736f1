namespace EtcdDefrag.Core.Inspection;

/// <summary>How many values are how large. Each range ends at four times the end of the one before.</summary>
public sealed class ValueSizes
{
    private const int SmallestBits = 6;
    private const int Ranges = 9;

    private readonly long[] _values = new long[Ranges];
    private readonly long[] _bytes = new long[Ranges];

    /// <summary>The ranges from the smallest on: the largest size in it, null in the last; how many values; their bytes.</summary>
    public IReadOnlyList<(long? UpTo, long Values, long Bytes)> All =>
        [.. Enumerable.Range(0, Ranges).Select(i => (i < Ranges - 1 ? 1L << (SmallestBits + (2 * i)) : (long?)null, _values[i], _bytes[i]))];

    internal void Add(long length)
    {
        var bits = length <= 1 ? 0 : System.Numerics.BitOperations.Log2((ulong)(length - 1)) + 1;
        var range = Math.Clamp((bits - SmallestBits + 1) / 2, 0, Ranges - 1);
        _values[range]++;
        _bytes[range] += length;
    }
}
