using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Etcd.Net;
using EtcdDefrag.Etcd.Protos;
using EtcdDefrag.Etcd.Tests.Faults;
using Google.Protobuf;

namespace EtcdDefrag.Etcd.Tests;

/// <summary>No text that an etcd can send moves a cursor, begins a line or turns one around.</summary>
public sealed class ForeignTexts
{
    private const string Hostile = "\u001b[2J\u001b]0;title\u0007evil\r\n\u202e\u2028";

    [Fact]
    public async Task Status_is_made_printable()
    {
        var status = await AskAsync(
            new StatusResponse
            {
                Header = new ResponseHeader { MemberId = 1 },
                Version = Hostile,
                Errors = { Hostile, Hostile },
                DowngradeInfo = new DowngradeInfo { Enabled = true, TargetVersion = Hostile },
            },
            (client, endpoint) => client.GetStatusAsync(endpoint, FaultCase.LongWait, TestContext.Current.CancellationToken));

        AssertPrintable([status.Version, .. status.Errors, status.DowngradeTarget!]);
    }

    [Fact]
    public async Task Names_and_urls_of_members_are_made_printable()
    {
        var members = await AskAsync(
            new MemberListResponse { Header = new ResponseHeader { MemberId = 1 }, Members = { new Protos.Member { ID = 1, Name = Hostile, ClientURLs = { Hostile } } } },
            (client, endpoint) => client.ListMembersAsync(endpoint, FaultCase.LongWait, TestContext.Current.CancellationToken));

        AssertPrintable([members.Members[0].Name, .. members.Members[0].ClientUrls]);
    }

    [Fact]
    public async Task Holder_of_the_lock_is_made_printable()
    {
        var holder = await AskAsync(
            new TxnResponse
            {
                Header = new ResponseHeader { MemberId = 1 },
                Responses = { new ResponseOp { ResponseRange = new RangeResponse { Kvs = { new KeyValue { Value = ByteString.CopyFromUtf8(Hostile) } } } } },
            },
            (client, endpoint) => client.TryCreateKeyAsync(endpoint, "key", "value", 1, FaultCase.LongWait, TestContext.Current.CancellationToken));

        AssertPrintable([holder!]);
    }

    [Fact]
    public async Task Storage_version_of_a_snapshot_is_made_printable()
    {
        var version = await AskAsync(
            new SnapshotResponse { Version = Hostile },
            async (client, endpoint) =>
            {
                var versions = new List<string>();
                await foreach (var piece in client.SnapshotAsync(endpoint, FaultCase.LongWait, TestContext.Current.CancellationToken))
                {
                    versions.Add(piece.Version);
                }

                return Assert.Single(versions);
            });

        AssertPrintable([version]);
    }

    [Fact]
    public async Task Status_message_is_made_printable()
    {
        var error = await FaultCase.DefragmentAsync(async peer =>
        {
            var id = await peer.TakeRequestAsync();
            await peer.TrailersAsync(
                id, (":status", "200"), ("content-type", "application/grpc"), ("grpc-status", "13"), ("grpc-message", Uri.EscapeDataString(Hostile)));
        });

        AssertPrintable([error.Message]);
    }

    [Fact]
    public async Task Proxy_that_hides_the_members_is_named()
    {
        var error = await Assert.ThrowsAsync<NoAnswerException>(() => AskAsync(
            new MemberListResponse { Header = new ResponseHeader(), Members = { new Protos.Member { Name = "proxy", ClientURLs = { "127.0.0.1:23790" } } } },
            (client, endpoint) => client.ListMembersAsync(endpoint, FaultCase.LongWait, TestContext.Current.CancellationToken)));

        Assert.Contains("is etcd's grpc-proxy, which hides the members: name a member's own URL", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("not etcd", error.Message, StringComparison.Ordinal);
    }

    private static void AssertPrintable(IReadOnlyList<string> texts)
    {
        Assert.All(texts, text => Assert.Contains("evil", text, StringComparison.Ordinal));
        Assert.All(texts, text => Assert.DoesNotContain(text, static c => char.IsControl(c) || c is '\u202e' or '\u2028'));
    }

    private static async Task<T> AskAsync<T>(IMessage answer, Func<EtcdClusterClient, Endpoint, Task<T>> ask)
    {
        await using var server = new FaultServer(async peer =>
        {
            var id = await peer.TakeRequestAsync();
            await peer.OkHeadersAsync(id);
            await peer.DataAsync(id, Peer.Frame(answer.ToByteArray()));
            await peer.OkTrailersAsync(id);
        });
        using var client = EtcdClusterClient.Create(new ConnectionOptions { DialTimeout = FaultCase.LongWait }, TimeProvider.System);
        return await ask(client, server.Endpoint);
    }
}
