using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EtcdDefrag.Core.Text;

namespace EtcdDefrag.Core.Cluster;

/// <summary>How an endpoint's text says that it is to be dialled. Decides about TLS, as in clientv3.</summary>
/// <remarks>Source: etcd client/v3/internal/endpoint/endpoint.go, translateEndpoint.</remarks>
public enum EndpointScheme
{
    /// <summary><c>host:port</c>: TLS if and only if TLS was configured.</summary>
    None,

    /// <summary><c>http://</c>: never TLS, whatever certificates were given.</summary>
    Http,

    /// <summary><c>https://</c>: always TLS; the system's roots where no CA was given.</summary>
    Https,

    /// <summary><c>unix:</c>: a socket; TLS if and only if TLS was configured.</summary>
    Unix,

    /// <summary><c>unixs:</c>: a socket, always TLS.</summary>
    UnixTls,

    /// <summary>Not dialled at all: a database file that no etcd is using.</summary>
    File,
}

/// <summary>A client URL of etcd: where to dial. Two endpoints are equal when they dial the same
/// address in the same way.</summary>
public sealed class Endpoint : IEquatable<Endpoint>, IComparable<Endpoint>
{
    private Endpoint(string text, EndpointScheme scheme, string host, int port)
    {
        Text = text;
        Scheme = scheme;
        Host = host;
        Port = port;
    }

    /// <summary>The endpoint as the user or the member list wrote it: what every message shows.</summary>
    public string Text { get; }

    /// <summary>How to dial it.</summary>
    public EndpointScheme Scheme { get; }

    /// <summary>Without the scheme, for narrow tables: host:port, or the socket's path.</summary>
    public string Address => Text.IndexOf("://", StringComparison.Ordinal) is >= 0 and var at ? Text[(at + 3)..] : Text;

    /// <summary>Host name or IP literal without brackets; for a socket its path; for a file its path
    /// without symbolic links.</summary>
    public string Host { get; }

    /// <summary>TCP port, 1..65535; 0 for a socket.</summary>
    public int Port { get; }

    /// <summary>Whether this is a Unix domain socket.</summary>
    public bool IsUnix => Scheme is EndpointScheme.Unix or EndpointScheme.UnixTls;

    /// <summary>Whether this is a database file, not an etcd.</summary>
    public bool IsFile => Scheme == EndpointScheme.File;

