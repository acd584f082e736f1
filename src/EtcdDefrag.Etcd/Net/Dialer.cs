using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Text;

namespace EtcdDefrag.Etcd.Net;

/// <summary>Opens connections to one target. The dial timeout bounds name look-up, connect, TLS handshake and the
/// wait for the first byte.</summary>
internal sealed class Dialer(DialTarget target, TlsMaterial tls, ConnectionOptions options, TimeProvider time)
{
    private readonly TimeSpan _timeout = options.DialTimeout;
    private int _opened;

    /// <summary>How many connections were opened.</summary>
    public int Opened => Volatile.Read(ref _opened);

    /// <summary>The bytes of the newest HTTP/2 connection; null before the first.</summary>
    public WatchedStream? Newest { get; private set; }

    /// <summary>Opens a connection; the TLS handshake is done here, because only here its errors can be told in words.</summary>
    /// <exception cref="DialException">There is no connection.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        using var timer = Timers.After(_timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        var http2 = context.InitialRequestMessage.Version.Major == 2;
        var raw = await OpenSocketAsync(timer, both.Token);
        var watched = new WatchedStream(raw, !target.Tls, _timeout, time)
        {
            IdentityProblem = target.Tls ? tls.IdentityProblem(time.GetUtcNow()) : null,
        };
        if (http2)
        {
            Newest = watched;
        }

        if (!target.Tls)
        {
            return watched;
        }

        try
        {
            return await HandshakeAsync(watched, http2, timer, both.Token);
        }
        catch
        {
            await watched.DisposeAsync();
            throw;
        }
    }

    private async ValueTask<NetworkStream> OpenSocketAsync(CancellationTokenSource timer, CancellationToken cancellationToken)
    {
        try
        {
            var socket = await ConnectAsync(timer, cancellationToken);
            Interlocked.Increment(ref _opened);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (OperationCanceledException e) when (timer.IsCancellationRequested)
        {
            throw new DialException(
                NoAnswerKind.ConnectFailed,
                $"no connection within {ShortTime.Of(_timeout)} (--dial-timeout): the host is down, unreachable, or a firewall drops the packets",
                e);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            throw new DialException(IsAboutTheName(e) ? NoAnswerKind.NameUnknown : NoAnswerKind.ConnectFailed, Explain(e), e);
        }
    }

    /// <summary>The C library's lookup takes no token: where a DNS server does not answer it is left to itself.</summary>
    private async Task<IPAddress[]> LookUpAsync(CancellationTokenSource timer, CancellationToken cancellationToken)
    {
        try
        {
            return await options.Resolve(target.Host, cancellationToken).WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested)
        {
            throw new SocketException((int)SocketError.TryAgain);
        }
    }

    private async Task<Socket> ConnectAsync(CancellationTokenSource timer, CancellationToken cancellationToken)
    {
        if (!target.IsUnix)
        {
            IPAddress[] addresses = IPAddress.TryParse(target.Host, out var address) ? [address]
                : await LookUpAsync(timer, cancellationToken);
            return addresses.Length > 0
                ? await AddressRace.ConnectAsync(addresses, target.Port, time, cancellationToken)
                : throw new SocketException((int)SocketError.NoData);
        }

        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(target.Host), cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async ValueTask<TlsStream> HandshakeAsync(
        WatchedStream watched, bool http2, CancellationTokenSource timer, CancellationToken cancellationToken)
    {
        var verdict = new CertificateVerdict(tls.ServerName ?? target.ServerName, tls.Roots is null ? CertificateAdvice.ForSystem
            : CertificateAdvice.ForCaFile);
        var stream = new TlsStream(watched);
        try
        {
            await stream.AuthenticateAsClientAsync(tls.ForConnection(verdict, http2), cancellationToken);
        }
        catch (Exception e) when (timer.IsCancellationRequested || watched.GaveUp)
        {
            throw new DialException(
                NoAnswerKind.TlsFailed,
                $"connected, but the TLS handshake did not finish within {ShortTime.Of(_timeout)} (--dial-timeout)",
                e);
        }
        catch (Exception e) when (e is AuthenticationException or IOException or InvalidOperationException)
        {
            throw new DialException(NoAnswerKind.TlsFailed, verdict.Problem ?? TlsAlerts.ExplainHandshake(e, watched), e);
        }

        if (http2 && stream.NegotiatedApplicationProtocol != SslApplicationProtocol.Http2)
        {
            await stream.DisposeAsync();
            throw new DialException(
                NoAnswerKind.ProtocolError,
                "it speaks TLS but does not offer HTTP/2 (ALPN h2), so this is not etcd's client port, or a proxy is in front of it");
        }

        return stream;
    }

    private static bool IsAboutTheName(Exception e) =>
        e is SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery };

    private string Explain(Exception e)
    {
        if (e is not SocketException socket)
        {
            return "the socket's path is too long for this system";
        }

        return socket.SocketErrorCode switch
        {
            SocketError.ConnectionRefused when target.IsUnix => "nothing listens on this socket; is etcd running?",
            SocketError.ConnectionRefused =>
                "connection refused: nothing listens on this port; is etcd running, and is this its client port?",
            SocketError.AccessDenied when target.IsUnix => "this user may not open the socket",
            SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported when target.IsUnix =>
                "there is no such socket",
            _ when target.IsUnix && !File.Exists(target.Host) => "there is no such socket",
            var error => SocketErrors.Explain(error, target.Host),
        };
    }
}
