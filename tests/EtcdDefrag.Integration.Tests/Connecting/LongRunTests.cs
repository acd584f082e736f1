using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Etcd;

namespace EtcdDefrag.Integration.Tests.Connecting;

/// <summary>Tokens that expire while the run waits between two members.</summary>
public sealed class LongRunTests : IDisposable
{
    private readonly Pki _pki = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _pki.Dispose();

    [Theory]
    [InlineData("simple")]
    [InlineData("jwt")]
    public async Task Token_that_expires_between_two_members_is_renewed(string kind)
    {
        using var jwt = new Jwt(_pki);
        await using var cluster = await EtcdCluster.StartAsync(EtcdBinaries.Newest, Stop, new ClusterOptions
        {
            Members = 2,
            Arguments = ["--bcrypt-cost=4", .. kind == "jwt" ? (string[])["--auth-token=" + jwt.ServerOption(ttl: "5s")] : ["--auth-token-ttl=5"]],
        });
        await Servers.EnableAuthAsync(cluster, null, withPasswords: true, Stop);

        var result = await Tool.RunAsync(["--endpoints", cluster.Endpoints, "--user", "root:" + Servers.Password, "--wait-between-defrags", "8s", "--debug"], Stop);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(2, cluster.Defragmentations.Count);
        Assert.Contains(result.ErrorLines, line => line.StartsWith("debug:", StringComparison.Ordinal) && line.Contains("Unauthenticated", StringComparison.Ordinal));
        // On each of the two members one at the start, and one whenever a token, which is good for 4 s at least, has expired.
        Assert.InRange(result.ErrorLines.Count(line => line.StartsWith("debug: Authenticate", StringComparison.Ordinal)), 2, 2 * (1 + (int)result.Took.TotalSeconds / 4));
    }
}
