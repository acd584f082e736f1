using System.Net;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Etcd.Net;
using Google.Protobuf;

namespace EtcdDefrag.Etcd.Grpc;

/// <summary>What went wrong with a call, told to an operator: what was tried, where, how long, and what it looks like.</summary>
internal static class CallFailure
{
    /// <remarks>Source: RFC 9113 section 7, PROTOCOL_ERROR.</remarks>
    private const long Http2ProtocolError = 1;

    /// <remarks>Source: RFC 9113 section 7, CANCEL.</remarks>
    private const long Http2Cancel = 8;

    /// <summary>How far two timers of the same length may be apart. Chosen: a timer's grain, and a turn of the scheduler.</summary>
    private static readonly TimeSpan TimerGrain = TimeSpan.FromMilliseconds(50);

    /// <summary>Turns whatever the HTTP handler threw into the port's error.</summary>
    /// <param name="call">The call.</param>
    /// <param name="e">What was thrown.</param>
    /// <param name="sent">Whether the request went to a connection.</param>
    /// <param name="timedOut">Whether the call's time is over.</param>
    /// <param name="connection">The connection it went over, as far as there was one.</param>
    /// <param name="took">How long it took.</param>
    public static NoAnswerException From(CallContext call, Exception e, bool sent, bool timedOut, WatchedStream? connection, TimeSpan took)
    {
        // The server is told the call's time and breaks the call off when it is over: which of the two timers is first means nothing.
        var over = timedOut || (took + TimerGrain >= call.Timeout && Find<HttpProtocolException>(e, static broken => broken.ErrorCode == Http2Cancel) is not null);
        var (kind, words, mayHaveRun) = Explain(e, sent, over, connection);
        return Make(call, kind, words, mayHaveRun, took, e);
    }

    /// <summary>An HTTP status that came without a gRPC status.</summary>
    public static ClusterException FromHttpStatus(CallContext call, HttpStatusCode status, TimeSpan took)
    {
        var code = GrpcStatusReader.FromHttp(status);
        var words = $"it answered HTTP {(int)status} instead of gRPC";
        return code == GrpcStatusCode.Unavailable
            ? new ServerRejectedException(
                call.Endpoint, call.Name, RejectionKind.Unavailable, code.ToString(), Frame(call, took, words + ": a proxy before etcd, and no etcd behind it"), requestMayHaveRun: true)
            : Protocol(call, $"{words} (code = {code}): this is not etcd's client port, or a proxy stands before it", took);
    }

    /// <summary>An answer that is not as gRPC has it.</summary>
    public static NoAnswerException Protocol(CallContext call, string words, TimeSpan took) =>
        Make(call, NoAnswerKind.ProtocolError, words, mayHaveRun: true, took, null);

    private static (NoAnswerKind Kind, string Words, bool MayHaveRun) Explain(Exception e, bool sent, bool timedOut, WatchedStream? connection)
    {
        if (Find<DialException>(e) is { } dial)
        {
            return (dial.Kind, dial.Message, false);
        }

        if (Find<SecondAttemptException>(e) is not null)
        {
            return (NoAnswerKind.ConnectionLost, "the server turned the call away before running it (it is closing the connection, or busy); the call was not repeated", false);
        }

        if (connection is { SpeaksHttp1: true })
        {
            return (NoAnswerKind.ProtocolError, "the server speaks HTTP/1.1, so this is not etcd's client port, or a proxy stands before it that does not pass on HTTP/2", false);
        }

        if (connection is { IsPlain: false, Answered: false } && (TlsAlerts.Find(connection.TlsError) ?? TlsAlerts.Find(e)) is { } alert)
        {
            return (NoAnswerKind.TlsFailed, alert, false);
        }

        if (connection is { SpeaksTls: true, IsPlain: true })
        {
            return (NoAnswerKind.TlsFailed, "the server speaks TLS, but the endpoint says http; use https://", false);
        }

        if (connection is { GaveUp: true })
        {
            return (NoAnswerKind.TimedOut, "connected, but it said nothing at all: another kind of server, or a process that hangs", sent);
        }

        if (timedOut)
        {
            return sent
                ? (NoAnswerKind.TimedOut, "no answer in that time", true)
                : (NoAnswerKind.TimedOut, "no connection in that time", false);
        }

        return ExplainBroken(e, sent, connection);
    }

    private static (NoAnswerKind Kind, string Words, bool MayHaveRun) ExplainBroken(Exception e, bool sent, WatchedStream? connection)
    {
        if (Find<HttpRequestException>(e, static http => http.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded) is not null)
        {
            return (NoAnswerKind.ProtocolError, "the answer's headers are larger than 64 KiB", sent);
        }

        if (Find<HttpProtocolException>(e) is { } protocol)
        {
            // A ping without an answer makes the handler break off by itself, with a code that seems to come from the other side; but that one said nothing.
            if (protocol.ErrorCode == Http2ProtocolError && connection is { Closed: false } && connection.SilentFor >= HttpHandlerFactory.MinPingTimeout)
            {
                return (NoAnswerKind.ConnectionLost,
                    $"it has said nothing for {Spell.Duration(connection.SilentFor)} and left a keep-alive ping unanswered (--keepalive-timeout): the process hangs, or the network between is cut; look at both",
                    sent);
            }

            var name = GrpcStatusReader.Http2Name(protocol.ErrorCode);
            var code = GrpcStatusReader.FromHttp2(protocol.ErrorCode);
            return (NoAnswerKind.ConnectionLost, $"the call was broken off (HTTP/2 {name}, code = {code})", sent);
        }

        if (connection is { Closed: true, First.Length: 0 })
        {
            return (NoAnswerKind.ConnectionLost, "it closed the connection at once, without a word: it may expect TLS (use https://), or this is not etcd's client port", sent);
        }

        if (e is InvalidProtocolBufferException)
        {
            return (NoAnswerKind.ProtocolError, "the answer is no message of etcd's", sent);
        }

        if (connection is { IsPlain: false, Answered: false })
        {
            return (NoAnswerKind.ConnectionLost, "the server broke off right after the TLS handshake; it may demand a client certificate (--cert, --key), or not accept ours", sent);
        }

        if (connection is { Closed: true } || Find<IOException>(e) is not null)
        {
            return (NoAnswerKind.ConnectionLost, "the connection broke while the call was under way", sent);
        }

        return (NoAnswerKind.ProtocolError, $"the answer is not as HTTP/2 has it ({TlsAlerts.Causes(e)})", sent);
    }

    private static NoAnswerException Make(CallContext call, NoAnswerKind kind, string words, bool mayHaveRun, TimeSpan took, Exception? inner) =>
        new(call.Endpoint, call.Name, kind, Frame(call, took, words), mayHaveRun, inner);

    private static string Frame(CallContext call, TimeSpan took, string words) => $"{call.Name} on {call.Endpoint} failed after {Spell.Duration(took)}: {words}";

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
