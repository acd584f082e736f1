using System.Security.Cryptography;
using EtcdDefrag.Cli;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Etcd.Discovery;
using EtcdDefrag.Etcd.Net;

namespace EtcdDefrag;

/// <summary>Where the endpoints come from: the user, or the SRV records of a domain, which then take the
/// place of the user's.</summary>
internal static class EndpointSource
{
    private const string ResolvConf = "/etc/resolv.conf";

    /// <summary>Finds the endpoints to begin with.</summary>
    /// <returns>At least one endpoint; or why there is none, for the user, and the kind of reason.</returns>
    public static async Task<(IReadOnlyList<Endpoint> Endpoints, string? Problem, StopReason Reason)> FindAsync(
        Settings settings, TextWriter error, TimeProvider time, CancellationToken cancellationToken)
    {
        if (settings.Discovery is not { } options)
        {
            return (settings.Endpoints, null, default);
        }

        DiscoveredEndpoints found;
        try
        {
            var discovery = new EndpointDiscovery(ReadResolvConf(options.ResolvConf), settings.Connection.DialTimeout, time,
                RandomNumberGenerator.GetInt32);
            found = await discovery.FindAsync(options.Domain, options.ServiceName, settings.Defrag.CommandTimeout,
                cancellationToken);
        }
        catch (DiscoveryException e)
        {
            return ([], $"--discovery-srv {options.Domain}: {e.Message}", StopReason.NoAccess);
        }

        Tell(found, settings.Output.Debug, error, time);
        var endpoints = options.InsecureDiscovery ? found.Endpoints : Secure(found.Endpoints, error);
        return endpoints.Count > 0 ? (endpoints, null, default) : ([], NothingLeft(options, found), StopReason.Refused);
    }

    private static void Tell(DiscoveredEndpoints found, bool debug, TextWriter error, TimeProvider time)
    {
        foreach (var note in found.Notes)
        {
            error.WriteLine(note);
        }

        if (debug)
        {
            error.WriteLine($"debug: discovered by DNS at {time.GetLocalNow():HH:mm:ss.fff}: {string.Join(", ", found.Endpoints)}");
        }
    }

    private static List<Endpoint> Secure(IReadOnlyList<Endpoint> endpoints, TextWriter error)
    {
        var secure = new List<Endpoint>();
        foreach (var endpoint in endpoints)
        {
            if (endpoint.Scheme == EndpointScheme.Http)
            {
                error.WriteLine($"ignoring discovered insecure endpoint \"{endpoint}\""); // etcdctl's words
            }
            else
            {
                secure.Add(endpoint);
            }
        }

        return secure;
    }

    private static string NothingLeft(DiscoveryOptions options, DiscoveredEndpoints found) => found.Endpoints.Count > 0
        ? $"--discovery-srv {options.Domain}: no endpoint is left: all that were found are without TLS, which --insecure-discovery=false does not accept; publish _etcd-client-ssl records, or leave that flag out"
        : $"--discovery-srv {options.Domain}: no endpoint is left: none of its SRV records names a host and a port";

    private static string ReadResolvConf(string? path)
    {
        try
        {
            return File.ReadAllText(path ?? ResolvConf);
        }
        catch (Exception e) when (path is null && e is IOException or UnauthorizedAccessException)
        {
            return ""; // the defaults hold then, as for every resolver: a server on this machine
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ConnectionOptionsException(EnvironmentValues.ResolvConf, $"the file \"{path}\" can't be read", e);
        }
    }
}
