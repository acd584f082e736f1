namespace EtcdDefrag.Core.Bolt;

/// <summary>A value of the file. Large ones are not held in memory, but read in pieces.</summary>
public readonly ref struct ValueBytes
{
    private readonly ReadOnlySpan<byte> _memory;
    private readonly IPageSource? _source;
    private readonly long _offset;
    private readonly Span<byte> _scratch;

    /// <summary>A value that is in memory.</summary>
    public ValueBytes(ReadOnlySpan<byte> memory)
    {
        _memory = memory;
        Length = memory.Length;
    }

    /// <summary>A value that is read when it is asked for.</summary>
    /// <param name="source">Where from.</param>
    /// <param name="offset">Where it begins there.</param>
    /// <param name="length">In bytes.</param>
    /// <param name="scratch">Where pieces are put: its length is the longest one.</param>
    public ValueBytes(IPageSource source, long offset, long length, Span<byte> scratch)
    {
        _source = source;
        _offset = offset;
        _scratch = scratch;
        Length = length;
    }

    /// <summary>How many bytes there are.</summary>
    public long Length { get; }

    /// <summary>Whether one piece is the whole value.</summary>
    public bool IsInMemory => _source is null;

    /// <summary>A piece of the value; it is good until the next one is asked for.</summary>
    /// <param name="at">Where it begins, from 0 to <see cref="Length"/>.</param>
    /// <param name="most">The longest piece that is of use. It is empty only at the end of the value, or for 0.</param>
    /// <exception cref="PageReadException">It could not be read.</exception>
    public ReadOnlySpan<byte> Piece(long at, int most = int.MaxValue)
    {
        var length = (int)Math.Min(Math.Min(most, Length - at), _source is null ? int.MaxValue : _scratch.Length);
        if (_source is null)
        {
            return _memory.Slice((int)at, length);
        }

        _source.Read(_offset + at, _scratch[..length]);
        return _scratch[..length];
    }
}
