using System.Net;
using System.Net.Sockets;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Etcd.Net;

namespace EtcdDefrag.Etcd.Tests;

/// <summary>A member whose metrics page does not tell its quota has the default; one whose page could not be read has one that we don't know.</summary>
public sealed class QuotaPages : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly EtcdClusterClient _client = EtcdClusterClient.Create(new ConnectionOptions(), TimeProvider.System);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _client.Dispose();
        _listener.Dispose();
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK", "etcd_server_quota_backend_bytes 2.0e+07\n", 20_000_000L)]
    [InlineData("HTTP/1.1 200 OK", "something_else 1\n", null)]
    [InlineData("HTTP/1.1 404 Not Found", "no such page\n", null)]
    public async Task A_page_tells_the_quota_or_does_not(string status, string page, long? quota)
    {
        var read = Read();
        using var server = await _listener.AcceptTcpClientAsync(Stop);
        await using var stream = server.GetStream();
        using var reader = new StreamReader(stream);
        while (!string.IsNullOrEmpty(await reader.ReadLineAsync(Stop)))
        {
            // The request ends with an empty line.
        }

        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"{status}\r\nContent-Length: {page.Length}\r\n\r\n{page}"), Stop);

        Assert.Equal(quota, (await read)?.Quota?.Bytes);
    }

    [Theory]
    [InlineData("http://{host}:2381", "10.0.0.1:2379", "http://10.0.0.1:2381", "/metrics")]
    [InlineData("http://{host}:2381/", "https://[::1]:2379", "http://[::1]:2381", "/metrics")]
    [InlineData("https://metrics.{host}:443/etcd/metrics", "etcd-1.example:2379", "https://metrics.etcd-1.example:443", "/etcd/metrics")]
    [InlineData("http://127.0.0.1:2381", "unix:///run/etcd.sock", "http://127.0.0.1:2381", "/metrics")]
    [InlineData("http://{host}:2381", "unix:///run/etcd.sock", "http://localhost:2381", "/metrics")]
    public void The_page_may_be_elsewhere(string url, string endpoint, string address, string path)
    {
        Assert.True(MetricsUrl.TryParse(url, out var parsed, out _));

        Assert.Equal((address, path), (parsed.For(Endpoint.Parse(endpoint)).Text, parsed.Path));
    }

    [Theory]
    [InlineData("{host}:2381", "begin with http")]
    [InlineData("ftp://{host}:2381", "begin with http")]
    [InlineData("http://{host}", "port is missing")]
    [InlineData("http://{host}:2381/{host}", "path")]
    [InlineData("http://{host}:2381/metrics?name=x", "path")]
    [InlineData("http://u:p@{host}:2381", "credentials")]
    public void A_bad_url_is_told_what_is_wrong(string url, string words)
    {
        Assert.False(MetricsUrl.TryParse(url, out _, out var problem));
        Assert.Contains(words, problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_read_where_the_url_says()
    {
        _listener.Start();
        Assert.True(MetricsUrl.TryParse($"http://{{host}}:{((IPEndPoint)_listener.LocalEndpoint).Port}/etcd/page", out var url, out _));
        using var client = EtcdClusterClient.Create(new ConnectionOptions { MetricsUrl = url }, TimeProvider.System);

        var read = client.ReadMetricsAsync(Endpoint.Parse("http://127.0.0.1:1"), Patience, Stop);
        using var server = await _listener.AcceptTcpClientAsync(Stop);
        await using var stream = server.GetStream();
        using var reader = new StreamReader(stream);
        var request = await reader.ReadLineAsync(Stop);
        await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 35\r\n\r\netcd_server_quota_backend_bytes 7.0"u8.ToArray(), Stop);

        Assert.Equal(7, (await read)?.Quota?.Bytes);
        Assert.Equal("GET /etcd/page HTTP/1.1", request);
    }

    [Fact]
    public async Task A_page_that_breaks_off_is_no_answer()
    {
        var read = Read();
        (await _listener.AcceptTcpClientAsync(Stop)).Dispose();

        var error = await Assert.ThrowsAsync<NoAnswerException>(() => read);

        Assert.Matches(@"^GET /metrics on http://127\.0\.0\.1:\d+ failed after \S+: .+", error.Message);
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_no_answer()
    {
        _listener.Start();
        var endpoint = Address();
        _listener.Stop();

        var error = await Assert.ThrowsAsync<NoAnswerException>(() => _client.ReadMetricsAsync(endpoint, Patience, Stop));

        Assert.Contains("connection refused", error.Message, StringComparison.Ordinal);
    }

    private Task<MemberMetrics?> Read()
    {
        _listener.Start();
        return _client.ReadMetricsAsync(Address(), Patience, Stop);
    }

    private Endpoint Address() => Endpoint.Parse($"http://{_listener.LocalEndpoint}");
}
