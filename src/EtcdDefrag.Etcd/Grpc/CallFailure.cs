using System.Net;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Text;
using EtcdDefrag.Etcd.Net;
using Google.Protobuf;
using Grpc.Core;

namespace EtcdDefrag.Etcd.Grpc;

/// <summary>What went wrong with a call, told to an operator: what was tried, where, how long, and what it looks like.</summary>
internal static class CallFailure
{
    /// <remarks>Source: RFC 9113 section 7, PROTOCOL_ERROR.</remarks>
    private const long Http2ProtocolError = 1;

    /// <remarks>Source: RFC 9113 section 7, CANCEL.</remarks>
    private const long Http2Cancel = 8;

    /// <summary>How the gRPC library begins to say that an answer holds no message.</summary>
    internal const string NoMessage = "Failed to deserialize response message.";

    private const string TooLarge = "is larger than the limit (--max-recv-bytes)";

    /// <summary>How far two timers of the same length may be apart. Chosen: a timer's grain, and a
    /// turn of the scheduler.</summary>
    private static readonly TimeSpan TimerGrain = TimeSpan.FromMilliseconds(50);

    /// <summary>Turns a call that ended without a status of the server's into the port's error.</summary>
    /// <param name="call">The call.</param>
    /// <param name="e">What the gRPC library threw.</param>
    /// <param name="attempt">What became of the request.</param>
    /// <param name="timedOut">Whether the call's time is over.</param>
    /// <param name="connection">The connection it went over, as far as there was one.</param>
    /// <param name="took">How long it took.</param>
    public static ClusterException From(
        CallContext call, RpcException e, Attempt attempt, bool timedOut, WatchedStream? connection, TimeSpan took)
    {
        if (attempt.Response is { } response && !timedOut && FromHead(call, response, took) is { } wrong)
        {
            return wrong;
        }

        var cause = e.Status.DebugException ?? e;
        if (attempt.Response is not null && !timedOut && Find<OutOfMemoryException>(cause) is null
            && WordsOfLibrary(e, cause) is { } words)
        {
            return Make(call, NoAnswerKind.ProtocolError, "the answer " + words, mayHaveRun: true, took, e);
        }

        // The server is told the call's time and breaks the call off when it is over: which of the two
        // timers is first means nothing.
        var over = timedOut || (took + TimerGrain >= call.Timeout
            && Find<HttpProtocolException>(cause, static broken => broken.ErrorCode == Http2Cancel) is not null);
        var (kind, explanation, mayHaveRun) = Explain(cause, e.StatusCode, attempt.Sent, over, connection);
        return Make(call, kind, explanation, mayHaveRun, took, e);
    }

    /// <summary>Why a page could not be read.</summary>
    public static string Explain(Exception e, WatchedStream? connection) =>
        Find<DialException>(e)?.Message
        ?? (Find<System.Net.Sockets.SocketException>(e) is not null || Find<IOException>(e) is not null
            || connection is { Closed: true }
            ? "the connection broke before the page was read"
            : "what answered is no page of etcd's");

    /// <summary>What is wrong with an answer's head, which no etcd would send; null where nothing is.</summary>
    private static ClusterException? FromHead(CallContext call, HttpResponseMessage response, TimeSpan took)
    {
        if (response.StatusCode != HttpStatusCode.OK)
        {
            var code = ServerStatus.FromHttp(response.StatusCode);
            var words = $"it answered HTTP {(int)response.StatusCode} instead of gRPC";
            return code == StatusCode.Unavailable
                ? new ServerRejectedException(
                    call.Endpoint, call.Name, RejectionKind.Unavailable, code.ToString(),
                    words + ": a proxy with no etcd behind it", requestMayHaveRun: true, took: took)
                : Make(call, NoAnswerKind.ProtocolError,
                    $"{words} (code = {code}): this is not etcd's client port, or a proxy is in front of it", mayHaveRun: true,
                    took, null);
        }

        const string Grpc = "application/grpc";
        var type = response.Content.Headers.NonValidated.TryGetValues("content-type", out var types) ? types.FirstOrDefault()
            : null;
        if (type is not null && type.StartsWith(Grpc, StringComparison.OrdinalIgnoreCase)
            && (type.Length == Grpc.Length || type[Grpc.Length] is '+' or ';'))
        {
            return null;
        }

        var shown = type is null ? "no content type" : $"content type \"{Printable.Of(type)}\"";
        return Make(call, NoAnswerKind.ProtocolError,
            $"it answered with {shown}, which is not gRPC: this is not etcd's client port", mayHaveRun: true, took, null);
    }

    /// <summary>What the library found wrong with an answer, in our words, which follow "the answer "; null: nothing
    /// that it found itself.</summary>
    private static string? WordsOfLibrary(RpcException e, Exception cause)
    {
        var text = cause is InvalidDataException ? cause.Message : e.Status.Detail;
        return cause switch
        {
            InvalidDataException when text.StartsWith("Unexpected end of content", StringComparison.Ordinal) => "was cut short",
            InvalidDataException when text.StartsWith("Unexpected data after", StringComparison.Ordinal) =>
                "holds more than one message",
            InvalidDataException when text.StartsWith("Message too large", StringComparison.Ordinal) => TooLarge,
            InvalidDataException => "is not framed as gRPC",
            RpcException when e.StatusCode == StatusCode.ResourceExhausted => TooLarge,
            RpcException when text.Contains("grpc-encoding", StringComparison.Ordinal) =>
                "is compressed, which was not requested",
            RpcException when text.StartsWith(NoMessage, StringComparison.Ordinal) => "says OK but holds no message",
            RpcException when text.StartsWith("No grpc-status", StringComparison.Ordinal) => "ended without a status",
            _ => null,
        };
    }

