using System.Net;
using System.Net.Sockets;

namespace EtcdDefrag.Integration.Tests;

/// <summary>Forwards connections to a member's peer port, until one of them carries more than a snapshot's beginning: that one stands still from then on.</summary>
internal sealed class StallingProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<TcpClient> _open = [];
    private readonly TaskCompletionSource _released = new();
    private readonly int _limit;
    private readonly int _to;

    public StallingProxy(int to, int limit)
    {
        (_to, _limit) = (to, limit);
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Lets all bytes through.</summary>
    public void Release() => _released.TrySetResult();

    public void Dispose()
    {
        Release();
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
                _ = ForwardAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // disposed: the test is over
        }
    }

    private async Task ForwardAsync(TcpClient client)
    {
        var server = new TcpClient();
        lock (_open)
        {
            _open.AddRange([client, server]);
        }

        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _to);
            await Task.WhenAny(CopyAsync(client.GetStream(), server.GetStream()), server.GetStream().CopyToAsync(client.GetStream()));
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

    private async Task CopyAsync(NetworkStream from, NetworkStream to)
    {
        var buffer = new byte[64 * 1024];
        for (var passed = 0; await from.ReadAsync(buffer) is > 0 and var read; passed += read)
        {
            await to.WriteAsync(buffer.AsMemory(0, read));
            if (passed + read > _limit)
            {
                await _released.Task;
            }
        }
    }
}
