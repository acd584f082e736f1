using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf;

namespace EtcdDefrag.Bench;

/// <summary>
/// One connection to a scripted member: as much of HTTP/2 as small calls need, and of HTTP/1.1 as <c>/metrics</c> does. A web server would use more
/// of the processors that are measured than the tool itself: with 300 members it took half of both.
/// </summary>
/// <remarks>Source: RFC 9113 sections 4 and 6; RFC 7541 appendix A for the header names that have numbers.</remarks>
internal sealed class ScriptedConnection(Socket socket, Dictionary<string, IMessage> answers, Func<string, TimeSpan> takes)
{
    private const int Data = 0, Headers = 1, Settings = 4, Ping = 6;
    private const int EndStream = 1, Ack = 1, EndHeaders = 4;
    private const int FrameHeader = 9;
    private const int Preface = 24;
    private const int MostInFrame = 16384;

    /// <summary><c>:status: 200</c> and <c>content-type: application/grpc</c>.</summary>
    private static readonly byte[] Found = [0x88, 0x0f, 0x10, 16, .. "application/grpc"u8];
    private static readonly byte[] Ok = [0, 11, .. "grpc-status"u8, 1, (byte)'0'];
    private static readonly byte[] Future = [0, 11, .. "grpc-status"u8, 2, (byte)'1', (byte)'1', 0, 12, .. "grpc-message"u8, 56, .. "etcdserver: mvcc: required revision is a future revision"u8];

    private readonly byte[] _buffer = new byte[2 * MostInFrame];
    private readonly Dictionary<int, string> _calls = [];
    private int _filled;

    /// <summary>Serves until the other side goes.</summary>
    public async Task ServeAsync()
    {
        using var own = socket;
        own.NoDelay = true;
        try
        {
            if (!await FillAsync(Preface))
            {
                return;
            }

            if (_buffer.AsSpan().StartsWith("GET "u8))
            {
                await socket.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 47\r\n\r\netcd_server_quota_backend_bytes 2.147483648e+09"u8.ToArray());
                return;
            }

            Drop(Preface);
            await socket.SendAsync(Frame(Settings, 0, 0, []));
            while (await FillAsync(FrameHeader) && await FillAsync(FrameHeader + Length))
            {
                await TakeAsync();
                Drop(FrameHeader + Length);
            }
        }
        catch (SocketException)
        {
            // The tool ends without taking leave of its members.
        }
    }

    private int Length => (_buffer[0] << 16) | (_buffer[1] << 8) | _buffer[2];

    private async Task<bool> FillAsync(int wanted)
    {
        while (_filled < wanted)
        {
            var read = await socket.ReceiveAsync(_buffer.AsMemory(_filled));
            if (read == 0)
            {
                return false;
            }

            _filled += read;
        }

        return true;
    }

    private void Drop(int count)
    {
        Buffer.BlockCopy(_buffer, count, _buffer, 0, _filled - count);
        _filled -= count;
    }

    private async ValueTask TakeAsync()
    {
        var (type, flags, stream) = (_buffer[3], _buffer[4], BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(5)));
        var payload = _buffer.AsMemory(FrameHeader, Length);
        if (type is Settings or Ping && (flags & Ack) == 0)
        {
            await socket.SendAsync(Frame(type, Ack, stream, type == Ping ? payload.Span : []));
        }
        else if (type == Headers)
        {
            // The path is written out, without Huffman's code: .NET's client knows no other way.
            var text = Encoding.Latin1.GetString(payload.Span);
            _calls[stream] = answers.Keys.FirstOrDefault(call => text.Contains($"/{call}", StringComparison.Ordinal)) ?? "";
        }

        if (type is Headers or Data && (flags & EndStream) != 0)
        {
            _calls.Remove(stream, out var call);
            _ = AnswerAsync(stream, call!);
        }
    }

    private async Task AnswerAsync(int stream, string call)
    {
        if (takes(call) is var time && time > TimeSpan.Zero)
        {
            await Task.Delay(time);
        }

        try
        {
            await socket.SendAsync(Answer(stream, call));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It did not wait for the answer.
        }
    }

    private byte[] Answer(int stream, string call)
    {
        if (!answers.TryGetValue(call, out var message))
        {
            return Frame(Headers, EndHeaders | EndStream, stream, [.. Found, .. Future]);
        }

        var body = new byte[5 + message.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(1), body.Length - 5);
        message.WriteTo(body.AsSpan(5));
        return
        [
            .. Frame(Headers, EndHeaders, stream, Found),
            .. body.Chunk(MostInFrame).SelectMany(piece => Frame(Data, 0, stream, piece)),
            .. Frame(Headers, EndHeaders | EndStream, stream, Ok),
        ];
    }

    private static byte[] Frame(int type, int flags, int stream, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[FrameHeader + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        (frame[3], frame[4]) = ((byte)type, (byte)flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(FrameHeader));
        return frame;
    }
}
