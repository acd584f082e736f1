#pragma warning disable CA1416 // the tests run on Linux
using System.Text.Json.Nodes;
using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Etcd;
using EtcdDefrag.Testing.Processes;
using static EtcdDefrag.Integration.Tests.Offline.OfflineScene;
using static EtcdDefrag.Integration.Tests.Scene;

namespace EtcdDefrag.Integration.Tests.Offline;

/// <summary>What inspect says is what etcd says.</summary>
public sealed class InspectTests
{
    public static TheoryData<string> Versions => OldestAndNewest;

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Its_figures_are_etcds_own(string version)
    {
        await using var cluster = await SingleAsync(version);
        var member = cluster.Members[0];
        await FillAsync(cluster);

        await AssertEqualAsync(cluster); // never compacted
        await cluster.Control.LinesAsync(Stop, "compact", "60", "--physical");
        await AssertEqualAsync(cluster);

        // The last change is a deletion, at exactly the revision that is compacted: etcd may keep it.
        await member.Gateway.DeleteAsync("/registry/pods/a/000001", "/registry/pods/a/0000010", Stop);
        await Filler.CompactAsync(member.Gateway, Stop);
        await AssertEqualAsync(cluster);
        await member.Gateway.PutAsync("/registry/pods/a/000001", "again", Stop);
        await AssertEqualAsync(cluster);

        // What an online defragmentation leaves was said before.
        var foretold = (await InspectAsync(cluster))["structure"]!["afterOnline"]!.GetValue<long>();
        await cluster.Control.LinesAsync(Stop, "defrag");
        var status = (await StatusAsync(cluster))["dbSize"]!.GetValue<long>();
        Assert.InRange(status, foretold - (16 * 4096), foretold + (16 * 4096));

        // The same of the data directory, once etcd has stopped; and what an offline rewrite leaves.
        var hash = (await HashKvAsync(cluster)).Hash;
        await member.StopAsync(Stop);
        var offline = await InspectAsync(DataDirOf(member));
        Assert.Equal("dataDirectory", offline["file"]!["kind"]!.GetValue<string>());
        Assert.Equal(hash, offline["hashKv"]!.GetValue<uint>());
        await RewrittenAsync(DataDirOf(member));
        Assert.Equal(offline["structure"]!["afterOffline"]!.GetValue<long>(), member.DatabaseBytes);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_snapshot_is_what_etcdctl_says_of_it(string version)
    {
        await using var cluster = await SingleAsync(version);
        await FillAsync(cluster);
        using var folder = new TemporaryFolder();
        var kept = folder.File("kept.db");

        var json = await InspectAsync(cluster, "--snapshot-file", kept);

        var status = JsonNode.Parse(string.Concat(await cluster.Control.LinesAsync(Stop, "snapshot", "status", kept, "-w", "json")))!;
        Assert.Equal(status["hash"]!.GetValue<uint>(), Convert.ToUInt32(json["hash"]!.GetValue<string>(), 16));
        Assert.Equal(status["revision"]!.GetValue<long>(), json["revision"]!.GetValue<long>());
        Assert.Equal(status["totalKey"]!.GetValue<long>(), json["buckets"]!.AsArray().Sum(bucket => bucket!["keys"]!.GetValue<long>()));
        Assert.True(json["file"]!["snapshotHashRight"]!.GetValue<bool>());
        Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(kept));

        // A flipped bit is told, and all that can be read is shown.
        await using (var file = new FileStream(kept, FileMode.Open))
        {
            file.Position = file.Length - 40;
            var last = file.ReadByte();
            file.Position--;
            file.WriteByte((byte)(last ^ 1));
        }

        var broken = await Tool.RunAsync(["inspect", kept], Stop);
        Assert.Equal(1, broken.ExitCode);
        Assert.Contains("[snapshot-hash]", broken.Output, StringComparison.Ordinal);
        Assert.Contains("/registry/pods/", broken.Output, StringComparison.Ordinal);
        Assert.Equal(1, (await Tool.RunAsync(["inspect", "--check-only", kept], Stop)).ExitCode);

        var again = await Tool.RunAsync(["inspect", "--endpoints", cluster.Endpoints, "--snapshot-file", kept], Stop);
        Assert.Equal(2, again.ExitCode);
        Assert.Contains("something is there already", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Killed_it_leaves_nothing_and_interrupted_neither()
    {
        await using var cluster = await SingleAsync(EtcdBinaries.Newest.ToString());
        var member = cluster.Members[0];
        using var folder = new TemporaryFolder();
        var keep = folder.File("keep.db");
        var temp = new Dictionary<string, string> { ["TMPDIR"] = folder.Path };
        await member.SuspendAsync(Stop);
        foreach (var (signal, code) in new[] { (Signal.Kill, 137), (Signal.Interrupt, 130), (Signal.Terminate, 143) })
        {
            using var running = await Tool.StartAsync(["inspect", "--endpoints", member.Endpoint], temp);
            await Wait.UntilAsync("the file has lost its name", () => Task.FromResult(OpenFiles(running.Id).Any(file => file.EndsWith(" (deleted)", StringComparison.Ordinal))), Stop);
            running.Send(signal);
            Assert.Equal(code, (await running.FinishAsync(TimeSpan.FromMinutes(1), Stop)).ExitCode);
            Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
        }

        // With a name to keep, the next run with that name says what the killed one left.
        using (var running = await Tool.StartAsync(["inspect", "--endpoints", member.Endpoint, "--snapshot-file", keep], temp))
        {
            await Wait.UntilAsync("the file is there", () => Task.FromResult(Directory.GetFiles(folder.Path).Length > 0), Stop);
            running.Send(Signal.Kill);
            await running.FinishAsync(TimeSpan.FromMinutes(1), Stop);
        }

        member.Resume();
        var left = Assert.Single(Directory.GetFiles(folder.Path));
        var next = await Tool.RunAsync(["inspect", "--endpoints", member.Endpoint, "--snapshot-file", keep], Stop);
        Assert.True(next.ExitCode == 0, next.ToString());
        Assert.Contains($"{left} was left by a run that was killed", next.Error, StringComparison.Ordinal);
        Assert.Equal([keep, left], Directory.GetFiles(folder.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_running_etcds_files_are_refused_and_a_dead_member_is_told()
    {
        await using var cluster = await SingleAsync(EtcdBinaries.Newest.ToString());
        var member = cluster.Members[0];

        var running = await Tool.RunAsync(["inspect", DataDirOf(member)], Stop);
        Assert.Equal(3, running.ExitCode);
        Assert.Contains("etcd-defrag inspect --endpoints URL", running.Error, StringComparison.Ordinal);

        var endpoint = cluster.Endpoints;
        await member.StopAsync(Stop);
        Assert.Equal(4, (await Tool.RunAsync(["inspect", "--endpoints", endpoint], Stop)).ExitCode);
        Assert.Equal(0, (await Tool.RunAsync(["inspect", "--check-only", DataDirOf(member)], Stop)).ExitCode);
    }

    /// <summary>Keys of several resources, overwritten, deleted, made anew, with a lease, users and an alarm.</summary>
    private static async Task FillAsync(EtcdCluster cluster)
    {
        var gateway = cluster.Members[0].Gateway;
        await PutAsync(gateway, "/registry/pods/a/", 2_000, 700);
        await PutAsync(gateway, "/registry/pods/b/", 1_000, 3_000);
        await PutAsync(gateway, "/registry/apps.example.com/things/a/", 500, 100);
        await PutAsync(gateway, "plain", 300, 50);
        await PutAsync(gateway, "/registry/pods/a/", 1_500, 600);
        await gateway.DeleteAsync("/registry/pods/b/0005", "/registry/pods/b/0006", Stop);
        await PutAsync(gateway, "/registry/pods/b/", 520, 20);
        await PutAsync(gateway, "large/", 3, 1_000_000);
        await LeaseAsync(gateway, "leased");
        await cluster.Control.LinesAsync(Stop, "user", "add", "ann:secret");
    }

    private static async Task AssertEqualAsync(EtcdCluster cluster)
    {
        var json = await InspectAsync(cluster);
        var status = await StatusAsync(cluster);
        var (hash, revision) = await HashKvAsync(cluster);

        Assert.True(json["sound"]!.GetValue<bool>(), json.ToJsonString());
        Assert.True(InspectSchema.Allows(json.ToJsonString()), json.ToJsonString());
        Assert.Equal(hash, json["hashKv"]!.GetValue<uint>());
        Assert.Equal(revision, json["revision"]!.GetValue<long>());
        Assert.Equal(status["dbSize"]!.GetValue<long>(), json["file"]!["size"]!.GetValue<long>());
        Assert.Equal(0, json["keyspace"]!["brokenChains"]!.GetValue<long>());
        Assert.Equal(1, json["keyspace"]!["leasedKeys"]!.GetValue<long>());
        Assert.Equal(1, json["etcd"]!["leases"]!["count"]!.GetValue<long>());
        Assert.Equal("ann", json["etcd"]!["users"]![0]!.GetValue<string>());
        Assert.Equal(await CountAsync(cluster, ""), json["keyspace"]!["liveKeys"]!.GetValue<long>());
        foreach (var row in json["prefixes"]!.AsArray().Where(row => !row!["rest"]!.GetValue<bool>()))
        {
            Assert.Equal(await CountAsync(cluster, row!["prefix"]!.GetValue<string>()), row["liveKeys"]!.GetValue<long>());
        }

        Assert.Contains(json["prefixes"]!.AsArray(), row => row!["prefix"]!.GetValue<string>() == "/registry/apps.example.com/things/");
    }

    private static async Task<JsonNode> InspectAsync(EtcdCluster cluster, params string[] flags) =>
        JsonNode.Parse((await Tool.RunAsync(["inspect", "-w", "json", "--endpoints", cluster.Endpoints, .. flags], Stop)).EnsureSuccess().Output)!;

    private static async Task<JsonNode> InspectAsync(string path) =>
        JsonNode.Parse((await Tool.RunAsync(["inspect", "-w", "json", path], Stop)).EnsureSuccess().Output)!;

    private static async Task<JsonNode> StatusAsync(EtcdCluster cluster) =>
        JsonNode.Parse(string.Concat(await cluster.Control.LinesAsync(Stop, "endpoint", "status", "-w", "json")))![0]!["Status"]!;

    private static async Task<(uint Hash, long Revision)> HashKvAsync(EtcdCluster cluster)
    {
        var answer = JsonNode.Parse(string.Concat(await cluster.Control.LinesAsync(Stop, "endpoint", "hashkv", "-w", "json")))![0]!["HashKV"]!;
        return (answer["hash"]!.GetValue<uint>(), answer["header"]!["revision"]!.GetValue<long>());
    }

    private static async Task<long> CountAsync(EtcdCluster cluster, string prefix)
    {
        string[] key = prefix.Length == 0 ? ["", "--from-key"] : [prefix, "--prefix"];
        return (await cluster.Control.LinesAsync(Stop, ["get", .. key, "--keys-only"])).Count(line => line.Length > 0);
    }

    private static IEnumerable<string> OpenFiles(int process) => Directory.Exists($"/proc/{process}/fd")
        ? Directory.GetFiles($"/proc/{process}/fd").Select(file => new FileInfo(file).LinkTarget ?? "")
        : [];
}
