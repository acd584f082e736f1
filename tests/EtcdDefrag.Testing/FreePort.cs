using System.Net;
using System.Net.Sockets;

namespace EtcdDefrag.Testing;

/// <summary>Free ports on 127.0.0.1, none given out twice by this process.</summary>
/// <remarks>
/// Below the ephemeral range, so that no outgoing connection takes one between the choice and its use. Another process still can:
/// who starts a server must be ready to try again.
/// </remarks>
public static class FreePort
{
    private const int First = 10_000;
    private const int Last = 32_000;

    private static readonly Lock Gate = new();
    private static readonly HashSet<int> Given = [];

    public static int Next()
    {
        lock (Gate)
        {
            for (var attempt = 0; attempt < 10_000; attempt++)
            {
                var port = Random.Shared.Next(First, Last);
                if (!Given.Contains(port) && IsFree(port))
                {
                    Given.Add(port);
                    return port;
                }
            }
        }

        throw new InvalidOperationException($"no free port on 127.0.0.1 between {First} and {Last}");
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
