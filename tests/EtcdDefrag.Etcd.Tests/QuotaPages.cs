using System.Net;
using System.Net.Sockets;
using EtcdDefrag.Core.Cluster;

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
