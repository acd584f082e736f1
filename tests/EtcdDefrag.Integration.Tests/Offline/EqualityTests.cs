using System.Text.Json.Nodes;
using EtcdDefrag.Testing.Etcd;

using static EtcdDefrag.Integration.Tests.Offline.OfflineScene;
using static EtcdDefrag.Integration.Tests.Scene;

namespace EtcdDefrag.Integration.Tests.Offline;

/// <summary>The rewritten file holds what the old one held, and real etcd lives on it.</summary>
public sealed class EqualityTests
{
    private static readonly Dictionary<string, Func<EtcdCluster, Task>> Kinds = new()
    {
        ["small keys"] = async cluster =>
        {
            await PutAsync(Gateway(cluster), "small/", 20_000, 60);
            await PutAsync(Gateway(cluster), "small/", 10_000, 80);
            await Filler.CompactAsync(Gateway(cluster), Stop);
        },
        ["large values"] = async cluster =>
        {
            await PutAsync(Gateway(cluster), "large/", 12, 1_000_000);
            await PutAsync(Gateway(cluster), "large/", 8, 1_000_000);
            await Filler.CompactAsync(Gateway(cluster), Stop);
        },
        ["one key"] = cluster => Gateway(cluster).PutAsync("only", "one", Stop),
        ["no key"] = _ => Task.CompletedTask,
        ["leases, users, alarms, history"] = async cluster =>
        {
            var gateway = Gateway(cluster);
            for (var i = 0; i < 50; i++)
            {
                await gateway.PutAsync("deep", $"value {i}", Stop);
            }

            await gateway.DeleteAsync("deep", "deep0", Stop);
            await LeaseAsync(gateway, "leased/1");
            await LeaseAsync(gateway, "leased/2");
            await cluster.Control.LinesAsync(Stop, "user", "add", "ann:secret");
            await cluster.Control.LinesAsync(Stop, "role", "add", "reader");
            await cluster.Control.LinesAsync(Stop, "role", "grant-permission", "reader", "read", "deep");
            await cluster.Control.LinesAsync(Stop, "user", "grant-role", "ann", "reader");
            await RaiseAlarmAsync(cluster.Members[0], "NOSPACE", (await gateway.StatusAsync(Stop)).MemberId);
        },
    };

    public static TheoryData<string, string> All
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (var version in EtcdBinaries.Tried)
            {
                foreach (var kind in Kinds.Keys)
                {
                    all.Add(version.ToString(), kind);
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Etcd_has_the_same_content_and_lives_on(string version, string kind)
    {
        await using var cluster = await SingleAsync(version);
        var member = cluster.Members[0];
        await Kinds[kind](cluster);
        var before = await ContentAsync(cluster);
        await member.StopAsync(Stop);
        var dataDir = DataDirOf(member);
        var hash = await HashAsync(dataDir);

        var result = await RewrittenAsync(dataDir);

        Assert.Contains($"hash {hash}", result.Output, StringComparison.Ordinal);
        Assert.Equal(hash, await HashAsync(dataDir));
        await RestartAsync(member);
        Assert.Equal(before, await ContentAsync(cluster));

        await LiveOnAsync(cluster);
        await member.StopAsync(Stop);
        await AssertSoundAsync(dataDir);
    }

    [Fact]
    public async Task Etcdutl_accepts_the_file_and_prints_the_same_hash()
    {
        await using var cluster = await SingleAsync(EtcdBinaries.Newest.ToString());
        var member = cluster.Members[0];
        await PutAsync(Gateway(cluster), "key/", 3_000, 300);
        await Filler.CompactAsync(Gateway(cluster), Stop);
        await member.StopAsync(Stop);
        var etcdutl = Path.Combine(Path.GetDirectoryName(EtcdBinaries.Newest.Server)!, "etcdutl");

        await RewrittenAsync(DataDirOf(member));

        var hash = await HashAsync(DataDirOf(member));
        var status = (await RunAsync(etcdutl, ["snapshot", "status", member.DatabaseFile, "-w", "json"])).EnsureSuccess();
        Assert.Equal(Convert.ToUInt32(hash, 16), JsonNode.Parse(status.Output)!["hash"]!.GetValue<uint>());
        (await RunAsync(etcdutl, ["defrag", "--data-dir", DataDirOf(member)])).EnsureSuccess();
        Assert.Equal(hash, await HashAsync(DataDirOf(member)));
    }

    [Fact]
    public async Task A_rewritten_snapshot_can_be_restored()
    {
        await using var cluster = await SingleAsync(EtcdBinaries.Newest.ToString());
        var member = cluster.Members[0];
        await PutAsync(Gateway(cluster), "key/", 3_000, 300);
        await Filler.CompactAsync(Gateway(cluster), Stop);
        var snapshot = Path.Combine(Path.GetDirectoryName(DataDirOf(member))!, "snapshot ü.db");
        await cluster.Control.LinesAsync(Stop, "snapshot", "save", snapshot);
        var size = new FileInfo(snapshot).Length;

        (await EtcdDefrag.Testing.Tool.RunAsync(["--file", snapshot], Stop)).EnsureSuccess();

        Assert.InRange(new FileInfo(snapshot).Length, 1, size);
        await AssertSoundAsync(snapshot);
        var etcdutl = Path.Combine(Path.GetDirectoryName(EtcdBinaries.Newest.Server)!, "etcdutl");
        (await RunAsync(etcdutl, ["snapshot", "restore", snapshot, "--data-dir", snapshot + ".restored"])).EnsureSuccess();
        await AssertSoundAsync(snapshot + ".restored");
    }

    private static Gateway Gateway(EtcdCluster cluster) => cluster.Members[0].Gateway;

    /// <summary>10,000 writes, deletions all over the keys, a compaction, an online defragmentation.</summary>
    private static async Task LiveOnAsync(EtcdCluster cluster)
    {
        var gateway = Gateway(cluster);
        await cluster.Control.LinesAsync(Stop, "alarm", "disarm");
        await PutAsync(gateway, "after/", 10_000, 100);
        for (var i = 0; i < 20; i++)
        {
            await gateway.DeleteAsync($"after/{i:d2}", $"after/{i:d2}5", Stop);
            await gateway.DeleteAsync($"small/{i:d3}", $"small/{i:d3}7", Stop);
            await gateway.DeleteAsync($"large/{i:d6}", $"large/{i:d6}0", Stop);
        }

        await Filler.CompactAsync(gateway, Stop);
        await cluster.Control.LinesAsync(Stop, "--command-timeout", "5m", "defrag");
        Assert.True(cluster.Members[0].IsRunning, cluster.Members[0].LastWords());
        await gateway.PutAsync("still", "alive", Stop);
        Assert.Equal("alive", await gateway.GetAsync("still", Stop));
    }
}
