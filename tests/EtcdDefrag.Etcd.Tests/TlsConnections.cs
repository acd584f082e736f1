using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Etcd.Net;
using EtcdDefrag.Etcd.Tests.Faults;

namespace EtcdDefrag.Etcd.Tests;

/// <summary>TLS done right connects; each wrong way is told in words, and nothing is sent.</summary>
public sealed class TlsConnections : IDisposable
{
    private readonly TestCertificates _certificates = new();

    public void Dispose() => _certificates.Dispose();

    [Fact]
    public async Task Server_of_the_named_ca_is_trusted_over_one_connection()
    {
        await using var server = new FaultServer(AnswerAll, TestCertificates.Server(_certificates.Issue("member-1", address: IPAddress.Loopback)));
        using var client = Client(new ConnectionOptions { CaFile = _certificates.CaFile });

        await client.DefragmentAsync(server.Endpoint, FaultCase.LongWait, TestContext.Current.CancellationToken);
        await client.DefragmentAsync(server.Endpoint, FaultCase.LongWait, TestContext.Current.CancellationToken);

        Assert.Equal((2, 1), (server.Defragments, client.ConnectionsOpened));
    }

    [Fact]
    public async Task Bundle_of_several_cas_trusts_each_of_them()
    {
        using var other = new TestCertificates("another CA");
        var bundle = _certificates.Write("bundle.crt", other.Ca.ExportCertificatePem() + "\n" + _certificates.Ca.ExportCertificatePem());
        await using var server = new FaultServer(AnswerAll, TestCertificates.Server(_certificates.Issue("member-1", address: IPAddress.Loopback)));
        using var client = Client(new ConnectionOptions { CaFile = bundle });

        await client.DefragmentAsync(server.Endpoint, FaultCase.LongWait, TestContext.Current.CancellationToken);

        Assert.Equal(1, server.Defragments);
    }

    [Theory]
    [InlineData("member-1")]
    [InlineData("MEMBER-1")]
    public async Task Name_to_verify_can_be_given(string name)
    {
        await using var server = new FaultServer(AnswerAll, TestCertificates.Server(_certificates.Issue("member-1")));
        using var client = Client(new ConnectionOptions { CaFile = _certificates.CaFile, TlsServerName = name });

        await client.DefragmentAsync(server.Endpoint, FaultCase.LongWait, TestContext.Current.CancellationToken);

        Assert.Equal(1, server.Defragments);
    }

    [Fact]
    public async Task Verification_can_be_switched_off()
    {
        await using var server = new FaultServer(AnswerAll, TestCertificates.Server(_certificates.Issue("member-1", TimeSpan.FromDays(-1))));
        using var client = Client(new ConnectionOptions { InsecureSkipTlsVerify = true });

        await client.DefragmentAsync(server.Endpoint, FaultCase.LongWait, TestContext.Current.CancellationToken);

        Assert.Equal(1, server.Defragments);
    }

