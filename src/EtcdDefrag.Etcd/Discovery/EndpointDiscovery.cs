using DnsClient.Protocol;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Text;

namespace EtcdDefrag.Etcd.Discovery;

/// <summary>Finds a cluster's endpoints through the SRV records of a domain, as etcd's own client does.</summary>
/// <remarks>Source: etcd client/pkg/srv/srv.go, GetClient.</remarks>
/// <param name="resolvConf">The text of the system's resolver configuration.</param>
/// <param name="patience">How long to wait for one DNS server's answer (<c>--dial-timeout</c>).</param>
/// <param name="time">The clock.</param>
/// <param name="random">A number from 0 up to, not including, the given one.</param>
public sealed class EndpointDiscovery(string resolvConf, TimeSpan patience, TimeProvider time, Func<int, int> random)
{
    private readonly SrvResolver _resolver = new(ResolvConf.Parse(resolvConf), patience, time);

    /// <summary>Looks up both services side by side, the one with TLS first in the result.</summary>
    /// <param name="domain">The domain; with a trailing dot it is absolute and no search domains are tried.</param>
    /// <param name="serviceName">What is added to the services' names after a dash; null or empty: nothing.</param>
    /// <param name="timeout">How long it may take in all.</param>
    /// <param name="cancellationToken">The caller's wish to stop.</param>
    /// <exception cref="DiscoveryException">Neither service was found.</exception>
    public async Task<DiscoveredEndpoints> FindAsync(
        string domain, string? serviceName, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var suffix = string.IsNullOrEmpty(serviceName) ? "" : "-" + serviceName;
        var secure = LookUpAsync($"_etcd-client-ssl{suffix}._tcp.{domain}", "https", timeout, cancellationToken);
        var plain = LookUpAsync($"_etcd-client{suffix}._tcp.{domain}", "http", timeout, cancellationToken);
        Found[] found = [await secure, await plain];
        if (found[0].Problem is { } one && found[1].Problem is { } other)
        {
            throw new DiscoveryException($"dns lookup errors: {one} and {other}");
        }

        return new DiscoveredEndpoints(
            [.. found.SelectMany(service => service.Endpoints).Distinct()],
            [.. found.SelectMany(service => service.Notes)]);
    }

    private async Task<Found> LookUpAsync(string name, string scheme, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var timer = Net.Timers.After(timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            var records = await _resolver.LookupAsync(name, both.Token);
            return Read(name, scheme, SrvOrder.Of(records, random));
        }
        catch (DnsException e)
        {
            return new Found([], [], e.Message);
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new Found([], [], $"lookup {name}: no answer within {ShortTime.Of(timeout)} (--command-timeout)");
        }
    }

    private static Found Read(string name, string scheme, IReadOnlyList<SrvRecord> records)
    {
        var endpoints = new List<Endpoint>();
        var notes = new List<string>();
        foreach (var record in records)
        {
            // Targets come without their trailing dot: certificates have none, and verification would fail.
            var text = Printable.Of($"{scheme}://{record.Target.Value.TrimEnd('.')}:{record.Port}");
            if (Endpoint.TryParse(text, out var endpoint, out var problem))
            {
                endpoints.Add(endpoint);
            }
            else
            {
                notes.Add($"ignoring the SRV record {text} of {name}: {problem}");
            }
        }

        return new Found(endpoints, notes, null);
    }

    private sealed record Found(IReadOnlyList<Endpoint> Endpoints, IReadOnlyList<string> Notes, string? Problem);
}

/// <summary>What was discovered.</summary>
/// <param name="Endpoints">The endpoints, in the order in which to try them, each once.</param>
/// <param name="Notes">Records that could not be used, in words.</param>
public sealed record DiscoveredEndpoints(IReadOnlyList<Endpoint> Endpoints, IReadOnlyList<string> Notes);

/// <summary>The domain's records name no endpoints, or could not be looked up.</summary>
/// <param name="message">Why, with both names.</param>
#pragma warning disable CA1032 // standard constructors: an error without its words must not exist
public sealed class DiscoveryException(string message) : Exception(message);