    private static (NoAnswerKind Kind, string Words, bool MayHaveRun) Explain(Exception e, StatusCode code, bool sent,
        bool timedOut, WatchedStream? connection)
    {
        if (Find<OutOfMemoryException>(e) is not null)
        {
            return (NoAnswerKind.OutOfMemory,
                "this process has not enough memory for the answer: give it more (ulimit -v, MemoryMax=), or lower --max-recv-bytes", sent);
        }

        if (Find<DialException>(e) is { } dial)
        {
            return (dial.Kind, dial.Message, false);
        }

        if (Find<SecondAttemptException>(e) is not null)
        {
            return (NoAnswerKind.ConnectionLost,
                "the server rejected the call before running it (it is closing the connection, or busy); the call was not repeated", false);
        }

        if (connection is { SpeaksHttp1: true })
        {
            return (NoAnswerKind.ProtocolError,
                "the server speaks HTTP/1.1, so this is not etcd's client port, or a proxy in front of it does not forward HTTP/2", false);
        }

        if (connection is { IsPlain: false, Answered: false }
            && (TlsAlerts.Find(connection.TlsError, connection.IdentityProblem)
            ?? TlsAlerts.Find(e, connection.IdentityProblem)) is { } alert)
        {
            return (NoAnswerKind.TlsFailed, alert, false);
        }

        if (connection is { SpeaksTls: true, IsPlain: true })
        {
            return (NoAnswerKind.TlsFailed, "the server speaks TLS, but the endpoint says http; use https://", false);
        }

        if (connection is { GaveUp: true })
        {
            return (NoAnswerKind.TimedOut, "connected, but it sent nothing: another kind of server, or a process that hangs",
                sent);
        }

        if (timedOut)
        {
            return sent
                ? (NoAnswerKind.TimedOut, "no answer in that time", true)
                : (NoAnswerKind.TimedOut, "no connection in that time", false);
        }

        return ExplainBroken(e, code, sent, connection);
    }

    private static (NoAnswerKind Kind, string Words, bool MayHaveRun) ExplainBroken(Exception e, StatusCode code, bool sent,
        WatchedStream? connection)
    {
        if (Find<HttpRequestException>(e, static http =>
            http.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded) is not null)
        {
            return (NoAnswerKind.ProtocolError, "the answer's headers are larger than 64 KiB", sent);
        }

        if (Find<HttpProtocolException>(e) is { } protocol)
        {
            // A ping without an answer makes the handler break off by itself, with a code that seems to come from the other
            // side; but that one said nothing.
            if (protocol.ErrorCode == Http2ProtocolError && connection is { Closed: false }
                && connection.SilentFor >= HttpHandlerFactory.MinPingTimeout)
            {
                return (NoAnswerKind.ConnectionLost,
                    $"it has sent nothing for {ShortTime.Of(connection.SilentFor)} and did not answer a keep-alive ping (--keepalive-timeout): the process hangs, or the network is down; check both",
                    sent);
            }

            return (NoAnswerKind.ConnectionLost,
                $"the call was aborted (HTTP/2 {Http2Name(protocol.ErrorCode)}, code = {ServerStatus.Name(code)})", sent);
        }

        if (connection is { Closed: true, First.Length: 0 })
        {
            return (NoAnswerKind.ConnectionLost,
                "it closed the connection at once: it may expect TLS (use https://), or this is not etcd's client port", sent);
        }

        if (e is InvalidProtocolBufferException)
        {
            return (NoAnswerKind.ProtocolError, "the answer is not an etcd message", sent);
        }

        if (connection is { IsPlain: false, Answered: false })
        {
            return (NoAnswerKind.ConnectionLost,
                "the server closed the connection right after the TLS handshake; it may require a client certificate (--cert, --key), or reject ours", sent);
        }

        if (connection is { Closed: true } || Find<IOException>(e) is not null)
        {
            return (NoAnswerKind.ConnectionLost, "the connection broke while the call was under way", sent);
        }

        return (NoAnswerKind.ProtocolError,
            "the answer is not as HTTP/2 has it: this is not etcd's client port, or something between damages the connection",
            sent);
    }

    private static NoAnswerException Make(CallContext call, NoAnswerKind kind, string words, bool mayHaveRun, TimeSpan took, Exception? inner) =>
        new(call.Endpoint, call.Name, kind, words, mayHaveRun, inner, took);

    /// <remarks>Source: RFC 9113 section 7.</remarks>
    private static string Http2Name(long errorCode) => errorCode switch
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

    private static T? Find<T>(Exception? e, Func<T, bool>? which = null)
        where T : Exception
    {
        for (; e is not null; e = e.InnerException)
        {
            if (e is T found && (which is null || which(found)))
            {
                return found;
            }
        }

        return null;
    }
}