    /// <summary>Whether it can only mean this machine: a socket, <c>localhost</c>, a loopback or an
    /// unspecified address.</summary>
    /// <remarks>Unspecified addresses (0.0.0.0, ::) are dialled as loopback by every system; a member that advertises one is not
    /// reachable from elsewhere.</remarks>
    public bool IsLoopback =>
        IsUnix
        || Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || Host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(Host, out var address)
            && (IPAddress.IsLoopback(address)
                || address.Equals(IPAddress.Any)
                || address.Equals(IPAddress.IPv6Any)
                || (address.IsIPv4MappedToIPv6 && IPAddress.IsLoopback(address.MapToIPv4()))));

    /// <summary>A database file in the place of an endpoint.</summary>
    /// <param name="path">The path that leads to it, for messages.</param>
    /// <param name="realPath">The path without symbolic links.</param>
    public static Endpoint OfFile(string path, string realPath) => new(path, EndpointScheme.File, realPath, 0);

    /// <summary>Reads an endpoint in any form that etcd's client takes.</summary>
    /// <param name="text">The text, e.g. <c>https://10.0.0.1:2379</c>, <c>[::1]:2379</c>, <c>unix:///run/etcd.sock</c>.</param>
    /// <param name="endpoint">The endpoint, when the text is one.</param>
    /// <param name="problem">Otherwise what is wrong with it and how to write it, in a form that follows "endpoint X: ".</param>
    public static bool TryParse(
        string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Endpoint? endpoint, out string problem)
    {
        endpoint = null;
        problem = "";
        var trimmed = text.Trim();
        if (trimmed.Length == 0)
        {
            problem = "it is empty; write host:port, e.g. 127.0.0.1:2379";
            return false;
        }

        foreach (var c in trimmed)
        {
            if (char.IsWhiteSpace(c) || Printable.Steers(c))
            {
                problem = "it contains white space; separate endpoints by commas";
                return false;
            }
        }

        if (TrySocket(trimmed, out endpoint, out problem) || problem.Length > 0)
        {
            return endpoint is not null;
        }

        var scheme = EndpointScheme.None;
        var rest = trimmed;
        var separator = trimmed.IndexOf("://", StringComparison.Ordinal);
        if (separator >= 0)
        {
            var name = trimmed[..separator];
            rest = trimmed[(separator + 3)..];
            if (name.Equals("http", StringComparison.OrdinalIgnoreCase))
            {
                scheme = EndpointScheme.Http;
            }
            else if (name.Equals("https", StringComparison.OrdinalIgnoreCase))
            {
                scheme = EndpointScheme.Https;
            }
            else
            {
                problem = $"the scheme \"{name}\" is unknown; use http, https, unix or unixs, or write host:port";
                return false;
            }
        }

        if (!TryHostAndPort(rest, out var host, out var port, out problem))
        {
            return false;
        }

        endpoint = new Endpoint(trimmed, scheme, host, port);
        return true;
    }

    /// <summary>Reads an endpoint that is known to be one.</summary>
    /// <exception cref="FormatException">The text is no endpoint; the message names it and says why.</exception>
    public static Endpoint Parse(string text) =>
        TryParse(text, out var endpoint, out var problem) ? endpoint
            : throw new FormatException($"endpoint \"{text}\": {problem}");

    /// <inheritdoc/>
    public bool Equals(Endpoint? other) =>
        other is not null
        && Scheme == other.Scheme
        && Port == other.Port
        && string.Equals(Host, other.Host, IsUnix || IsFile ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Endpoint);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(Scheme, Port, IsUnix || IsFile ? StringComparer.Ordinal.GetHashCode(Host)
            : StringComparer.OrdinalIgnoreCase.GetHashCode(Host));

    /// <summary>Orders as the original does: by the text, byte by byte.</summary>
    public int CompareTo(Endpoint? other) => string.CompareOrdinal(Text, other?.Text);

    /// <summary>The endpoint as it was written.</summary>
    public override string ToString() => Text;

    /// <summary>Equality by what is dialled.</summary>
    public static bool operator ==(Endpoint? left, Endpoint? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Inequality by what is dialled.</summary>
    public static bool operator !=(Endpoint? left, Endpoint? right) => !(left == right);

    /// <summary>Order by text.</summary>
    public static bool operator <(Endpoint left, Endpoint right) => left.CompareTo(right) < 0;

    /// <summary>Order by text.</summary>
    public static bool operator <=(Endpoint left, Endpoint right) => left.CompareTo(right) <= 0;

    /// <summary>Order by text.</summary>
    public static bool operator >(Endpoint left, Endpoint right) => left.CompareTo(right) > 0;

    /// <summary>Order by text.</summary>
    public static bool operator >=(Endpoint left, Endpoint right) => left.CompareTo(right) >= 0;

    private static bool TrySocket(string text, out Endpoint? endpoint, out string problem)
    {
        endpoint = null;
        problem = "";
        EndpointScheme scheme;
        string path;
        if (text.StartsWith("unix:", StringComparison.OrdinalIgnoreCase))
        {
            (scheme, path) = (EndpointScheme.Unix, text["unix:".Length..]);
        }
        else if (text.StartsWith("unixs:", StringComparison.OrdinalIgnoreCase))
        {
            (scheme, path) = (EndpointScheme.UnixTls, text["unixs:".Length..]);
        }
        else
        {
            return false;
        }

        if (path.StartsWith("//", StringComparison.Ordinal))
        {
            path = path[2..];
        }

        if (path.Length == 0)
        {
            problem = "the socket's path is missing; write unix:///path/to/socket";
            return false;
        }

        endpoint = new Endpoint(text, scheme, path, 0);
        return true;
    }

    private static bool TryHostAndPort(string rest, out string host, out int port, out string problem)
    {
        (host, port, problem) = ("", 0, "");
        if (rest.EndsWith('/') && rest.IndexOf('/', StringComparison.Ordinal) == rest.Length - 1)
        {
            rest = rest[..^1]; // a single closing slash is no path
        }

        if (rest.Contains('@', StringComparison.Ordinal))
        {
            problem = "it contains credentials; give them with --user and --password-file or ETCD_DEFRAG_PASSWORD instead";
            return false;
        }

        if (rest.IndexOfAny(['/', '?', '#']) >= 0)
        {
            problem = "it has a path or a query; etcd's gRPC service has neither, write only scheme, host and port";
            return false;
        }

        return TrySplit(rest, out host, out var portText, out problem)
            && TryPort(portText, out port, out problem)
            && TryHost(ref host, out problem);
    }

    private static bool TrySplit(string rest, out string host, out string? port, out string problem)
    {
        (host, port, problem) = ("", null, "");
        var colon = rest.LastIndexOf(':');
        if (rest.StartsWith('['))
        {
            var bracket = rest.LastIndexOf(']');
            if (bracket < 0)
            {
                problem = "the closing bracket of the IPv6 address is missing; write [::1]:2379";
                return false;
            }

            host = rest[1..bracket];
            colon = bracket + 1 < rest.Length && rest[bracket + 1] == ':' ? bracket + 1 : -1;
            if (!IPAddress.TryParse(host, out var address) || address.AddressFamily != AddressFamily.InterNetworkV6)
            {
                problem = $"\"{host}\" is no IPv6 address; write [::1]:2379";
                return false;
            }
        }
        else if (colon >= 0 && rest.IndexOf(':', StringComparison.Ordinal) != colon)
        {
            problem = "an IPv6 address needs brackets; write [::1]:2379";
            return false;
        }
        else
        {
            host = colon >= 0 ? rest[..colon] : rest;
        }

        port = colon >= 0 ? rest[(colon + 1)..] : null;
        return true;
    }

    private static bool TryPort(string? text, out int port, out string problem)
    {
        problem = string.IsNullOrEmpty(text)
            ? "the port is missing; etcd's client port is usually 2379, write it out"
            : $"\"{text}\" is no port; write a number from 1 to 65535";
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535)
        {
            return false;
        }

        problem = "";
        return true;
    }

    private static bool TryHost(ref string host, out string problem)
    {
        // A trailing dot marks a full domain name (SRV targets have one); it is not part of the name that certificates carry.
        host = host.Length > 1 ? host.TrimEnd('.') : host;
        problem = "";
        if (host.Length == 0)
        {
            host = "localhost"; // as in Go: no host means this machine
            return true;
        }

        if (Uri.CheckHostName(host) == UriHostNameType.Unknown)
        {
            problem = $"\"{host}\" is no host name or IP address";
            return false;
        }

        return true;
    }
}
