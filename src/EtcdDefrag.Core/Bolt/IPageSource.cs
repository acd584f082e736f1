namespace EtcdDefrag.Core.Bolt;

/// <summary>The bytes of a database file, read at random. They must not change while they are read.</summary>
public interface IPageSource
{
    /// <summary>How many bytes there are.</summary>
    long Length { get; }

    /// <summary>Fills the whole buffer from an offset on.</summary>
    /// <param name="offset">In bytes from the beginning of the file.</param>
    /// <param name="buffer">What is filled.</param>
    /// <exception cref="PageReadException">The disk reports an error, or the range ends beyond <see cref="Length"/>.</exception>
    void Read(long offset, Span<byte> buffer);

    /// <summary>A hint that this range will be read soon. May do nothing; never fails.</summary>
    /// <param name="offset">In bytes from the beginning of the file.</param>
    /// <param name="length">In bytes. The range may end beyond <see cref="Length"/>.</param>
    void WillNeed(long offset, long length);
}
