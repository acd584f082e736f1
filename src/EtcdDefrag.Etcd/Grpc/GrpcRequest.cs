using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;

namespace EtcdDefrag.Etcd.Grpc;

/// <summary>A request was about to be sent for the second time. See <see cref="GrpcRequest.BeforeHeaders"/>.</summary>
#pragma warning disable CA1032, CA1064 // made and caught inside this folder only
internal sealed class SecondAttemptException() : Exception("not repeated");
#pragma warning restore CA1032, CA1064

/// <summary>The HTTP request of one call, which goes out once at most.</summary>
internal sealed class GrpcRequest : HttpRequestMessage
{
    private const string TimeoutHeader = "grpc-timeout";
    private static readonly MediaTypeHeaderValue GrpcContentType = new("application/grpc");

    /// <summary>Makes the request.</summary>
    public GrpcRequest(Uri baseAddress, string path, IMessage message, string? token, TimeSpan timeout)
        : base(HttpMethod.Post, new Uri(baseAddress, path))
    {
        Version = HttpVersion.Version20;
        VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        Headers.TryAddWithoutValidation("te", "trailers");
        Headers.TryAddWithoutValidation("user-agent", "etcd-defrag");
        Headers.TryAddWithoutValidation(TimeoutHeader, FormatTimeout(timeout));
        if (token is not null)
        {
            // Source: etcd api/v3rpc/rpctypes/metadatafields.go, TokenFieldNameGRPC.
            Headers.TryAddWithoutValidation("token", token);
        }

        Content = new ByteArrayContent(GrpcFrame.Write(message));
        Content.Headers.ContentType = GrpcContentType;
    }

    /// <summary>Whether the request was handed to a connection, so that the server may have seen it.</summary>
    public bool Sent { get; private set; }

    /// <summary>To be called before the request's headers are written to a connection: refuses the second time.</summary>
    /// <remarks>
    /// The HTTP handler sends a request again by itself where the server says REFUSED_STREAM, or GOAWAY with a lower stream id. By the
    /// protocol such a request was not processed, but a Defragment must not hang on that promise: nothing here is ever sent twice.
    /// </remarks>
    /// <exception cref="SecondAttemptException">The request went out before.</exception>
    public static void BeforeHeaders(string header, HttpRequestMessage request)
    {
        if (request is GrpcRequest call && header == TimeoutHeader)
        {
            if (call.Sent)
            {
                throw new SecondAttemptException();
            }

            call.Sent = true;
        }
    }

    /// <summary>A time-out in gRPC's form: at most eight digits and a unit. Rounded up.</summary>
    /// <remarks>Source: PROTOCOL-HTTP2.md, Timeout.</remarks>
    internal static string FormatTimeout(TimeSpan timeout)
    {
        const long Limit = 99_999_999;
        var milliseconds = Math.Max(1, (timeout.Ticks - 1) / TimeSpan.TicksPerMillisecond + 1);
        return milliseconds <= Limit
            ? milliseconds.ToString(CultureInfo.InvariantCulture) + "m"
            : Math.Min(Limit, milliseconds / 1000 + 1).ToString(CultureInfo.InvariantCulture) + "S";
    }
}
