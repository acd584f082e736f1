using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Etcd.Net;

/// <summary>What is really dialled. Two spellings of one address (<c>h:1</c>, <c>http://h:1</c>) share a connection.</summary>
/// <param name="Host">Host name in lower case, IP literal, or a socket's path.</param>
/// <param name="Port">TCP port; 0 for a socket.</param>
/// <param name="IsUnix">Whether it is a socket.</param>
/// <param name="Tls">Whether TLS is spoken.</param>
internal sealed record DialTarget(string Host, int Port, bool IsUnix, bool Tls)
{
    /// <summary>Decides about TLS as clientv3 does.</summary>
    /// <remarks>Source: etcd client/v3/internal/endpoint/endpoint.go, translateEndpoint.</remarks>
#pragma warning disable CA1308 // DNS names compare without case, and lower case is how they are shown
    public static DialTarget From(Endpoint endpoint, bool tlsConfigured) => new(
        endpoint.IsUnix ? endpoint.Host : endpoint.Host.ToLowerInvariant(),
        endpoint.Port,
        endpoint.IsUnix,
        endpoint.Scheme switch
        {
            EndpointScheme.Http => false,
            EndpointScheme.Https or EndpointScheme.UnixTls => true,
            _ => tlsConfigured,
        });
#pragma warning restore CA1308

    /// <summary>The name to verify in the certificate where the user gives none: the host, or a socket's file name.</summary>
    public string ServerName => IsUnix ? Path.GetFileName(Host) : Host;

    /// <summary>What requests name as their authority. Nothing is dialled by it.</summary>
    /// <remarks>A socket has no authority; <c>localhost</c> is what grpc-go sends. A zone (fe80::1%eth0) means
    /// nothing to the server.</remarks>
    public Uri BaseAddress
    {
        get
        {
            var scheme = Tls ? "https" : "http";
            var host = Host.Contains(':', StringComparison.Ordinal) ? $"[{Host.Split('%')[0]}]" : Host;
            return new Uri(IsUnix ? $"{scheme}://localhost/" : $"{scheme}://{host}:{Port}/");
        }
    }
}
