using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using EtcdDefrag.Etcd.Net;

namespace EtcdDefrag.Etcd.Discovery;

/// <summary>Asks one DNS server one question: by datagram, and over TCP where the answer does not fit one.</summary>
/// <param name="time">The clock.</param>
/// <param name="random">A number from 0 up to, not including, the given one; not to be guessed, for it is what an answer is known by.</param>
internal sealed class DnsExchange(TimeProvider time, Func<int, int> random)
{
    // We promise nothing beyond RFC 1035's 512 bytes, but servers send more all the same.
    private const int DatagramBytes = 4096;

    /// <summary>Asks for a name's SRV records.</summary>
    /// <exception cref="DnsException">No usable answer came; the message is what happened, without name and server.</exception>
    public async Task<DnsReply> AskAsync(IPEndPoint server, string name, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var id = (ushort)random(ushort.MaxValue + 1);
        var question = DnsMessage.Question(id, name) ?? throw new DnsException("it is no domain name", isNegative: true);
        using var timer = Timers.After(timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            var reply = DnsMessage.Read((await ByDatagramAsync(server, question, id, name, both.Token)).Span, id, name);
            if (reply is { Truncated: true })
            {
                reply = DnsMessage.Read(await OverTcpAsync(server, question, both.Token), id, name);
            }

            return reply ?? throw new DnsException("its answer is broken");
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new DnsException($"no answer within {Spell.Duration(timeout)}");
        }
        catch (EndOfStreamException)
        {
            throw new DnsException("it closed the connection in the middle of its answer");
        }
        catch (SocketException e)
        {
            throw Broken(e);
        }
        catch (IOException e)
        {
            throw Broken(e.InnerException as SocketException);
        }
    }

    private static DnsException Broken(SocketException? e) => new(
        e?.SocketErrorCode == SocketError.ConnectionRefused ? "connection refused" : $"the connection failed ({e?.SocketErrorCode.ToString() ?? "broken"})");

    private static async Task<ReadOnlyMemory<byte>> ByDatagramAsync(IPEndPoint server, byte[] question, ushort id, string name, CancellationToken cancellationToken)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server, cancellationToken); // from now on the system drops what comes from elsewhere
        await socket.SendAsync(question, SocketFlags.None, cancellationToken);
        var buffer = new byte[DatagramBytes];
        while (true)
        {
            var length = await socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken);
            if (DnsMessage.Answers(buffer.AsSpan(0, length), id, name))
            {
                return buffer.AsMemory(0, length);
            }

            // Forged, or late, or meant for somebody else: the right answer may still come.
        }
    }

    private static async Task<byte[]> OverTcpAsync(IPEndPoint server, byte[] question, CancellationToken cancellationToken)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server, cancellationToken);
        using var stream = new NetworkStream(socket, ownsSocket: false);
        await stream.WriteAsync((byte[])[(byte)(question.Length >> 8), (byte)question.Length, .. question], cancellationToken);
        var length = new byte[2];
        await stream.ReadExactlyAsync(length, cancellationToken);
        var answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)]; // 64 KiB at the most
        await stream.ReadExactlyAsync(answer, cancellationToken);
        return answer;
    }
}
