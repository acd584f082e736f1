using System.Net;
using System.Net.Sockets;

namespace EtcdDefrag.Etcd.Tests.Discovery;

/// <summary>A DNS server that does as its test wants: for each datagram the datagrams to send back, for a TCP question the bytes.</summary>
internal sealed class DnsServer : IDisposable
{
    private readonly Socket _datagrams;
    private readonly TcpListener _listener;
    private readonly Func<byte[], IEnumerable<byte[]>> _answers;
    private readonly Func<byte[], byte[]>? _overTcp;
    private int _asked;

    public DnsServer(Func<byte[], IEnumerable<byte[]>> answers, Func<byte[], byte[]>? overTcp = null)
    {
        _answers = answers;
        _overTcp = overTcp;
        (_datagrams, _listener) = Bind(overTcp is not null);
        _ = ServeDatagramsAsync();
        if (overTcp is not null)
        {
            _ = ServeTcpAsync();
        }
    }

    /// <summary>A port that is free for datagrams may be some TCP connection's: then another is tried.</summary>
    private static (Socket Datagrams, TcpListener Listener) Bind(bool listen)
    {
        for (var attempt = 1; ; attempt++)
        {
            var datagrams = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            datagrams.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            var listener = new TcpListener((IPEndPoint)datagrams.LocalEndPoint!);
            try
            {
                if (listen)
                {
                    listener.Start();
                }
                else
                {
                    listener.Server.Bind(listener.LocalEndpoint); // nobody else listens there either: it refuses
                }

                return (datagrams, listener);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse && attempt < 20)
            {
                listener.Dispose();
                datagrams.Dispose();
            }
        }
    }

    /// <summary>How many questions came.</summary>
    public int Asked => Volatile.Read(ref _asked);

    public string Line => $"nameserver {_datagrams.LocalEndPoint}\n";

    public void Dispose()
    {
        _datagrams.Dispose();
        _listener.Dispose();
    }

    private async Task ServeDatagramsAsync()
    {
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                var from = await _datagrams.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0));
                if (from.ReceivedBytes == 0)
                {
                    continue; // as every DNS server
                }

                Interlocked.Increment(ref _asked);
                foreach (var answer in _answers(buffer[..from.ReceivedBytes]))
                {
                    await _datagrams.SendToAsync(answer, from.RemoteEndPoint);
                }
            }
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException)
        {
            // the test is over
        }
    }

    private async Task ServeTcpAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                var stream = client.GetStream();
                var length = new byte[2];
                await stream.ReadExactlyAsync(length);
                var question = new byte[(length[0] << 8) | length[1]];
                await stream.ReadExactlyAsync(question);
                await stream.WriteAsync(_overTcp!(question));
            }
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException or IOException)
        {
            // the test is over
        }
    }
}
