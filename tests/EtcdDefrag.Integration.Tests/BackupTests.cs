using System.Text.Json.Nodes;
using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Etcd;
using EtcdDefrag.Testing.Processes;

using static EtcdDefrag.Integration.Tests.Scene;

namespace EtcdDefrag.Integration.Tests;

/// <summary>A member of which a snapshot is being read is not defragmented: it would answer nobody until that ends.</summary>
public sealed class BackupTests
{
    /// <summary>Larger than all that the sockets and etcd's own gateway hold.</summary>
    private const long Data = 32 * Megabyte;

    public static TheoryData<string> Versions => OldestAndNewest;

    public static TheoryData<string, bool, bool> Ways
    {
        get
        {
            var ways = new TheoryData<string, bool, bool>();
            foreach (var version in new[] { EtcdBinaries.Oldest, EtcdBinaries.Newest })
            {
                ways.Add(version.ToString(), false, false);
                ways.Add(version.ToString(), true, false);
                ways.Add(version.ToString(), true, true);
            }

            return ways;
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_backup_that_does_not_end_costs_its_member_the_turn_and_nobody_a_write(string version, bool tls, bool auth)
    {
        await using var cluster = await FilledAsync(version, new ClusterOptions { Tls = tls });
        var flags = await SecureAsync(cluster, auth);
        var backedUp = cluster.Members[1];
        using var backup = await backedUp.Gateway.OpenSnapshotAsync(Stop);
        Assert.Equal(1, await backedUp.Gateway.SnapshotsAsync(Stop));
        await using var writer = new Writer(backedUp);

        var result = await RunAsync(cluster, [.. flags, "--snapshot-wait=3s"]);
        var (longest, written) = (writer.Longest, writer.Written);

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(1, await backedUp.Gateway.SnapshotsAsync(Stop));
        Assert.Equal(["m1", "m3"], Defragmented(cluster).Order());
        Assert.Contains($"Waiting for at most 3s until this ends: a snapshot of {backedUp.ClientUrl} is being read", result.Error, StringComparison.Ordinal);
        Assert.Contains($"Failed to defragment etcd member \"{backedUp.ClientUrl}\": a snapshot of", result.Error, StringComparison.Ordinal);
        TestLog.Write($"longest write on {backedUp.Name}: {longest}, {written} writes in {result.Took}");
        Assert.True(written > 10, $"{written} writes");
        Assert.True(longest < TimeSpan.FromSeconds(1.5), $"a write took {longest}"); // blocked it would be all of the 3 s and more
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_backup_that_ends_is_waited_for(string version)
    {
        await using var cluster = await FilledAsync(version);
        var backedUp = cluster.Members[1];
        var backup = await backedUp.Gateway.OpenSnapshotAsync(Stop);

        using var running = await StartAsync(cluster);
        await running.WaitForLineAsync("Waiting for at most 5m0s until this ends: a snapshot of", Stop);
        Assert.DoesNotContain("m2", Defragmented(cluster));
        backup.Dispose();
        var result = await EndAsync(running);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(["m1", "m2", "m3"], Defragmented(cluster).Order());
        Assert.Contains($"It has ended on {backedUp.ClientUrl}.", result.Error, StringComparison.Ordinal);
    }

    /// <summary>While a snapshot is open no page is freed: what the compaction forgets still counts as in use.</summary>
    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_rule_on_free_space_is_not_judged_by_pages_that_a_backup_holds_back(string version)
    {
        await using var cluster = await ClusterAsync(version);
        await Filler.WriteAsync(cluster.Members[0].Gateway, "junk/", Data, Stop);
        await cluster.WaitAppliedAsync(Stop);
        var backup = await cluster.Members[1].Gateway.OpenSnapshotAsync(Stop);
        await cluster.Members[0].Gateway.DeleteAsync("junk/", "junk0", Stop);
        await cluster.WaitAppliedAsync(Stop);

        using var running = await StartAsync(cluster, "--defrag-rule", "dbSizeFree > 16MiB");
        await running.WaitForLineAsync("until this ends: a snapshot of", Stop);
        backup.Dispose();
        var result = await EndAsync(running);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(["m1", "m2", "m3"], Defragmented(cluster).Order());
        Assert.All(cluster.Members, member => Assert.True(member.DatabaseBytes < Data / 4, $"{member.Name}: {member.DatabaseBytes}"));
    }

    [Theory]
    [InlineData("3.5.16")]
    [InlineData("3.5.30")]
    public async Task A_learner_that_is_sent_the_data_is_waited_for(string version)
    {
        var port = FreePort.Next();
        using var proxy = new StallingProxy(port, limit: 4 * (int)Megabyte);
        await using var cluster = await ClusterAsync(version, new ClusterOptions
        {
            Arguments = ["--snapshot-count=10", "--experimental-snapshot-catchup-entries=1"],
            Configure = (number, member) => number < 3 ? member : member with { PeerPort = proxy.Port, PeerListenPort = port },
        });
        await Filler.WriteAsync(cluster.Members[0].Gateway, "live/", Data, Stop);
        var leader = await cluster.LeaderAsync(Stop);
        await cluster.StartLearnerAsync(Stop);
        await leader.WaitForLogAsync("sending database snapshot", Stop);

        using var running = await Tool.StartAsync(["--endpoints", string.Join(',', cluster.Members.Take(3).Select(member => member.ClientUrl))]);
        await running.WaitForLineAsync($"until this ends: a snapshot passes between {leader.ClientUrl} and another member", Stop);
        Assert.DoesNotContain(leader.Name, Defragmented(cluster));
        proxy.Release();
        var result = await EndAsync(running);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(["m1", "m2", "m3"], Defragmented(cluster).Order());
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Somebody_elses_defragmentation_is_waited_for_then_refused(string version)
    {
        await using var cluster = await FilledAsync(version);
        var busy = cluster.Members[1];
        var backup = await busy.Gateway.OpenSnapshotAsync(Stop);
        using var other = await RunningProcess.StartAsync(
            cluster.Version.Client, ["--endpoints", busy.ClientUrl, "defrag", "--command-timeout=10m"], new Dictionary<string, string> { ["ETCDCTL_API"] = "3" });
        await busy.WaitForLogAsync("starting defragment", Stop); // it waits for the backup, with the file locked

        var refused = await RunAsync(cluster, "--snapshot-wait=1s", "--command-timeout=2s");
        using var waiting = await StartAsync(cluster, "--command-timeout=2s");
        await waiting.WaitForLineAsync($"until this ends: {busy.ClientUrl} is being defragmented by somebody else", Stop);
        Assert.Equal(["m2"], Defragmented(cluster));
        backup.Dispose();
        var result = await EndAsync(waiting);

        AssertRefused(refused, "no-snapshot-running", $"{busy.ClientUrl} is being defragmented by somebody else, still after 1");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(["m1", "m2", "m2", "m3"], Defragmented(cluster).Order());
        AssertNeverTwoAtOnce(cluster);
    }

    [Fact]
    public async Task Status_and_a_dry_run_show_it_and_change_nothing()
    {
        await using var cluster = await FilledAsync(EtcdBinaries.Newest.ToString());
        using var backup = await cluster.Members[1].Gateway.OpenSnapshotAsync(Stop);

        var status = await Tool.RunAsync(["status", "--endpoints", cluster.Endpoints], Stop);
        var json = JsonNode.Parse((await Tool.RunAsync(["status", "--endpoints", cluster.Endpoints, "-w", "json"], Stop)).Output)!;
        var dryRun = await RunAsync(cluster, "--dry-run");
        var skipped = await RunAsync(cluster, "--dry-run", "--skip-check", "no-snapshot-running");

        Assert.Contains($"A run would wait [no-snapshot-running]: a snapshot of {cluster.Members[1].ClientUrl} is being read (a backup)", status.Output, StringComparison.Ordinal);
        Assert.Equal([0, 0, 1], json["members"]!.AsArray().Select(member => member!["snapshotsRunning"]!.GetValue<int>()).Order());
        Assert.All(json["members"]!.AsArray(), member => Assert.False(member!["defragmenting"]!.GetValue<bool>()));
        Assert.Equal((0, 0), (dryRun.ExitCode, skipped.ExitCode));
        Assert.Contains($"Warning [no-snapshot-running]: a snapshot of {cluster.Members[1].ClientUrl} is being read", dryRun.Error, StringComparison.Ordinal);
        Assert.Contains("allowed by --skip-check no-snapshot-running", skipped.Error, StringComparison.Ordinal);
        AssertUntouched(cluster);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task An_unknown_outcome_says_that_a_backup_is_what_runs(string version)
    {
        await using var cluster = await FilledAsync(version, new ClusterOptions { Members = 1 });
        using var backup = await cluster.Members[0].Gateway.OpenSnapshotAsync(Stop);

        var result = await RunAsync(cluster, "--skip-check=no-snapshot-running", "--defrag-timeout=2s", "--recovery-timeout=1s", "--command-timeout=1s");

        Assert.Equal(5, result.ExitCode);
        Assert.Contains("by its metrics a snapshot is being read, and a defragmentation waits until that ends", result.Error, StringComparison.Ordinal);
    }

    /// <summary>Where the metrics are at another address, backups are seen only if that is given.</summary>
    [Fact]
    public async Task Metrics_at_another_address_are_read_where_the_user_says()
    {
        var port = FreePort.Next();
        var options = new ClusterOptions { Members = 1, Configure = (_, member) => member with { Arguments = [.. member.Arguments, $"--listen-metrics-urls=http://127.0.0.1:{port}", "--quota-backend-bytes=268435456"] } };
        await using var cluster = await FilledAsync("3.5.16", options);
        using var backup = await cluster.Members[0].Gateway.OpenSnapshotAsync(Stop);
        string[] rule = ["--defrag-rule", "dbQuota == 256MiB"];

        var seen = await RunAsync(cluster, [.. rule, "--metrics-url", $"http://{{host}}:{port}", "--snapshot-wait=0s"]);
        var elsewhere = await RunAsync(cluster, "--metrics-url", $"http://127.0.0.1:{FreePort.Next()}", "--dry-run");

        Assert.Equal(1, seen.ExitCode);
        Assert.Contains("still after 0s (--snapshot-wait)", seen.Error, StringComparison.Ordinal);
        Assert.Empty(cluster.Defragmentations);
        Assert.Single(elsewhere.ErrorLines, line => line.Contains("Notice [no-snapshot-running]: backups of", StringComparison.Ordinal));
    }

    private static async Task<EtcdCluster> FilledAsync(string version, ClusterOptions? options = null)
    {
        var cluster = await ClusterAsync(version, options);
        await Filler.WriteAsync(cluster.Members[0].Gateway, "live/", Data, Stop);
        await cluster.WaitAppliedAsync(Stop);
        return cluster;
    }

    /// <summary>What the tool needs to connect; switches authentication on where asked to.</summary>
    private static async Task<string[]> SecureAsync(EtcdCluster cluster, bool auth)
    {
        string[] flags = [.. cluster.Tls?.ClientArguments() ?? []];
        if (!auth)
        {
            return flags;
        }

        foreach (var arguments in new string[][] { ["user", "add", "root:pw"], ["user", "grant-role", "root", "root"], ["auth", "enable"] })
        {
            (await cluster.Control.RunAsync(arguments, Stop)).EnsureSuccess();
        }

        foreach (var member in cluster.Members)
        {
            await member.Gateway.LoginAsync("root", "pw", Stop);
        }

        return [.. flags, "--user=root:pw"];
    }
}
