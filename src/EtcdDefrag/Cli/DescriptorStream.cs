using System.Runtime.InteropServices;

namespace EtcdDefrag.Cli;

/// <summary>
/// Writes to one of the process's descriptors and does nothing else. .NET's Console streams switch a terminal's keypad mode
/// at the first write, whatever the user wants, and never switch it back; its files keep a position of their own, so that two
/// on one file overwrite each other.
/// What can't be written is lost: a full disk, a closed pipe or a closed descriptor costs output, never the run. A
/// member may be blocked just now.
/// </summary>
internal sealed class DescriptorStream : Stream
{
    private readonly int _own;

    /// <param name="descriptor">1 or 2, as it is now. Where the caller closed it nothing is ever written: its number
    /// will soon be another's.</param>
    public DescriptorStream(int descriptor) => _own = Libc.dup(descriptor);

    /// <summary>Whether it is a pipe whose reader is known to be gone.</summary>
    public bool IsUnread { get; private set; }

    /// <summary>Whether anything could not be written. A pipe whose reader has had enough does not count.</summary>
    public bool HasLost { get; private set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush()
    {
        // Nothing is held back.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var written = Libc.write(_own, in MemoryMarshal.GetReference(buffer), (nuint)buffer.Length);
            if (written >= 0)
            {
                buffer = buffer[(int)written..];
                continue;
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case Libc.Interrupted:
                    break;
                case Libc.BrokenPipe:
                    IsUnread = true; // the reader of the pipe has had enough
                    return;
                case Libc.TryAgain:
                    // Somebody made it non-blocking, and it is full: wait until it takes more.
                    var ready = new Libc.PollEntry { Descriptor = _own, Events = Libc.Writable };
                    _ = Libc.poll(ref ready, 1, -1);
                    break;
                default:
                    HasLost = true;
                    return;
            }
        }
    }
}
