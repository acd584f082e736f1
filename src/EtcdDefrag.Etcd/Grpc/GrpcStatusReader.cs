using System.Globalization;
using System.Net;
using System.Text;
using EtcdDefrag.Core.Text;

namespace EtcdDefrag.Etcd.Grpc;

/// <summary>Response parts to status. Pure; no input makes it throw.</summary>
/// <remarks>Source: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md and doc/http-grpc-status-mapping.md.</remarks>
internal static class GrpcStatusReader
{
    /// <summary>Reads the two status headers.</summary>
    /// <returns>The status, or null where there is no <c>grpc-status</c>, which no complete answer lacks.</returns>
    public static GrpcStatus? Read(string? status, string? message)
    {
        if (status is null)
        {
            return null;
        }

        var known = int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 0 and <= 16;
        var text = message is null ? "" : PercentDecode(message);
        return known
            ? new GrpcStatus((GrpcStatusCode)number, text)
            : new GrpcStatus(GrpcStatusCode.Unknown, text.Length > 0 ? text : $"unknown grpc-status \"{Printable.Of(status)}\"");
    }

    /// <summary>The code that stands for an HTTP status which came without <c>grpc-status</c>.</summary>
    public static GrpcStatusCode FromHttp(HttpStatusCode status) => status switch
    {
        HttpStatusCode.BadRequest => GrpcStatusCode.Internal,
        HttpStatusCode.Unauthorized => GrpcStatusCode.Unauthenticated,
        HttpStatusCode.Forbidden => GrpcStatusCode.PermissionDenied,
        HttpStatusCode.NotFound => GrpcStatusCode.Unimplemented,
        HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout
            => GrpcStatusCode.Unavailable,
        _ => GrpcStatusCode.Unknown,
    };

    /// <summary>The code that stands for an HTTP/2 error code (RST_STREAM, GOAWAY).</summary>
    public static GrpcStatusCode FromHttp2(long errorCode) => errorCode switch
    {
        7 => GrpcStatusCode.Unavailable, // REFUSED_STREAM: certainly not processed
        8 => GrpcStatusCode.Canceled, // CANCEL
        11 => GrpcStatusCode.ResourceExhausted, // ENHANCE_YOUR_CALM
        12 => GrpcStatusCode.PermissionDenied, // INADEQUATE_SECURITY
        _ => GrpcStatusCode.Internal,
    };

    /// <summary>The name of an HTTP/2 error code.</summary>
    /// <remarks>Source: RFC 9113 section 7.</remarks>
    public static string Http2Name(long errorCode) => errorCode switch
    {
        0 => "NO_ERROR",
        1 => "PROTOCOL_ERROR",
        2 => "INTERNAL_ERROR",
        3 => "FLOW_CONTROL_ERROR",
        4 => "SETTINGS_TIMEOUT",
        5 => "STREAM_CLOSED",
        6 => "FRAME_SIZE_ERROR",
        7 => "REFUSED_STREAM",
        8 => "CANCEL",
        9 => "COMPRESSION_ERROR",
        10 => "CONNECT_ERROR",
        11 => "ENHANCE_YOUR_CALM",
        12 => "INADEQUATE_SECURITY",
        13 => "HTTP_1_1_REQUIRED",
        _ => $"error {errorCode}",
    };

    /// <summary>Whether a content type is gRPC's: <c>application/grpc</c>, alone or followed by <c>+</c> or <c>;</c>.</summary>
    public static bool IsGrpc(string? contentType)
    {
        const string Grpc = "application/grpc";
        return contentType is not null
            && contentType.StartsWith(Grpc, StringComparison.OrdinalIgnoreCase)
            && (contentType.Length == Grpc.Length || contentType[Grpc.Length] is '+' or ';' or ' ');
    }

    /// <summary>Decodes <c>%XX</c> to UTF-8 text. What is no valid escape stays as it is; no message can steer a terminal.</summary>
    public static string PercentDecode(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
        {
            return Printable.Of(text);
        }

        var source = Encoding.UTF8.GetBytes(text);
        var length = 0;
        for (var i = 0; i < source.Length; i++)
        {
            if (source[i] == '%' && i + 2 < source.Length && char.IsAsciiHexDigit((char)source[i + 1]) && char.IsAsciiHexDigit((char)source[i + 2]))
            {
                source[length++] = (byte)((Convert.FromHexString([(char)source[i + 1], (char)source[i + 2]]))[0]);
                i += 2;
            }
            else
            {
                source[length++] = source[i];
            }
        }

        return Printable.Of(Encoding.UTF8.GetString(source, 0, length));
    }
}
