using System.Collections.Concurrent;
using EtcdDefrag.Testing.Etcd;

namespace EtcdDefrag.Integration.Tests.Connecting;

/// <summary>One-member clusters of every kind, each started at its first use and shared by all cases of a test class.</summary>
public sealed class Servers : IAsyncDisposable
{
    public const string Password = "root-hunter2-pass:word";

    private readonly ConcurrentDictionary<(string Version, string Kind), Lazy<Task<EtcdCluster>>> _clusters = [];
    private readonly Jwt _jwt;

    public Servers() => _jwt = new Jwt(Pki);

    public Pki Pki { get; } = new();

    public Pki Stranger { get; } = new("a stranger's authority");

    public async Task<EtcdCluster> GetAsync(string version, string kind, CancellationToken cancellationToken)
    {
        var starting = _clusters.GetOrAdd((version, kind), _ => new Lazy<Task<EtcdCluster>>(() => StartAsync(version, kind, cancellationToken)));
        try
        {
            return await starting.Value;
        }
        catch
        {
            // It is one case that fails: the next one starts another.
            _clusters.TryRemove(KeyValuePair.Create((version, kind), starting));
            throw;
        }
    }

    /// <summary>A token that etcd issues for root.</summary>
    public static async Task<string> TokenAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        var answer = await cluster.Members[0].Gateway.CallAsync(
            "auth/authenticate", new System.Text.Json.Nodes.JsonObject { ["name"] = "root", ["password"] = Password }, cancellationToken);
        return answer["token"]!.GetValue<string>();
    }

    /// <summary>A token signed as etcd's own, for a moment in the past.</summary>
    public string ExpiredToken() => _jwt.Token("root", DateTimeOffset.UtcNow.AddDays(-1));

    /// <summary>A token that looks right and is signed by somebody else.</summary>
    public string ForeignToken()
    {
        using var stranger = new Jwt(Stranger);
        return stranger.Token("root", DateTimeOffset.UtcNow.AddDays(1));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var cluster in _clusters.Values.Where(cluster => cluster.Value.IsCompletedSuccessfully))
        {
            await (await cluster.Value).DisposeAsync();
        }

        _jwt.Dispose();
        Pki.Dispose();
        Stranger.Dispose();
    }

    private async Task<EtcdCluster> StartAsync(string version, string kind, CancellationToken cancellationToken)
    {
        var tls = kind switch
        {
            "tls" => Pki.Server(Pki.Issue("server", key: "rsa-pkcs1", chain: true)),
            "mutual tls" => Pki.Server(Pki.Issue("server"), clientCertificates: true),
            "common name" => Pki.Server(Pki.Issue("server"), clientCertificates: true),
            "expired" => Pki.Server(Pki.Issue("server", expired: true)),
            "no names" => Pki.Server(Pki.Issue("localhost", dns: [])),
            _ => null,
        };
        string[] arguments = kind switch
        {
            "simple token" => ["--bcrypt-cost=4"],
            "jwt" => ["--bcrypt-cost=4", "--auth-token=" + _jwt.ServerOption()],
            "common name" => ["--bcrypt-cost=4"],
            _ => [],
        };
        var cluster = await EtcdCluster.StartAsync(EtcdBinaries.Of(version), cancellationToken, new ClusterOptions
        {
            Members = 1,
            Arguments = arguments,
            Configure = (_, options) => options with { Tls = tls },
        });
        try
        {
            if (kind is "simple token" or "jwt" or "common name")
            {
                await EnableAuthAsync(cluster, tls, withPasswords: kind != "common name", cancellationToken);
            }

            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>root has the root role, joe has none.</summary>
    public static async Task EnableAuthAsync(EtcdCluster cluster, EtcdTls? tls, bool withPasswords, CancellationToken cancellationToken)
    {
        string[][] commands =
        [
            withPasswords ? ["user", "add", "root", "--new-user-password", Password] : ["user", "add", "root", "--no-password"],
            withPasswords ? ["user", "add", "joe", "--new-user-password", Password] : ["user", "add", "joe", "--no-password"],
            ["role", "add", "root"],
            ["user", "grant-role", "root", "root"],
            ["auth", "enable"],
        ];
        foreach (var command in commands)
        {
            (await cluster.Control.RunAsync([.. tls?.ClientArguments() ?? [], .. command], cancellationToken)).EnsureSuccess();
        }
    }
}
