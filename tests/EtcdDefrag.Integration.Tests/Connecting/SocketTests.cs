using System.Net;
using System.Net.Sockets;
using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Etcd;

namespace EtcdDefrag.Integration.Tests.Connecting;

/// <summary>Unix domain sockets and IPv6.</summary>
public sealed class SocketTests : IDisposable
{
    private readonly Pki _pki = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _pki.Dispose();

    [Theory]
    [InlineData("unix://")]
    [InlineData("unix:")]
    public async Task Unix_socket_leads_to_its_member(string scheme)
    {
        var socket = Path.Combine(_pki.Folder, "etcd.sock");
        await using var cluster = await StartAsync(null, "unix://" + socket);

        var result = await Tool.RunAsync(["--endpoints", scheme + socket, "--log-timestamps=false"], Stop);

        Assert.Equal(0, result.ExitCode);
        Assert.Contains($"Defragmenting endpoint \"{scheme}{socket}\"", result.Output, StringComparison.Ordinal);
        Assert.Single(cluster.Defragmentations);
    }

    [Fact]
    public async Task Unix_socket_with_tls_is_verified_by_its_file_name_unless_another_name_is_given()
    {
        var socket = Path.Combine(_pki.Folder, "etcd.sock");
        var tls = _pki.Server(_pki.Issue("server"));
        await using var cluster = await StartAsync(tls, "unixs://" + socket);

        var named = await Tool.RunAsync(["--endpoints", "unixs://" + socket, "--cacert", tls.CaFile, "--tls-server-name", "localhost"], Stop);
        var unnamed = await Tool.RunAsync(["--endpoints", "unixs://" + socket, "--cacert", tls.CaFile], Stop);

        Assert.Equal((0, 4), (named.ExitCode, unnamed.ExitCode));
        Assert.Contains("is not valid for \"etcd.sock\"", unnamed.Error, StringComparison.Ordinal);
        Assert.Single(cluster.Defragmentations);
    }

    [Fact]
    public async Task Missing_socket_is_told_as_such()
    {
        var result = await Tool.RunAsync(["--endpoints", "unix:///nowhere/etcd.sock"], Stop);

        Assert.Equal(4, result.ExitCode);
        Assert.Contains("there is no such socket", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ipv6_literal_leads_to_its_member(bool withTls)
    {
        Assert.SkipUnless(HasIpv6(), "this machine has no IPv6 loopback");
        var tls = withTls ? _pki.Server(_pki.Issue("server")) : null;
        var endpoint = $"[::1]:{FreePort.Next()}";
        await using var cluster = await StartAsync(tls, $"{(withTls ? "https" : "http")}://{endpoint}");

        var result = await Tool.RunAsync(["--endpoints", endpoint, "--log-timestamps=false", .. withTls ? (string[])["--cacert", tls!.CaFile] : []], Stop);

        Assert.Equal(0, result.ExitCode);
        Assert.Contains($"Defragmenting endpoint \"{endpoint}\"", result.Output, StringComparison.Ordinal);
        Assert.Single(cluster.Defragmentations);
    }

    private static Task<EtcdCluster> StartAsync(EtcdTls? tls, string alsoListen) => EtcdCluster.StartAsync(EtcdBinaries.Newest, Stop, new ClusterOptions
    {
        Members = 1,
        Configure = (_, options) =>
        {
            options = options with { Tls = tls };
            return options with { Arguments = [.. options.Arguments, $"--listen-client-urls={options.ClientUrl},{alsoListen}"] };
        },
    });

    private static bool HasIpv6()
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
