using System.Buffers.Binary;
using Google.Protobuf;

namespace EtcdDefrag.Etcd.Grpc;

/// <summary>The bytes are no gRPC message as etcd would send it. The message says why, in words that follow "the answer ".</summary>
#pragma warning disable CA1032, CA1064 // made and caught inside this folder only
internal sealed class GrpcFrameException(string message) : Exception(message);
#pragma warning restore CA1032, CA1064

/// <summary>gRPC's framing: one byte of flags, four bytes of length, the message.</summary>
/// <remarks>Source: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md, Length-Prefixed-Message.</remarks>
internal static class GrpcFrame
{
    private const int PrefixBytes = 5;

    // Chosen: every answer of a usual cluster fits. A longer one makes the buffer grow with what has really arrived.
    private const int FirstBufferBytes = 4096;

    /// <summary>The one message of a request, framed.</summary>
    public static byte[] Write(IMessage message)
    {
        var size = message.CalculateSize();
        var frame = new byte[PrefixBytes + size];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)size);
        message.WriteTo(frame.AsSpan(PrefixBytes));
        return frame;
    }

    /// <summary>Reads the body to its end, which makes the trailers readable, and demands at most one whole message in it.</summary>
    /// <param name="body">The body.</param>
    /// <param name="maxBytes">The longest message that is taken. A longer one is refused by its announced length, before anything is allocated for it.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The message; null when the body is empty.</returns>
    /// <exception cref="GrpcFrameException">Anything but nothing or exactly one whole, uncompressed message within the limit.</exception>
    public static async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(Stream body, int maxBytes, CancellationToken cancellationToken)
    {
        var prefix = new byte[PrefixBytes];
        var got = await body.ReadAtLeastAsync(prefix, PrefixBytes, throwOnEndOfStream: false, cancellationToken);
        if (got == 0)
        {
            return null;
        }

        if (got < PrefixBytes)
        {
            throw new GrpcFrameException("was cut short");
        }

        if (prefix[0] != 0)
        {
            throw new GrpcFrameException(prefix[0] == 1 ? "is compressed, which nobody asked for" : "is not framed as gRPC frames messages");
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(prefix.AsSpan(1));
        if (length > (uint)maxBytes)
        {
            throw new GrpcFrameException($"announces {length} bytes, more than the limit of {maxBytes} (--max-recv-bytes)");
        }

        var message = await ReadMessageAsync(body, (int)length, cancellationToken);
        if (await body.ReadAtLeastAsync(prefix.AsMemory(0, 1), 1, throwOnEndOfStream: false, cancellationToken) > 0)
        {
            throw new GrpcFrameException("holds more than one message");
        }

        return message;
    }

    private static async ValueTask<ReadOnlyMemory<byte>> ReadMessageAsync(Stream body, int length, CancellationToken cancellationToken)
    {
        var buffer = new byte[Math.Min(length, FirstBufferBytes)];
        var filled = 0;
        while (filled < length)
        {
            if (filled == buffer.Length)
            {
                Array.Resize(ref buffer, (int)Math.Min(length, buffer.Length * 2L));
            }

            var read = await body.ReadAsync(buffer.AsMemory(filled), cancellationToken);
            if (read == 0)
            {
                throw new GrpcFrameException("was cut short");
            }

            filled += read;
        }

        return buffer.AsMemory(0, length);
    }
}
