using System.Diagnostics.CodeAnalysis;
using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Etcd.Net;

/// <summary>Where the members' metrics pages are, if not at their client URLs. <c>{host}</c> stands for
/// the member's own host.</summary>
public sealed class MetricsUrl
{
    private const string Host = "{host}";
    private const string DefaultPath = "/metrics";

    private readonly string _address;

    private MetricsUrl(string address, string path)
    {
        _address = address;
        Path = path;
    }

    /// <summary>The page's path, e.g. <c>/metrics</c>.</summary>
    public string Path { get; }

    /// <summary>Reads a URL such as <c>http://{host}:2381/metrics</c>.</summary>
    /// <param name="text">The URL; without a path <c>/metrics</c> is meant.</param>
    /// <param name="url">The URL, when it is one.</param>
    /// <param name="problem">Otherwise what is wrong with it and how to write it.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out MetricsUrl? url, out string problem)
    {
        url = null;
        var separator = text.IndexOf("://", StringComparison.Ordinal);
        if (separator < 0 || !(text.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase)))
        {
            problem = "it must begin with http:// or https://; write e.g. http://{host}:2381/metrics";
            return false;
        }

        var slash = text.IndexOf('/', separator + 3);
        var (address, path) = slash < 0 ? (text, "") : (text[..slash], text[slash..]);
        if (path.AsSpan().IndexOfAny("?# \t") >= 0 || path.Contains(Host, StringComparison.Ordinal))
        {
            problem = "its path must be a plain one; write e.g. http://{host}:2381/metrics";
            return false;
        }

        if (!Endpoint.TryParse(address.Replace(Host, "localhost", StringComparison.Ordinal), out _, out problem))
        {
            return false;
        }

        url = new MetricsUrl(address, path.Length <= 1 ? DefaultPath : path);
        return true;
    }

    /// <summary>Where the page of the member at this endpoint is.</summary>
    public Endpoint For(Endpoint endpoint)
    {
        var host = endpoint.IsUnix ? "localhost" : endpoint.Host.Contains(':', StringComparison.Ordinal) ? $"[{endpoint.Host}]"
            : endpoint.Host;
        return Endpoint.Parse(_address.Replace(Host, host, StringComparison.Ordinal));
    }
}
