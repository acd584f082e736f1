using EtcdDefrag.Core.Bolt;

namespace EtcdDefrag.Storage;

/// <summary>A file's bytes by <c>pread</c>: a bad sector is an error with a place, where mapped memory
/// would end the process.</summary>
/// <param name="calls">The system.</param>
/// <param name="descriptor">The file; stays the caller's.</param>
/// <param name="length">How many of its bytes belong to the database.</param>
public sealed class PreadSource(IFileCalls calls, int descriptor, long length) : IPageSource
{
    /// <inheritdoc/>
    public long Length => length;

    /// <inheritdoc/>
    public void Read(long offset, Span<byte> buffer)
    {
        if (offset < 0 || offset > length - buffer.Length)
        {
            throw new PageReadException(offset, buffer.Length, "it lies beyond the end of the file");
        }

        int count;
        try
        {
            count = Transfer.Read(calls, descriptor, offset, buffer);
        }
        catch (FileCallException e)
        {
            throw new PageReadException(offset, buffer.Length, e.Reason);
        }

        if (count < buffer.Length)
        {
            throw new PageReadException(offset, buffer.Length, "the file has become shorter");
        }
    }

    /// <inheritdoc/>
    public void WillNeed(long offset, long length) => calls.WillNeed(descriptor, offset, length);
}