    [Fact]
    public async Task Unknown_issuer_is_named()
    {
        using var other = new TestCertificates("another CA");

        var message = await RefusedAsync(_certificates.Issue("member-1", address: IPAddress.Loopback), other.CaFile);

        Assert.Contains("CN=the tests' CA", message, StringComparison.Ordinal);
        Assert.Contains("--cacert", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_host_is_told_with_the_names_that_the_certificate_has()
    {
        var message = await RefusedAsync(_certificates.Issue("member-1", address: IPAddress.Parse("10.1.2.3")), _certificates.CaFile);

        Assert.Contains("\"127.0.0.1\"", message, StringComparison.Ordinal);
        Assert.Contains("member-1, 10.1.2.3", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Expired_certificate_is_told_with_its_date()
    {
        var certificate = _certificates.Issue("member-1", TimeSpan.FromDays(-10), IPAddress.Loopback);

        var message = await RefusedAsync(certificate, _certificates.CaFile);

        Assert.Contains("expired on " + certificate.NotAfter.ToUniversalTime().ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_without_http2_is_no_etcd()
    {
        await using var server = new FaultServer(AnswerAll, TestCertificates.Server(_certificates.Issue("m", address: IPAddress.Loopback), SslApplicationProtocol.Http11));

        var error = await DefragmentAsync(server.Endpoint, _certificates.CaFile);

        Assert.Contains("HTTP/2", error.Message, StringComparison.Ordinal);
        Assert.False(error.RequestMayHaveRun);
    }

    [Fact]
    public async Task Plain_web_server_behind_an_https_endpoint_is_recognised()
    {
        await using var server = new FaultServer(peer => peer.RawAsync(Encoding.ASCII.GetBytes("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")));

        var error = await DefragmentAsync(Endpoint.Parse($"https://127.0.0.1:{server.Port}"), _certificates.CaFile);

        Assert.Equal((NoAnswerKind.TlsFailed, false), (error.Kind, error.RequestMayHaveRun));
        Assert.Contains("HTTP/1.1", error.Message, StringComparison.Ordinal);
        Assert.Contains("http://", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Port_that_closes_when_tls_is_offered_is_explained()
    {
        await using var server = new FaultServer(peer =>
        {
            peer.Close();
            return Task.CompletedTask;
        });

        var error = await DefragmentAsync(Endpoint.Parse($"https://127.0.0.1:{server.Port}"), _certificates.CaFile);

        Assert.Equal(NoAnswerKind.TlsFailed, error.Kind);
        Assert.Contains("does not speak TLS", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Garbage_after_the_handshake_is_no_answer()
    {
        await using var server = new FaultServer(
            async peer =>
            {
                await peer.RawAsync([.. Enumerable.Range(0, 20_000).Select(i => (byte)(i * 31))]);
                await peer.WaitForEverAsync();
            },
            TestCertificates.Server(_certificates.Issue("m", address: IPAddress.Loopback)));

        var error = await DefragmentAsync(server.Endpoint, _certificates.CaFile);

        Assert.Contains(error.Kind, new[] { NoAnswerKind.ProtocolError, NoAnswerKind.ConnectionLost });
    }

    [Theory]
    [InlineData(new byte[] { 0x15, 3, 1, 0, 2, 2, 70 })] // the alert "protocol version"
    [InlineData(new byte[] { 0x15, 3, 2, 0, 2, 2, 70 })]
    public async Task Server_that_knows_no_tls_newer_than_1_1_is_refused(byte[] answer)
    {
        await using var server = new FaultServer(async peer =>
        {
            await peer.RawAsync(answer);
            await peer.WaitForEverAsync();
        });

        var error = await DefragmentAsync(Endpoint.Parse($"https://127.0.0.1:{server.Port}"), _certificates.CaFile);

        Assert.Equal(NoAnswerKind.TlsFailed, error.Kind);
        Assert.Contains("does not speak TLS 1.2 or newer", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Handshake_that_never_ends_is_given_up_after_the_dial_timeout()
    {
        var time = new StoppedTime();
        await using var server = new FaultServer(async peer =>
        {
            await peer.ReadAsync(1); // the greeting: it is connected
            time.Run();
            await peer.WaitForEverAsync();
        });
        using var client = EtcdClusterClient.Create(new ConnectionOptions { CaFile = _certificates.CaFile, DialTimeout = FaultCase.ShortWait }, time);

        var error = await Assert.ThrowsAsync<NoAnswerException>(() =>
            client.DefragmentAsync(Endpoint.Parse($"https://127.0.0.1:{server.Port}"), FaultCase.LongWait, TestContext.Current.CancellationToken));

        Assert.Equal((NoAnswerKind.TlsFailed, false), (error.Kind, error.RequestMayHaveRun));
        Assert.Contains("--dial-timeout", error.Message, StringComparison.Ordinal);
    }

    private static EtcdClusterClient Client(ConnectionOptions options) => EtcdClusterClient.Create(options, TimeProvider.System);

    private static async Task AnswerAll(Peer peer)
    {
        for (var id = await peer.TakeRequestAsync(); ; id = await peer.NextRequestAsync())
        {
            await peer.OkHeadersAsync(id);
            await peer.DataAsync(id, Peer.Frame([]));
            await peer.OkTrailersAsync(id);
        }
    }

    private static async Task<string> RefusedAsync(X509Certificate2 certificate, string caFile)
    {
        await using var server = new FaultServer(AnswerAll, TestCertificates.Server(certificate));

        var error = await DefragmentAsync(server.Endpoint, caFile);

        Assert.Equal((NoAnswerKind.TlsFailed, false), (error.Kind, error.RequestMayHaveRun));
        Assert.Equal(0, server.Defragments);
        return error.Message;
    }

    private static async Task<NoAnswerException> DefragmentAsync(Endpoint endpoint, string caFile)
    {
        using var client = Client(new ConnectionOptions { CaFile = caFile, DialTimeout = TimeSpan.FromSeconds(30) });
        return await Assert.ThrowsAsync<NoAnswerException>(() => client.DefragmentAsync(endpoint, FaultCase.LongWait, TestContext.Current.CancellationToken));
    }
}
