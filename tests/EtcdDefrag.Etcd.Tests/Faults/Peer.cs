using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace EtcdDefrag.Etcd.Tests.Faults;

/// <summary>One connection seen from the server: HTTP/2 frames by hand (RFC 9113), header blocks as literals without Huffman (RFC 7541).</summary>
public sealed class Peer(FaultServer server, Socket socket, Stream stream, CancellationToken stop)
{
    public const byte DataFrame = 0;
    public const byte HeadersFrame = 1;
    public const byte RstFrame = 3;
    public const byte SettingsFrame = 4;
    public const byte GoAwayFrame = 7;
    public const byte ContinuationFrame = 9;
    private const byte EndStream = 1;
    private const byte EndHeaders = 4;

    /// <summary>The last request's header block as Latin-1: its path stands in it in clear text.</summary>
    public string LastRequest { get; private set; } = "";

    private readonly Dictionary<int, string> _requests = [];

    /// <summary>The header block of one stream's request, as <see cref="LastRequest"/>.</summary>
    public string RequestOf(int id) => _requests[id];

    /// <summary>Ends with the test.</summary>
    public CancellationToken Stop => stop;

    /// <summary>Greets as an HTTP/2 server does and reads one whole request.</summary>
    public async Task<int> TakeRequestAsync()
    {
        await ReadPrefaceAsync();
        await SendAsync(SettingsFrame, 0, 0, []);
        return await NextRequestAsync();
    }

    public Task ReadPrefaceAsync() => ReadAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".Length);

    public async Task ReadAsync(int bytes) => await stream.ReadExactlyAsync(new byte[bytes], stop);

    /// <summary>Reads frames until a request is complete.</summary>
    public async Task<int> NextRequestAsync()
    {
        while (true)
        {
            var (type, flags, id) = await ReadFrameAsync();
            if (type is HeadersFrame or DataFrame && (flags & EndStream) != 0)
            {
                return id;
            }
        }
    }

    public async Task ReadToEndAsync()
    {
        while (true)
        {
            await ReadFrameAsync();
        }
    }

    public Task HeadersAsync(int id, params (string Name, string Value)[] headers) => SendAsync(HeadersFrame, EndHeaders, id, Encode(headers));

    public Task TrailersAsync(int id, params (string Name, string Value)[] headers) => SendAsync(HeadersFrame, EndHeaders | EndStream, id, Encode(headers));

    /// <summary>The headers of a usual answer.</summary>
    public Task OkHeadersAsync(int id) => HeadersAsync(id, (":status", "200"), ("content-type", "application/grpc"));

    public Task OkTrailersAsync(int id) => TrailersAsync(id, ("grpc-status", "0"), ("grpc-message", ""));

    public Task DataAsync(int id, byte[] bytes, bool end = false) => SendAsync(DataFrame, end ? EndStream : (byte)0, id, bytes);

    public Task GoAwayAsync(int lastId, int error) => SendAsync(GoAwayFrame, 0, 0, [.. BigEndian(lastId), .. BigEndian(error)]);

    public Task ResetAsync(int id, int error) => SendAsync(RstFrame, 0, id, BigEndian(error));

    public Task RawAsync(byte[] bytes) => stream.WriteAsync(bytes, stop).AsTask();

    /// <summary>Closes; where not all was read, the other side may get a reset and never look at what was sent before.</summary>
    public void Close() => socket.Close();

    /// <summary>Says that nothing more comes. All that was sent arrives, for the rest is still read.</summary>
    public void EndWriting() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>Closes with a reset, unread data or not.</summary>
    public void Abort()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }

    public Task WaitForEverAsync() => Task.Delay(Timeout.Infinite, stop);

    public async Task SendAsync(byte type, byte flags, int id, byte[] payload)
    {
        byte[] frame = [(byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, type, flags, .. BigEndian(id), .. payload];
        await stream.WriteAsync(frame, stop);
        await stream.FlushAsync(stop);
    }

    /// <summary>A framed message; the announced length can be a lie.</summary>
    public static byte[] Frame(byte[] message, uint? announced = null, byte flag = 0)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), announced ?? (uint)message.Length);
        message.CopyTo(frame.AsSpan(5));
        return frame;
    }

    public static byte[] Encode((string Name, string Value)[] headers)
    {
        var bytes = new List<byte>();
        foreach (var (name, value) in headers)
        {
            bytes.Add(0x10); // literal, never indexed, new name
            AddText(bytes, name);
            AddText(bytes, value);
        }

        return [.. bytes];
    }

    private static void AddText(List<byte> bytes, string text)
    {
        var raw = Encoding.Latin1.GetBytes(text);
        var rest = raw.Length;
        if (rest < 127)
        {
            bytes.Add((byte)rest);
        }
        else
        {
            bytes.Add(127);
            for (rest -= 127; rest >= 128; rest /= 128)
            {
                bytes.Add((byte)(rest % 128 + 128));
            }

            bytes.Add((byte)rest);
        }

        bytes.AddRange(raw);
    }

    private async Task<(byte Type, byte Flags, int Id)> ReadFrameAsync()
    {
        var head = new byte[9];
        await stream.ReadExactlyAsync(head, stop);
        var payload = new byte[head[0] << 16 | head[1] << 8 | head[2]];
        await stream.ReadExactlyAsync(payload, stop);
        if (head[3] == HeadersFrame)
        {
            LastRequest = Encoding.Latin1.GetString(payload);
            _requests[BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5))] = LastRequest;
            if (LastRequest.Contains("/Defragment", StringComparison.Ordinal))
            {
                server.CountDefragment();
            }
        }

        return (head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)));
    }

    private static byte[] BigEndian(int number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }
}
