using System.Net;
using System.Net.Sockets;
using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Etcd;

using static EtcdDefrag.Integration.Tests.Scene;

namespace EtcdDefrag.Integration.Tests;

/// <summary>A list of endpoints of which most are out of date. With <c>--cluster</c> one live endpoint is enough: no dead one is waited for,
/// beyond the few seconds, side by side, in which any of them could turn out to be of another cluster.</summary>
public sealed class DeadEndpointTests
{
    [Fact]
    public async Task The_only_live_one_of_eleven_is_found_without_waiting_for_the_others()
    {
        await using var cluster = await ClusterAsync(new ClusterOptions { Members = 1 });
        var refusing = Enumerable.Range(0, 5).Select(_ => $"http://127.0.0.1:{FreePort.Next()}").ToArray();
        var servers = Enumerable.Range(0, 5).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        try
        {
            Array.ForEach(servers, server => server.Start());
            var silent = servers.Select(server => $"http://{server.LocalEndpoint}").ToArray();
            var live = cluster.Members[0].ClientUrl;

            // Timeouts longer than any test lasts: who waits for a silent one even once never gets to the end.
            var result = await Tool.RunAsync(
                ["--endpoints", string.Join(',', [.. refusing, .. silent, live]), "--cluster", "--dry-run", "--debug", "--dial-timeout", "1h", "--command-timeout", "1h"], Stop);

            Assert.Equal(0, result.ExitCode);
            var asked = result.ErrorLines.Where(line => line.StartsWith("debug: MemberList on ", StringComparison.Ordinal)).ToArray();
            Assert.All(refusing, url => Assert.Contains(asked, line => line.Contains($" {url}: ConnectFailed, ", StringComparison.Ordinal)));
            Assert.All(silent, url => Assert.Contains(" cancelled, ", Assert.Single(asked, line => line.Contains($" {url}: ", StringComparison.Ordinal)), StringComparison.Ordinal));
            Assert.Single(asked, line => line.StartsWith($"debug: MemberList on {live}: OK, ", StringComparison.Ordinal));
        }
        finally
        {
            Array.ForEach(servers, server => server.Dispose());
        }
    }
}
