namespace EtcdDefrag.Storage;

/// <summary>Reads and writes of a whole range: the system's calls may stop in the middle of one.</summary>
internal static class Transfer
{
    /// <summary>The bytes that one call moves: large enough for the disk, little memory.</summary>
    public const int BlockSize = 1 << 20;

    /// <summary>A buffer that the system's calls can use where it is.</summary>
    public static byte[] NewBlock() => GC.AllocateUninitializedArray<byte>(BlockSize, pinned: true);

    /// <summary>Reads until the buffer is full or the file ends.</summary>
    /// <returns>How many bytes were read.</returns>
    public static int Read(IFileCalls calls, int descriptor, long offset, Span<byte> buffer)
    {
        var filled = 0;
        while (filled < buffer.Length)
        {
            var count = calls.Read(descriptor, offset + filled, buffer[filled..]);
            if (count == 0)
            {
                break;
            }

            filled += count;
        }

        return filled;
    }

    /// <summary>Writes all of it.</summary>
    public static void Write(IFileCalls calls, int descriptor, long offset, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var count = calls.Write(descriptor, offset, bytes);
            if (count == 0)
            {
                throw new FileCallException("write", Errno.InputOutput); // it would go on for ever
            }

            offset += count;
            bytes = bytes[count..];
        }
    }
}
