using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Etcd.Net;

/// <summary>Opens connections to one target. The dial timeout bounds name look-up, connect, TLS handshake and the wait for the first byte.</summary>
internal sealed class Dialer(DialTarget target, TlsMaterial tls, TimeSpan timeout, TimeProvider time)
{
    private int _opened;

    /// <summary>How many connections were opened.</summary>
    public int Opened => Volatile.Read(ref _opened);

    /// <summary>The bytes of the newest HTTP/2 connection; null before the first.</summary>
    public WatchedStream? Newest { get; private set; }

    /// <summary>Opens a connection; the TLS handshake is done here, because only here its errors can be told in words.</summary>
    /// <exception cref="DialException">There is no connection.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        using var timer = Timers.After(timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        var http2 = context.InitialRequestMessage.Version.Major == 2;
        var raw = await OpenSocketAsync(timer, both.Token);
        var watched = new WatchedStream(raw, !target.Tls, timeout, time);
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
        Socket? socket = null;
        try
        {
            var address = target.ToEndPoint();
            socket = target.IsUnix
                ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
                : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(address, cancellationToken);
            Interlocked.Increment(ref _opened);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (OperationCanceledException e) when (timer.IsCancellationRequested)
        {
            socket?.Dispose();
            throw new DialException(
                NoAnswerKind.ConnectFailed,
                $"no connection within {Spell.Duration(timeout)} (--dial-timeout): the host is down, unreachable, or a firewall drops what is sent to it",
                e);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            socket?.Dispose();
            throw new DialException(NoAnswerKind.ConnectFailed, Explain(e), e);
        }
    }

    private async ValueTask<TlsStream> HandshakeAsync(WatchedStream watched, bool http2, CancellationTokenSource timer, CancellationToken cancellationToken)
    {
        var verdict = new CertificateVerdict(tls.ServerName ?? target.ServerName, tls.Roots is not null);
        var stream = new TlsStream(watched);
        try
        {
            await stream.AuthenticateAsClientAsync(tls.ForConnection(verdict, http2), cancellationToken);
        }
        catch (Exception e) when (timer.IsCancellationRequested || watched.GaveUp)
        {
            throw new DialException(
                NoAnswerKind.TlsFailed,
                $"connected, but the TLS handshake was not done within {Spell.Duration(timeout)} (--dial-timeout)",
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
                "it speaks TLS but does not offer HTTP/2 (ALPN h2), so this is not etcd's client port, or a proxy stands before it");
        }

        return stream;
    }

    private string Explain(Exception e)
    {
        if (e is not SocketException socket)
        {
            return "the socket's path is too long for this system";
        }

        return socket.SocketErrorCode switch
        {
            SocketError.ConnectionRefused when target.IsUnix => "nobody listens on this socket; is etcd running?",
            SocketError.ConnectionRefused => "connection refused: nothing listens on this port; is etcd running, and is this its client port?",
            SocketError.HostNotFound or SocketError.NoData => $"the name \"{target.Host}\" is unknown (DNS)",
            SocketError.TryAgain or SocketError.NoRecovery => $"the name \"{target.Host}\" could not be looked up: the DNS server does not answer or failed",
            SocketError.TooManyOpenSockets => "this process may open no more files: raise the limit (ulimit -n, LimitNOFILE=)",
            SocketError.HostUnreachable or SocketError.NetworkUnreachable => "there is no route to this host",
            SocketError.TimedOut => "the host does not answer",
            SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported when target.IsUnix => "there is no such socket",
            SocketError.AddressFamilyNotSupported => "this machine does not speak that kind of address (IPv6?)",
            SocketError.AccessDenied => target.IsUnix ? "this user may not open the socket" : "the system forbids this connection (a firewall?)",
            _ => target.IsUnix && !File.Exists(target.Host)
                ? "there is no such socket"
                : $"the connection failed ({socket.SocketErrorCode})",
        };
    }
}
