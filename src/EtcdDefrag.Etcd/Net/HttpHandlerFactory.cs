namespace EtcdDefrag.Etcd.Net;

/// <summary>Sets up .NET's HTTP handler for one target: one HTTP/2 connection for the whole run, and none of the
/// extras of a web client.</summary>
internal static class HttpHandlerFactory
{
    // Source: grpc-go internal.KeepaliveMinPingTime. etcd cuts off clients that ping more often than every 5 s
    // (embed/config.go, GRPCKeepAliveMinTime).
    private static readonly TimeSpan MinPingDelay = TimeSpan.FromSeconds(10);

    // The handler takes no less.
    internal static readonly TimeSpan MinPingTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Makes the handler.</summary>
    public static SocketsHttpHandler Create(Dialer dialer, ConnectionOptions options) => new()
    {
        ConnectCallback = dialer.ConnectAsync,
        EnableMultipleHttp2Connections = false,
        PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        KeepAlivePingDelay = PingDelay(options.KeepAliveTime),
        KeepAlivePingTimeout = options.KeepAliveTimeout < MinPingTimeout ? MinPingTimeout : options.KeepAliveTimeout,
        RequestHeaderEncodingSelector = static (header, request) =>
        {
            Attempt.BeforeHeader(header, request);
            return null;
        },
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        // AutomaticDecompression is not even set to None: its setter alone brings brotli and zlib into the native binary.
        ActivityHeadersPropagator = null,
        MaxResponseHeadersLength = 64, // KiB; a status with a long message fits
    };

    /// <summary>How often pings go out at the most.</summary>
    internal static TimeSpan PingDelay(TimeSpan wish) => wish < MinPingDelay ? MinPingDelay : wish;
}
