using System.Net;
using System.Net.Sockets;

namespace EtcdDefrag.Integration.Tests;

/// <summary>A load balancer for TCP connections on a free port of 127.0.0.1: each new connection goes to the next address.</summary>
internal sealed class RoundRobinProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<TcpClient> _open = [];
    private readonly string[] _addresses;
    private int _next;

    public RoundRobinProxy(string[] addresses)
    {
        _addresses = addresses;
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Endpoint => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public void Dispose()
    {
        _listener.Dispose();
        lock (_open)
        {
            _open.ForEach(client => client.Dispose());
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                _ = ForwardAsync(client, IPEndPoint.Parse(_addresses[_next++ % _addresses.Length]));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // disposed: the test is over
        }
    }

    private async Task ForwardAsync(TcpClient client, IPEndPoint to)
    {
        var server = new TcpClient();
        lock (_open)
        {
            _open.AddRange([client, server]);
        }

        try
        {
            await server.ConnectAsync(to);
            await Task.WhenAny(client.GetStream().CopyToAsync(server.GetStream()), server.GetStream().CopyToAsync(client.GetStream()));
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // either side has gone: so does the other
        }
        finally
        {
            client.Dispose();
            server.Dispose();
        }
    }
}
