using System.Net;
using System.Net.Sockets;

namespace EtcdDefrag.Etcd.Discovery;

/// <summary>Finds out that nothing listens on a DNS server's port. DnsClient's sockets are not connected, and only
/// connected ones are told.</summary>
internal static class ClosedPort
{
    /// <summary>Chosen: a server that works has usually answered by then, and is not bothered.</summary>
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(200);

    /// <summary>Cancels a query as soon as the server's host says that the port is closed. Ends with
    /// the query otherwise.</summary>
    /// <returns>Whether it said so.</returns>
    /// <remarks>Sends an empty datagram, which no DNS server answers; the host of a closed port does
    /// (ICMP, port unreachable).</remarks>
    public static async Task<bool> CancelAsync(CancellationTokenSource query, IPEndPoint server, TimeProvider time)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            await Task.Delay(Delay, time, query.Token);
            await socket.ConnectAsync(server, query.Token);
            await socket.SendAsync(ReadOnlyMemory<byte>.Empty, query.Token);
            await socket.ReceiveAsync(new byte[1], query.Token);
            return false;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            await query.CancelAsync();
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return false; // the query has ended, or will say what is wrong
        }
    }
}
