using System.Net.Security;

namespace EtcdDefrag.Etcd.Net;

/// <summary>
/// TLS that remembers how reading ended. With TLS 1.3 a server refuses our certificate only after the handshake, in the first
/// thing we read, and the HTTP handler throws that reason away.
/// </summary>
internal sealed class TlsStream(WatchedStream inner) : SslStream(inner, leaveInnerStreamOpen: false)
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var read = await base.ReadAsync(buffer, cancellationToken);
            inner.Answered |= read > 0;
            return read;
        }
        catch (IOException e)
        {
            inner.TlsError = e;
            throw;
        }
    }
}
