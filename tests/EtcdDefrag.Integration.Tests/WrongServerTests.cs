using System.Net;
using System.Net.Sockets;
using System.Text;
using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Etcd;

namespace EtcdDefrag.Integration.Tests;

/// <summary>Endpoints where no etcd answers, or half of one: a clear error within the timeouts, and nothing changed.</summary>
public sealed class WrongServerTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("web", "HTTP/1.1")]
    [InlineData("silent", "")]
    [InlineData("closing", "closed")]
    [InlineData("half", "")]
    public async Task A_server_that_is_no_etcd_is_named_with_what_it_did(string kind, string words)
    {
        using var server = new WrongServer(kind);

        var result = await Tool.RunAsync(["--endpoints", server.Endpoint, "--command-timeout", "2s"], Stop);

        Assert.Equal(4, result.ExitCode);
        Assert.Contains(server.Endpoint, result.Error, StringComparison.Ordinal);
        Assert.Contains(words, result.Error, StringComparison.Ordinal);
        Assert.Contains("Nothing was changed.", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_at_the_port_is_told_as_such()
    {
        var endpoint = $"127.0.0.1:{FreePort.Next()}";

        var result = await Tool.RunAsync(["--endpoints", endpoint], Stop);

        Assert.Equal(4, result.ExitCode);
        Assert.Contains(endpoint, result.Error, StringComparison.Ordinal);
        Assert.Contains("refused", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("refused")]
    [InlineData("web")]
    [InlineData("silent")]
    [InlineData("closing")]
    [InlineData("half")]
    public async Task One_wrong_endpoint_beside_good_ones_refuses_and_changes_nothing(string kind)
    {
        await using var cluster = await EtcdCluster.StartAsync(EtcdBinaries.Newest, Stop);
        await cluster.Members[0].Gateway.PutAsync("key", "old", Stop);
        var revision = (await cluster.Members[0].Gateway.StatusAsync(Stop)).Revision;
        using var server = kind == "refused" ? null : new WrongServer(kind);
        var wrong = server?.Endpoint ?? $"127.0.0.1:{FreePort.Next()}";

        var result = await Tool.RunAsync(["--endpoints", $"{cluster.Endpoints},{wrong}", "--command-timeout", "2s"], Stop);

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("members-reachable", result.Error, StringComparison.Ordinal);
        Assert.Contains(wrong, result.Error, StringComparison.Ordinal);
        Assert.Empty(cluster.Defragmentations);
        Assert.Equal(revision, (await cluster.Members[0].Gateway.StatusAsync(Stop)).Revision);
        Assert.DoesNotContain(cluster.Members.SelectMany(member => member.LogLines), line => line.Contains("compaction", StringComparison.Ordinal) && line.Contains("finished", StringComparison.Ordinal));
    }

    /// <summary>What a mistyped port may lead to.</summary>
    private sealed class WrongServer : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly List<TcpClient> _kept = [];
        private readonly string _kind;

        public WrongServer(string kind)
        {
            _kind = kind;
            _listener.Start();
            _ = ServeAsync();
        }

        public string Endpoint => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

        public void Dispose()
        {
            _listener.Dispose();
            lock (_kept)
            {
                _kept.ForEach(client => client.Dispose());
            }
        }

        private async Task ServeAsync()
        {
            while (true)
            {
                TcpClient client;
                try
                {
                    client = await _listener.AcceptTcpClientAsync();
                }
                catch (Exception e) when (e is ObjectDisposedException or SocketException)
                {
                    return;
                }

                lock (_kept)
                {
                    _kept.Add(client);
                }

                _ = AnswerAsync(client);
            }
        }

        private async Task AnswerAsync(TcpClient client)
        {
            try
            {
                switch (_kind)
                {
                    case "closing":
                        client.Dispose();
                        break;
                    case "web":
                        await client.GetStream().ReadAtLeastAsync(new byte[24], 24);
                        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
                        client.Client.Shutdown(SocketShutdown.Send);
                        break;
                    case "half":
                        await client.GetStream().ReadAtLeastAsync(new byte[24], 24);
                        await client.GetStream().WriteAsync(new byte[] { 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 40, 1, 4, 0, 0, 0, 1 }); // SETTINGS, then a header frame cut off
                        client.Client.Shutdown(SocketShutdown.Send);
                        break;
                    default:
                        break; // silent: accepts, and says nothing
                }
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or SocketException)
            {
                // the tool gave up on us: that is what it should do
            }
        }
    }
}
