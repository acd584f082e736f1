using System.Globalization;
using System.Net;
using EtcdDefrag.Core.Text;
using Grpc.Core;

namespace EtcdDefrag.Etcd.Grpc;

/// <summary>What the server itself said of a call's end, as opposed to what the gRPC library makes of
/// an answer without it.</summary>
/// <remarks>Source: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md and doc/http-grpc-status-mapping.md.</remarks>
internal static class ServerStatus
{
    private const string Header = "grpc-status";

    /// <summary>The status that the server sent with its answer.</summary>
    /// <param name="response">The answer, read to its end as far as it has one.</param>
    /// <returns>The status, its message fit for a terminal; null where there is none, which no complete answer lacks.</returns>
    public static Status? Read(HttpResponseMessage response)
    {
        if (First(response, Header) is not { } text)
        {
            return null;
        }

        var message = Printable.Of(Uri.UnescapeDataString(First(response, "grpc-message") ?? ""));
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && Enum.IsDefined((StatusCode)number)
            ? new Status((StatusCode)number, message)
            : new Status(StatusCode.Unknown, message.Length > 0 ? message : $"unknown grpc-status \"{Printable.Of(text)}\"");
    }

    /// <summary>Whether the server said for certain that all went well.</summary>
    public static bool IsOk(HttpResponseMessage response) => First(response, Header) == "0";

    /// <summary>The code's name as Go spells it, because that is what operators search for.</summary>
    public static string Name(StatusCode code) => code == StatusCode.Cancelled ? "Canceled" : code.ToString();

    /// <summary>The code that stands for an HTTP status which came without <c>grpc-status</c>.</summary>
    public static StatusCode FromHttp(HttpStatusCode status) => status switch
    {
        HttpStatusCode.BadRequest => StatusCode.Internal,
        HttpStatusCode.Unauthorized => StatusCode.Unauthenticated,
        HttpStatusCode.Forbidden => StatusCode.PermissionDenied,
        HttpStatusCode.NotFound => StatusCode.Unimplemented,
        HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout
            => StatusCode.Unavailable,
        _ => StatusCode.Unknown,
    };

    // With the headers where there is no message, with the trailers where there is one.
    private static string? First(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var values)
            || response.TrailingHeaders.NonValidated.TryGetValues(name, out values) ? values.FirstOrDefault() : null;
}
