namespace EtcdDefrag.Cli;

/// <summary>Writes what can be written. A full disk, a closed pipe or a closed descriptor costs output, never the run: a member may be blocked just now.</summary>
/// <param name="inner">Where it goes; null: there is nothing to write to.</param>
internal sealed class LossyStream(Stream? inner) : Stream
{
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

    public override void Flush() => Try(() => inner?.Flush());

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => Try(() => (inner ?? throw new IOException("closed")).Write(buffer, offset, count));

    public override void Write(ReadOnlySpan<byte> buffer) => Write(buffer.ToArray(), 0, buffer.Length);

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (IOException)
        {
            HasLost = true;
        }
    }
}
