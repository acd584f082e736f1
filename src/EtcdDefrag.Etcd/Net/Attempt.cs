using System.Globalization;

namespace EtcdDefrag.Etcd.Net;

/// <summary>A request was about to be sent for the second time. See <see cref="Attempt.BeforeHeader"/>.</summary>
#pragma warning disable CA1032, CA1064 // made and caught inside this project only
internal sealed class SecondAttemptException() : Exception("not repeated");
#pragma warning restore CA1032, CA1064

/// <summary>The one HTTP request of a call: whether it went out, and what came back.</summary>
/// <param name="timeout">The call's time, which the server is told.</param>
internal sealed class Attempt(TimeSpan timeout)
{
    private const string TimeoutHeader = "grpc-timeout";
    private static readonly HttpRequestOptionsKey<Attempt> Key = new("attempt");
    private static readonly AsyncLocal<Attempt?> Flowing = new();

    /// <summary>The attempt of the call that is being made. The gRPC library offers no other way to say which
    /// call a request belongs to.</summary>
    public static Attempt? Current
    {
        get => Flowing.Value;
        set => Flowing.Value = value;
    }

    /// <summary>Whether the request was handed to a connection, so that the server may have seen it.</summary>
    public bool Sent { get; private set; }

    /// <summary>The answer's head; null while there is none.</summary>
    public HttpResponseMessage? Response { get; set; }

    /// <summary>Marks the request as this attempt's.</summary>
    public void Attach(HttpRequestMessage request)
    {
        request.Options.Set(Key, this);
        request.Headers.TryAddWithoutValidation(TimeoutHeader, FormatTimeout(timeout));
    }

    /// <summary>To be called for each header before it is written to a connection: refuses the second time.</summary>
    /// <remarks>
    /// The HTTP handler sends a request again by itself where the server says REFUSED_STREAM, or GOAWAY with a lower
    /// stream id. By the protocol such a request was not processed, but a Defragment must not hang on that promise:
    /// nothing here is ever sent twice.
    /// </remarks>
    /// <exception cref="SecondAttemptException">The request went out before.</exception>
    public static void BeforeHeader(string header, HttpRequestMessage request)
    {
        if (header == TimeoutHeader && request.Options.TryGetValue(Key, out var attempt))
        {
            attempt.Sent = attempt.Sent ? throw new SecondAttemptException() : true;
        }
    }

    /// <summary>A time-out in gRPC's form: at most eight digits and a unit. Rounded up.</summary>
    /// <remarks>Source: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md, Timeout.</remarks>
    internal static string FormatTimeout(TimeSpan timeout)
    {
        const long Limit = 99_999_999;
        var milliseconds = Math.Max(1, (timeout.Ticks - 1) / TimeSpan.TicksPerMillisecond + 1);
        return milliseconds <= Limit
            ? milliseconds.ToString(CultureInfo.InvariantCulture) + "m"
            : Math.Min(Limit, milliseconds / 1000 + 1).ToString(CultureInfo.InvariantCulture) + "S";
    }
}

/// <summary>Ties each request to its call's <see cref="Attempt"/>, and the answer too.</summary>
internal sealed class AttemptHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var attempt = Attempt.Current ?? throw new InvalidOperationException("a request of no call");
        attempt.Attach(request);
        return attempt.Response = await base.SendAsync(request, cancellationToken);
    }
}
