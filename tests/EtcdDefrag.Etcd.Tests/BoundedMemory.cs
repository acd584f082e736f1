using System.Net;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Etcd.Net;
using EtcdDefrag.Etcd.Tests.Faults;

namespace EtcdDefrag.Etcd.Tests;

/// <summary>Answers that are meant to use up our memory or our time. The memory is the whole process's, so nothing else runs beside these tests.</summary>
[CollectionDefinition(nameof(BoundedMemory), DisableParallelization = true)]
[Collection(nameof(BoundedMemory))]
public sealed class BoundedMemory : IDisposable
{
    private readonly TestCertificates _certificates = new();

    public void Dispose() => _certificates.Dispose();

    [Theory]
    [InlineData(4097u)]
    [InlineData(1u << 30)]
    [InlineData(uint.MaxValue)]
    public async Task Message_over_the_limit_is_refused_by_its_announcement(uint announced)
    {
        var before = GC.GetTotalAllocatedBytes();

        var error = await FaultCase.NoAnswerAsync(async peer =>
        {
            var id = await peer.TakeRequestAsync();
            await peer.OkHeadersAsync(id);
            await peer.DataAsync(id, Peer.Frame([1, 2, 3], announced));
            await peer.WaitForEverAsync();
        });

        Assert.Equal(NoAnswerKind.ProtocolError, error.Kind);
        Assert.Contains("--max-recv-bytes", error.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 512L * 1024 * 1024);
    }

    [Theory]
    [InlineData("headers without end")]
    [InlineData("a gigabyte announced")]
    [InlineData("a drop at a time")]
    public async Task Hostile_server_behind_a_good_handshake_is_bounded_in_memory_and_time(string way)
    {
        var time = new StoppedTime();
        await using var server = new FaultServer(
            async peer =>
            {
                var id = await peer.TakeRequestAsync();
                time.Run();
                await peer.OkHeadersAsync(id);
                await (way switch
                {
                    "headers without end" => EndlessHeadersAsync(peer, id),
                    "a gigabyte announced" => peer.DataAsync(id, Peer.Frame([1, 2, 3], announced: 1 << 30)),
                    _ => DripAsync(peer, id),
                });
                await peer.WaitForEverAsync();
            },
            TestCertificates.Server(_certificates.Issue("m", address: IPAddress.Loopback)));
        using var client = EtcdClusterClient.Create(new ConnectionOptions { CaFile = _certificates.CaFile, DialTimeout = TimeSpan.FromSeconds(30) }, time);
        var before = GC.GetTotalMemory(forceFullCollection: false);

        var error = await Assert.ThrowsAsync<NoAnswerException>(() =>
            client.DefragmentAsync(server.Endpoint, way == "a drop at a time" ? FaultCase.ShortWait : FaultCase.LongWait, TestContext.Current.CancellationToken));

        Assert.True(error.RequestMayHaveRun);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 64L * 1024 * 1024);
    }

    private static async Task EndlessHeadersAsync(Peer peer, int id)
    {
        await peer.SendAsync(Peer.HeadersFrame, 0, id, Peer.Encode([("grpc-status", "0")]));
        var more = Peer.Encode([("x-filler", new string('x', 8000))]);
        while (true)
        {
            await peer.SendAsync(Peer.ContinuationFrame, 0, id, more);
        }
    }

    private static async Task DripAsync(Peer peer, int id)
    {
        await peer.DataAsync(id, Peer.Frame([], announced: 4000));
        while (true)
        {
            await peer.DataAsync(id, [0]);
            await Task.Delay(20, peer.Stop);
        }
    }
}
