using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Etcd.Tests.Faults;

/// <summary>A server on a free loopback port that does to each connection what a script says, and counts the calls that reach it.</summary>
public sealed class FaultServer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _connections = [];
    private readonly Func<Peer, Task> _script;
    private readonly SslServerAuthenticationOptions? _tls;
    private readonly Task _accepting;
    private int _accepted;
    private int _defragments;

    public FaultServer(Func<Peer, Task> script, SslServerAuthenticationOptions? tls = null, int port = 0)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _script = script;
        _tls = tls;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public Endpoint Endpoint => Endpoint.Parse($"{(_tls is null ? "http" : "https")}://127.0.0.1:{Port}");

    /// <summary>How many connections came.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>How many Defragment calls arrived, by their header blocks: with a message or without, answered or not.</summary>
    public int Defragments => Volatile.Read(ref _defragments);

    /// <summary>What went wrong in the scripts themselves, as opposed to the connections breaking.</summary>
    public List<Exception> ScriptErrors { get; } = [];

    public void CountDefragment() => Interlocked.Increment(ref _defragments);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        await Task.WhenAll(_connections);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                Interlocked.Increment(ref _accepted);
                _connections.Add(ServeAsync(socket));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // the end of the test
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            await using var network = new NetworkStream(socket, ownsSocket: true);
            Stream stream = network;
            if (_tls is not null)
            {
                var ssl = new SslStream(network);
                await ssl.AuthenticateAsServerAsync(_tls, _stop.Token);
                stream = ssl;
            }

            var peer = new Peer(this, socket, stream, _stop.Token);
            await _script(peer);
            await peer.ReadToEndAsync();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or SocketException or EndOfStreamException
            or System.Security.Authentication.AuthenticationException)
        {
            // broken connections are what this server is for
        }
        catch (Exception e)
        {
            ScriptErrors.Add(e);
        }
    }
}
