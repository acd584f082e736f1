using System.Globalization;
using System.Net;

namespace EtcdDefrag.Etcd.Discovery;

/// <summary>The system's resolver configuration, as far as it concerns one kind of question.</summary>
/// <remarks>Source: man 5 resolv.conf; limits as glibc and Go have them.</remarks>
internal sealed record ResolvConf
{
    private const int DnsPort = 53;
    private const int MaxServers = 3;
    private const int MaxDots = 15;
    private const int MaxAttempts = 5;
    private const int MaxSeconds = 30;
    private const int MaxNameLength = 253;

    /// <summary>The servers to ask, in this order; at most 3, never none.</summary>
    public IReadOnlyList<IPEndPoint> Servers { get; private init; } = [new(IPAddress.Loopback, DnsPort)];

    /// <summary>The domains in which a name that is not absolute is looked for as well.</summary>
    public IReadOnlyList<string> Search { get; private init; } = [];

    /// <summary>A name with this many dots is tried as it is before it is tried in those domains.</summary>
    public int Dots { get; private init; } = 1;

    /// <summary>How long to wait for one answer.</summary>
    public TimeSpan Timeout { get; private init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often to go through the list of servers.</summary>
    public int Attempts { get; private init; } = 2;

    /// <summary>Reads the file's text. What it does not understand it leaves out, as every resolver does.</summary>
    /// <remarks>Beyond the usual, a server may have a port, <c>127.0.0.1:5353</c> or <c>[::1]:5353</c>: for
    /// tests and split DNS.</remarks>
    public static ResolvConf Parse(string text)
    {
        var conf = new ResolvConf();
        var servers = new List<IPEndPoint>();
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            switch (words)
            {
                case ["nameserver", var server, ..] when servers.Count < MaxServers && TryServer(server) is { } address:
                    servers.Add(address);
                    break;
                case ["search" or "domain", .. var domains]:
                    conf = conf with
                    {
                        Search = [.. domains.Select(domain =>
                        domain.Trim('.')).Where(domain => domain.Length > 0)]
                    };
                    break;
                case ["options", .. var options]:
                    conf = options.Aggregate(conf, Apply);
                    break;
                default:
                    break;
            }
        }

        return servers.Count > 0 ? conf with { Servers = servers } : conf;
    }

    /// <summary>The names to ask for, in this order: an absolute name (with a trailing dot) alone, others
    /// also in the search domains.</summary>
    public IReadOnlyList<string> Candidates(string name)
    {
        var plain = name.TrimEnd('.');
        if (name.EndsWith('.'))
        {
            return [plain];
        }

        var inDomains = Search.Select(domain => $"{plain}.{domain}").Where(candidate => candidate.Length <= MaxNameLength);
        return plain.Count(c => c == '.') >= Dots ? [plain, .. inDomains] : [.. inDomains, plain];
    }

    private static ResolvConf Apply(ResolvConf conf, string option)
    {
        var parts = option.Split(':');
        if (parts.Length != 2 || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return conf;
        }

        return parts[0] switch
        {
            "ndots" => conf with { Dots = Math.Min(number, MaxDots) },
            "timeout" => conf with { Timeout = TimeSpan.FromSeconds(Math.Clamp(number, 1, MaxSeconds)) },
            "attempts" => conf with { Attempts = Math.Clamp(number, 1, MaxAttempts) },
            _ => conf,
        };
    }

    private static IPEndPoint? TryServer(string text)
    {
        if (IPAddress.TryParse(text, out var address) && !text.StartsWith('['))
        {
            return new IPEndPoint(address, DnsPort);
        }

        return IPEndPoint.TryParse(text, out var server) && server.Port > 0 ? server : null;
    }
}
