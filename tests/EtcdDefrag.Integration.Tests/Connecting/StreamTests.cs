using System.Security.Cryptography;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Etcd;
using EtcdDefrag.Etcd.Net;
using EtcdDefrag.Testing.Etcd;

using static EtcdDefrag.Integration.Tests.Scene;

namespace EtcdDefrag.Integration.Tests.Connecting;

/// <summary>Calls of real etcd that are streams.</summary>
public sealed class StreamTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    public static TheoryData<string> Versions => OldestAndNewest;

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Snapshot_comes_whole_with_its_digest_and_is_not_kept_in_memory(string version)
    {
        await using var cluster = await ClusterAsync(version, new ClusterOptions { Members = 1 });
        await Filler.FragmentAsync(cluster, onDisk: 72 * Megabyte, live: 48 * Megabyte, Stop);
        var endpoint = Endpoint.Parse(cluster.Members[0].ClientUrl);
        using var client = EtcdClusterClient.Create(new ConnectionOptions { MaxReceiveBytes = 4096 }, TimeProvider.System);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        long read = 0, most = 0, size = 0;
        byte[] last = [];

        await foreach (var piece in client.SnapshotAsync(endpoint, Long, Stop))
        {
            size = size > 0 ? size : piece.Bytes.Length + piece.RemainingBytes;
            digest.AppendData(last);
            last = piece.Bytes.ToArray();
            read += last.Length;
            most = read % Megabyte < last.Length ? Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before) : most;
        }

        Assert.Equal(digest.GetHashAndReset(), last); // the digest comes in a piece of its own
        Assert.Equal(size + last.Length, read);
        Assert.InRange(size, 64 * Megabyte, long.MaxValue);
        Assert.InRange(most, long.MinValue, 16 * Megabyte);
        Assert.Equal(1, client.ConnectionsOpened);
    }

    [Fact]
    public async Task Lease_is_renewed_until_it_is_gone()
    {
        await using var cluster = await ClusterAsync(new ClusterOptions { Members = 1 });
        var endpoint = Endpoint.Parse(cluster.Members[0].ClientUrl);
        using var client = EtcdClusterClient.Create(new ConnectionOptions(), TimeProvider.System);
        var lease = await client.GrantLeaseAsync(endpoint, Long, Long, Stop);

        var first = await client.KeepLeaseAliveAsync(endpoint, lease, Long, Stop);
        var second = await client.KeepLeaseAliveAsync(endpoint, lease, Long, Stop);
        await client.RevokeLeaseAsync(endpoint, lease, Long, Stop);

        Assert.Equal((true, true, false), (first, second, await client.KeepLeaseAliveAsync(endpoint, lease, Long, Stop)));
    }
}
