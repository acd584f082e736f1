using EtcdDefrag.Core.Bolt;
using EtcdDefrag.Core.Tests.Bolt;
using EtcdDefrag.Testing.Etcd;

using static EtcdDefrag.Integration.Tests.Offline.OfflineScene;
using static EtcdDefrag.Integration.Tests.Scene;

namespace EtcdDefrag.Integration.Tests.Offline;

/// <summary>Databases from machines with other page sizes (arm64: 16 and 64 KiB), rewritten here.</summary>
public sealed class PageSizeTests
{
    [Theory]
    [InlineData(16 * 1024)]
    [InlineData(64 * 1024)]
    public async Task Another_machines_page_size_is_kept(int pageSize)
    {
        await using var cluster = await SingleAsync(EtcdBinaries.Newest.ToString());
        var member = cluster.Members[0];
        await PutAsync(member.Gateway, "key/", 3_000, 300);
        await PutAsync(member.Gateway, "large/", 3, 200_000);
        var before = await ContentAsync(cluster);
        await member.StopAsync(Stop);
        var hash = await HashAsync(DataDirOf(member));
        await File.WriteAllBytesAsync(member.DatabaseFile, WithPages(await File.ReadAllBytesAsync(member.DatabaseFile, Stop), pageSize), Stop);

        await AssertSoundAsync(DataDirOf(member));
        await RewrittenAsync(DataDirOf(member));

        var rewritten = new MemoryFile(await File.ReadAllBytesAsync(member.DatabaseFile, Stop));
        Assert.Equal(pageSize, BoltFile.Open(rewritten, new FindingList(10), stop: Stop)!.PageSize);
        Assert.Equal(hash, await HashAsync(DataDirOf(member)));
        await RestartAsync(member);
        Assert.Equal(before, await ContentAsync(cluster));
    }

    private static byte[] WithPages(byte[] database, int pageSize)
    {
        var sink = new MemorySink();
        using var loader = new BulkLoader(sink, pageSize);
        var file = BoltFile.Open(new MemoryFile(database), new FindingList(10), stop: Stop)!;
        DatabaseWalk.Run(file, new Copying(loader));
        loader.Finish(file.Meta.Sequence);
        return sink.ToArray();
    }

    private sealed class Copying(BulkLoader loader) : IBucketVisitor
    {
        public void BeginBucket(ReadOnlySpan<byte> name, string path, ulong sequence) => loader.BeginBucket(name, sequence);

        public void Pair(ReadOnlySpan<byte> key, ValueBytes value, ulong page) => loader.Add(key, value);

        public void EndBucket() => loader.EndBucket();
    }
}
