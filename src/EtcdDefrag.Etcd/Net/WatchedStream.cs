namespace EtcdDefrag.Etcd.Net;

/// <summary>
/// A connection's raw bytes, passed on as they are. It remembers how the other side began, which is what tells an operator
/// who is at the other end, and gives up on one that never says anything.
/// </summary>
/// <param name="inner">The connection.</param>
/// <param name="isPlain">Whether HTTP/2 is spoken over it directly, without TLS.</param>
/// <param name="patience">How long to wait for the first byte.</param>
/// <param name="time">The clock.</param>
internal sealed class WatchedStream(Stream inner, bool isPlain, TimeSpan patience, TimeProvider time) : Stream
{
    private const int KeptBytes = 8;
    private readonly byte[] _first = new byte[KeptBytes];
    private int _kept;
    private volatile bool _disposed;
    private long _lastHeard = time.GetTimestamp();

    /// <summary>How long nothing has come in.</summary>
    public TimeSpan SilentFor => time.GetElapsedTime(Volatile.Read(ref _lastHeard));

    /// <summary>The first bytes that came in, at most 8.</summary>
    public ReadOnlySpan<byte> First => _first.AsSpan(0, _kept);

    /// <summary>Whether HTTP/2 is spoken over it directly, without TLS.</summary>
    public bool IsPlain => isPlain;

    /// <summary>Whether the other side said nothing for as long as our patience lasted.</summary>
    public bool GaveUp { get; private set; }

    /// <summary>Whether the other side closed the connection.</summary>
    public bool Closed { get; private set; }

    /// <summary>Over TLS: what is wrong with the dates of our own certificate, in words; null: nothing.</summary>
    public string? IdentityProblem { get; init; }

    /// <summary>Over TLS: whether anything came after the handshake.</summary>
    public bool Answered { get; set; }

    /// <summary>Over TLS: what ended the reading; null while nothing did.</summary>
    public IOException? TlsError { get; set; }

    /// <summary>Whether it began with an answer in HTTP/1, which no HTTP/2 server does.</summary>
    public bool SpeaksHttp1 => First.StartsWith("HTTP/1"u8);

    /// <summary>Whether it began with a TLS record (an alert or a handshake message).</summary>
    public bool SpeaksTls => _kept >= 2 && (_first[0] is 0x15 or 0x16) && _first[1] == 0x03;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var read = _kept == 0 ? await FirstReadAsync(buffer, cancellationToken)
                : await inner.ReadAsync(buffer, cancellationToken);
            if (read > 0)
            {
                Volatile.Write(ref _lastHeard, time.GetTimestamp());
                var some = Math.Min(read, KeptBytes - _kept);
                buffer.Span[..some].CopyTo(_first.AsSpan(_kept));
                _kept += some;
            }

            Closed |= read == 0 && buffer.Length > 0 && !_disposed;
            return read;
        }
        catch (IOException)
        {
            // Given up by ourselves, as after a ping without an answer, it ends the same way.
            Closed |= !_disposed;
            throw;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await inner.WriteAsync(buffer, cancellationToken);
        }
        catch (IOException)
        {
            // A reset may meet the writer first; the call fails with it, and nobody asks the reader any more.
            Closed |= !_disposed;
            throw;
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _disposed = true;
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<int> FirstReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using var timer = Timers.After(patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            return await inner.ReadAsync(buffer, both.Token);
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            GaveUp = true;
            throw new IOException("silent");
        }
    }
}
