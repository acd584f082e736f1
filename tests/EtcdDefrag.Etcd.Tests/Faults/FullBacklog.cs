using System.Net;
using System.Net.Sockets;
using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Etcd.Tests.Faults;

/// <summary>A port whose queue is full: the system drops whatever else wants to connect, as a firewall would.</summary>
public sealed class FullBacklog : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _waiting = [];

    public FullBacklog(IPAddress? address = null)
    {
        _listener.Bind(new IPEndPoint(address ?? IPAddress.Loopback, 0));
        _listener.Listen(0);
        while (_waiting.Count < 16)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            _waiting.Add(socket);
            try
            {
                socket.Connect(_listener.LocalEndPoint!);
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
            {
                // under way, or waiting for ever: that is what fills the queue
            }
        }
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public Endpoint Endpoint => Endpoint.Parse($"http://127.0.0.1:{Port}");

    public void Dispose()
    {
        _waiting.ForEach(socket => socket.Dispose());
        _listener.Dispose();
    }
}
