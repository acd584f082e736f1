using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Etcd;
using EtcdDefrag.Testing.Processes;

namespace EtcdDefrag.Integration.Tests.Connecting;

/// <summary>Endpoints from the SRV records of a real DNS server, dnsmasq, through the built binary on real clusters.</summary>
public sealed class DiscoveryTests : IDisposable
{
    private const string Domain = "cluster.test";
    private readonly Pki _pki = new();

    /// <summary>What failing discoveries say; docs/connecting.md lists each.</summary>
    public static IReadOnlyList<string> Messages { get; } =
        ["dns lookup errors:", "no DNS server helped", "ignoring discovered insecure endpoint", "all that were found are without TLS"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _pki.Dispose();

    [Fact]
    public async Task Members_that_the_domain_names_are_defragmented_and_nobody_else_is_asked()
    {
        await using var cluster = await EtcdCluster.StartAsync(EtcdBinaries.Newest, Stop);
        using var dns = await Dns.StartAsync(_pki, [.. cluster.Members.Select(member => Srv("_etcd-client", Port(member)))]);

        var result = await RunAsync(dns, ["--discovery-srv", Domain, "--endpoints", "127.0.0.1:1", "--log-timestamps=false"]);

        Assert.Equal(0, result.ExitCode);
        Assert.DoesNotContain("ETCD_DEFRAG_RESOLV_CONF", result.Error, StringComparison.Ordinal);
        Assert.Equal(3, cluster.Defragmentations.Count);
        Assert.All(cluster.Members, member => Assert.Contains($"Defragmenting endpoint \"http://localhost:{Port(member)}\"", result.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Service_name_is_part_of_the_name_that_is_looked_up()
    {
        await using var cluster = await OneAsync();
        using var dns = await Dns.StartAsync(_pki, [Srv("_etcd-client-prod", Port(cluster.Members[0])), Srv("_etcd-client", 1)]);

        var result = await RunAsync(dns, ["-d", Domain + ".", "--discovery-srv-name", "prod"]);

        Assert.Equal(0, result.ExitCode);
        Assert.Single(cluster.Defragmentations);
    }

    [Fact]
    public async Task Without_trust_in_discovery_http_is_dropped_and_the_certificate_must_be_the_domains()
    {
        var tls = _pki.Server(_pki.Issue("server", dns: [Domain]));
        await using var cluster = await OneAsync(tls);
        var port = Port(cluster.Members[0]);
        using var dns = await Dns.StartAsync(_pki, [Srv("_etcd-client-ssl", port), Srv("_etcd-client", port)]);

        var trusting = await RunAsync(dns, ["--discovery-srv", Domain, "--cacert", tls.CaFile, "--dry-run"]);
        var careful = await RunAsync(dns, ["--discovery-srv", Domain, "--cacert", tls.CaFile, "--insecure-discovery=false"]);

        Assert.NotEqual(0, trusting.ExitCode);
        Assert.Contains("is not valid for \"localhost\" but for " + Domain, trusting.Error, StringComparison.Ordinal);
        Assert.Equal(0, careful.ExitCode);
        Assert.Contains($"ignoring discovered insecure endpoint \"http://localhost:{port}\"\n", careful.Error, StringComparison.Ordinal);
        Assert.Single(cluster.Defragmentations);
    }

    [Fact]
    public async Task Certificate_for_the_host_alone_is_refused_without_trust_in_discovery()
    {
        var tls = _pki.Server(_pki.Issue("server"));
        await using var cluster = await OneAsync(tls);
        using var dns = await Dns.StartAsync(_pki, [Srv("_etcd-client-ssl", Port(cluster.Members[0]))]);

        var careful = await RunAsync(dns, ["--discovery-srv", Domain, "--cacert", tls.CaFile, "--insecure-discovery=false"]);

        Assert.Equal(4, careful.ExitCode);
        Assert.Contains($"is not valid for \"{Domain}\"", careful.Error, StringComparison.Ordinal);
        Assert.Empty(cluster.Defragmentations);
    }

    [Fact]
    public async Task Nothing_but_http_is_nothing_without_trust_in_discovery()
    {
        using var dns = await Dns.StartAsync(_pki, [Srv("_etcd-client", 2379)]);

        var result = await RunAsync(dns, ["--discovery-srv", Domain, "--insecure-discovery=false"]);

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("ignoring discovered insecure endpoint \"http://localhost:2379\"", result.Error, StringComparison.Ordinal);
        Assert.Contains("all that were found are without TLS", result.Error, StringComparison.Ordinal);
        Assert.Contains("Nothing was changed.", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_too_long_for_a_datagram_comes_over_tcp()
    {
        const int Others = 60;
        await using var cluster = await OneAsync();
        using var dns = await Dns.StartAsync(
            _pki, [Srv("_etcd-client", Port(cluster.Members[0]), priority: 0), .. Enumerable.Range(1, Others).Select(port => Srv("_etcd-client", port, priority: 9))]);

        var result = await RunAsync(dns, ["--discovery-srv", Domain, "--cluster", "--debug"]);

        Assert.Equal(0, result.ExitCode);
        var discovered = result.ErrorLines.Single(line => line.Contains("discovered by DNS", StringComparison.Ordinal));
        Assert.Equal(Others + 1, discovered.Split(", ").Length);
        Assert.Single(cluster.Defragmentations);
    }

    [Fact]
    public async Task Alias_of_the_service_is_followed()
    {
        await using var cluster = await OneAsync();
        using var dns = await Dns.StartAsync(
            _pki, [$"--srv-host=_etcd._tcp.elsewhere.test,localhost,{Port(cluster.Members[0])}", $"--cname=_etcd-client._tcp.{Domain},_etcd._tcp.elsewhere.test"]);

        var result = await RunAsync(dns, ["--discovery-srv", Domain]);

        Assert.Equal(0, result.ExitCode);
        Assert.Single(cluster.Defragmentations);
    }

    [Fact]
    public async Task Domain_without_records_is_told_with_both_names()
    {
        using var dns = await Dns.StartAsync(_pki, []);

        var result = await RunAsync(dns, ["--discovery-srv", Domain]);

        Assert.Equal(4, result.ExitCode);
        Assert.Contains(
            $"dns lookup errors: lookup _etcd-client-ssl._tcp.{Domain} on 127.0.0.1:{dns.Port}: no such host and lookup _etcd-client._tcp.{Domain} on 127.0.0.1:{dns.Port}: no such host",
            result.Error,
            StringComparison.Ordinal);
        Assert.Contains("Nothing was changed.", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dead_dns_server_is_passed_over_and_where_there_is_no_other_it_is_named()
    {
        await using var cluster = await OneAsync();
        using var dns = await Dns.StartAsync(_pki, [Srv("_etcd-client", Port(cluster.Members[0]))]);
        var dead = $"nameserver 127.0.0.1:{FreePort.Next()}\noptions attempts:1\n";

        var beside = await RunAsync(_pki.Write("beside.conf", dead + dns.Line), ["--discovery-srv", Domain]);
        var alone = await RunAsync(_pki.Write("alone.conf", dead), ["--discovery-srv", Domain]);

        Assert.Equal((0, 4), (beside.ExitCode, alone.ExitCode));
        Assert.Contains("no DNS server helped", alone.Error, StringComparison.Ordinal);
        Assert.Contains("connection refused", alone.Error, StringComparison.Ordinal);
        Assert.Single(cluster.Defragmentations);
    }

    private static Task<EtcdCluster> OneAsync(EtcdTls? tls = null) =>
        EtcdCluster.StartAsync(EtcdBinaries.Newest, Stop, new ClusterOptions { Members = 1, Configure = (_, options) => options with { Tls = tls } });

    private static Task<ProcessResult> RunAsync(Dns dns, string[] arguments) => RunAsync(dns.ResolvConf, arguments);

    private static Task<ProcessResult> RunAsync(string resolvConf, string[] arguments) =>
        Tool.RunAsync(arguments, Stop, new Dictionary<string, string> { ["ETCD_DEFRAG_RESOLV_CONF"] = resolvConf });

    private static int Port(EtcdMember member) => new Uri(member.ClientUrl).Port;

    private static string Srv(string service, int port, int priority = 0) => $"--srv-host={service}._tcp.{Domain},localhost,{port},{priority}";

    /// <summary>dnsmasq, which knows these records and nothing else.</summary>
    private sealed class Dns : IDisposable
    {
        private readonly RunningProcess _process;

        private Dns(RunningProcess process, int port, Pki pki)
        {
            _process = process;
            Port = port;
            ResolvConf = pki.Write($"resolv-{port}.conf", Line);
        }

        public int Port { get; }

        public string Line => $"nameserver 127.0.0.1:{Port}\n";

        public string ResolvConf { get; }

        public static async Task<Dns> StartAsync(Pki pki, string[] records)
        {
            for (var attempt = 1; ; attempt++)
            {
                var port = FreePort.Next();
                string[] arguments =
                [
                    "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", $"--port={port}", "--listen-address=127.0.0.1",
                    "--bind-interfaces", "--pid-file", "--log-facility=-", "--local=/test/", .. records,
                ];
                var process = await RunningProcess.StartAsync("/usr/sbin/dnsmasq", arguments, new Dictionary<string, string>());
                try
                {
                    await process.WaitForLineAsync("started", Stop);
                    return new Dns(process, port, pki);
                }
                catch (InvalidOperationException) when (attempt < 3)
                {
                    process.Dispose(); // the port was taken in between
                }
            }
        }

        public void Dispose() => _process.Dispose();
    }
}
