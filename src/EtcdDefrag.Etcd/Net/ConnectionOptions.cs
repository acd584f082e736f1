using System.Net;

namespace EtcdDefrag.Etcd.Net;

/// <summary>How to reach the cluster. Holds secrets: never printed whole.</summary>
public sealed class ConnectionOptions
{
    /// <summary>How long one connection attempt may take (<c>--dial-timeout</c>).</summary>
    public TimeSpan DialTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The wish for the time between keep-alive pings (<c>--keepalive-time</c>); pings go out no more
    /// often than every 10 s.</summary>
    public TimeSpan KeepAliveTime { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a keep-alive ping may stay unanswered (<c>--keepalive-timeout</c>).</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>File of the CA certificates to trust, and no others (<c>--cacert</c>); null: the system's.</summary>
    public string? CaFile { get; init; }

    /// <summary>File of our certificate (<c>--cert</c>).</summary>
    public string? CertFile { get; init; }

    /// <summary>File of our key (<c>--key</c>).</summary>
    public string? KeyFile { get; init; }

    /// <summary>Accept any certificate (<c>--insecure-skip-tls-verify</c>).</summary>
    public bool InsecureSkipTlsVerify { get; init; }

    /// <summary>False asks for TLS where the endpoint leaves it open (<c>--insecure-transport</c>).</summary>
    public bool InsecureTransport { get; init; } = true;

    /// <summary>The name to verify in the server's certificate (<c>--tls-server-name</c>); null: the endpoint's host.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>Where the members' metrics pages are (<c>--metrics-url</c>); null: at their client URLs.</summary>
    public MetricsUrl? MetricsUrl { get; init; }

    /// <summary>The user to log in as; null: no login.</summary>
    public string? User { get; init; }

    /// <summary>A user's name as messages show it: behind a colon there may be a password, put there by mistake beside
    /// another one.</summary>
    public static string ShownUser(string user) =>
        user.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon ? user[..colon] + ":***" : user;

    /// <summary>The user's password.</summary>
    public string? Password { get; init; }

    /// <summary>A token to present instead of logging in (<c>--auth-jwt-token</c>).</summary>
    public string? AuthToken { get; init; }

    /// <summary>The longest answer that is taken, in bytes (<c>--max-recv-bytes</c>). Chosen: a hundred times what a
    /// large cluster sends.</summary>
    public int MaxReceiveBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>The system's roots; a parameter, so that tests can have their own. Null: .NET knows them.</summary>
    internal SystemRoots? SystemRoots { get; init; } = SystemRoots.OfThisSystem;

    /// <summary>The largest request to send, in bytes (<c>--max-request-bytes</c>). Ours have some hundred; the
    /// default is clientv3's.</summary>
    /// <remarks>Source of the default: etcd client/v3/options.go.</remarks>
    public int MaxRequestBytes { get; init; } = 2 * 1024 * 1024;

    /// <summary>Looks up a host's addresses, in the order in which to try them; a parameter, so that tests can
    /// say what a name means.</summary>
    internal Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = Dns.GetHostAddressesAsync;

    /// <summary>Whether TLS was configured in any way, which decides it for endpoints without a scheme.</summary>
    /// <remarks>Source: etcd client/v3/config.go, newClientConfig.</remarks>
    public bool TlsConfigured =>
        CaFile is not null || CertFile is not null || KeyFile is not null || TlsServerName is not null || InsecureSkipTlsVerify
            || !InsecureTransport;
}
