using System.Net;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Etcd.Net;
using EtcdDefrag.Etcd.Tests.Faults;

namespace EtcdDefrag.Etcd.Tests;

/// <summary>A name with several addresses, some of which lead nowhere.</summary>
public sealed class AddressRaces
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Address_that_drops_packets_does_not_keep_the_others_waiting()
    {
        using var silent = new FullBacklog(IPAddress.Parse("127.0.0.2"));
        await using var server = new FaultServer(AnswerAll, port: silent.Port);
        using var client = Client(TimeSpan.FromMinutes(5), IPAddress.Parse("127.0.0.2"), IPAddress.Loopback);

        await client.DefragmentAsync(Endpoint.Parse($"http://etcd.test:{silent.Port}"), FaultCase.LongWait, Stop);

        Assert.Equal((1, 1, 1), (server.Defragments, server.Accepted, client.ConnectionsOpened));
    }

    [Fact]
    public async Task Address_where_nobody_listens_is_passed_over_at_once()
    {
        await using var server = new FaultServer(AnswerAll);
        using var client = Client(TimeSpan.FromMinutes(5), IPAddress.Parse("127.0.0.2"), IPAddress.Parse("127.0.0.3"), IPAddress.Loopback);

        await client.DefragmentAsync(Endpoint.Parse($"http://etcd.test:{server.Port}"), FaultCase.LongWait, Stop);

        Assert.Equal((1, 1), (server.Accepted, client.ConnectionsOpened));
    }

    [Fact]
    public async Task Where_none_answers_the_dial_timeout_holds_for_all_together()
    {
        using var silent = new FullBacklog(IPAddress.Parse("127.0.0.2"));
        using var client = Client(FaultCase.ShortWait, IPAddress.Parse("127.0.0.2"), IPAddress.Parse("127.0.0.2"));

        var error = await Assert.ThrowsAsync<NoAnswerException>(() => client.DefragmentAsync(Endpoint.Parse($"etcd.test:{silent.Port}"), FaultCase.LongWait, Stop));

        Assert.Equal((NoAnswerKind.ConnectFailed, false), (error.Kind, error.RequestMayHaveRun));
        Assert.Contains("no connection within 400ms (--dial-timeout)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lookup_without_an_answer_ends_with_the_dial_timeout()
    {
        using var client = EtcdClusterClient.Create(
            new ConnectionOptions { DialTimeout = FaultCase.ShortWait, Resolve = (_, _) => new TaskCompletionSource<IPAddress[]>().Task }, TimeProvider.System);

        var error = await Assert.ThrowsAsync<NoAnswerException>(() => client.DefragmentAsync(Endpoint.Parse("etcd.test:2379"), FaultCase.LongWait, Stop));

        Assert.Equal((NoAnswerKind.NameUnknown, false), (error.Kind, error.RequestMayHaveRun));
        Assert.Contains("the name \"etcd.test\" could not be looked up: the DNS server does not answer", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("::1 ::2 127.0.0.1", "::1 127.0.0.1 ::2")]
    [InlineData("127.0.0.1 127.0.0.2 ::1", "127.0.0.1 ::1 127.0.0.2")]
    [InlineData("::1 127.0.0.1 127.0.0.2", "::1 127.0.0.1 127.0.0.2")]
    [InlineData("::1", "::1")]
    public void Both_kinds_of_addresses_take_turns(string addresses, string order) =>
        Assert.Equal(order, string.Join(' ', AddressRace.Alternate([.. addresses.Split(' ').Select(IPAddress.Parse)])));

    private static EtcdClusterClient Client(TimeSpan dial, params IPAddress[] addresses) => EtcdClusterClient.Create(
        new ConnectionOptions { DialTimeout = dial, Resolve = (_, _) => Task.FromResult(addresses) }, TimeProvider.System);

    private static async Task AnswerAll(Peer peer)
    {
        for (var id = await peer.TakeRequestAsync(); ; id = await peer.NextRequestAsync())
        {
            await peer.OkHeadersAsync(id);
            await peer.DataAsync(id, Peer.Frame([]));
            await peer.OkTrailersAsync(id);
        }
    }
}
