using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Etcd;

namespace EtcdDefrag.Integration.Tests;

/// <summary>The main job through the built binary on real clusters. The servers' own logs and files are the judge.</summary>
public sealed partial class MainJobTests
{
    private const long Megabyte = 1024 * 1024;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [ClassData(typeof(EveryVersion))]
    public async Task Every_member_is_defragmented_once_one_at_a_time_and_the_leader_last(string version)
    {
        await using var cluster = await EtcdCluster.StartAsync(EtcdBinaries.Of(version), Stop);
        await Filler.FragmentAsync(cluster, onDisk: 24 * Megabyte, live: Megabyte, Stop);
        var leader = await cluster.LeaderAsync(Stop);
        var before = cluster.Members.ToDictionary(member => member.Name, member => member.DatabaseBytes);

        var result = await Tool.RunAsync(["--endpoints", cluster.Members[1].ClientUrl, "--cluster"], Stop);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal("The defragmentation is successful.", Untimed(result.OutputLines)[^1]);
        AssertOneByOne(cluster, leader);
        Assert.All(cluster.Members, member => Assert.InRange(member.DatabaseBytes, 1, before[member.Name] / 2));
    }

    [Theory]
    [ClassData(typeof(EveryVersion))]
    public async Task The_lines_are_the_originals_but_for_the_numbers(string version)
    {
        await using var cluster = await EtcdCluster.StartAsync(EtcdBinaries.Of(version), Stop);
        await cluster.Members[0].Gateway.PutAsync("key", "value", Stop);

        var result = await Tool.RunAsync(["--endpoints", cluster.Members[0].ClientUrl, "--cluster", "--log-timestamps=false"], Stop);

        Snapshot.Match("MainJob", Masked(result.Output, cluster));
    }

    [Theory]
    [ClassData(typeof(EveryVersion))]
    public async Task A_rule_that_is_false_skips_every_member_with_the_originals_lines(string version)
    {
        await using var cluster = await EtcdCluster.StartAsync(EtcdBinaries.Of(version), Stop);
        await Filler.FragmentAsync(cluster, onDisk: 4 * Megabyte, live: Megabyte, Stop);
        const string Rule = "dbSize > dbQuota*80/100 || dbSize - dbSizeInUse > 200*1024*1024";

        var result = await Tool.RunAsync(["--endpoints", cluster.Members[0].ClientUrl, "--cluster", "--log-timestamps=false", "--defrag-rule", Rule], Stop);

        Assert.Equal(0, result.ExitCode);
        Snapshot.Match("RuleIsFalse", Masked(result.Output, cluster));
        Assert.Empty(cluster.Defragmentations);
    }

    [Theory]
    [ClassData(typeof(EveryVersion))]
    public async Task A_rule_on_free_space_is_judged_by_what_compaction_has_freed_on_every_member(string version)
    {
        // Nobody writes to this cluster meanwhile, so nothing but the tool makes the members renew their figures.
        await using var cluster = await EtcdCluster.StartAsync(EtcdBinaries.Of(version), Stop);
        for (var round = 0; round < 6; round++)
        {
            await Filler.WriteAsync(cluster.Members[0].Gateway, "same/", 4 * Megabyte, Stop); // history: in use until it is compacted
        }

        var result = await Tool.RunAsync(["--endpoints", cluster.Endpoints, "--defrag-rule", "dbSizeFree > 10MiB"], Stop);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(3, cluster.Defragmentations.Count);
    }

    [Theory]
    [ClassData(typeof(EveryVersion))]
    public async Task A_dry_run_does_not_decide_what_only_a_compaction_shows(string version)
    {
        await using var cluster = await EtcdCluster.StartAsync(EtcdBinaries.Of(version), Stop);
        for (var round = 0; round < 6; round++)
        {
            await Filler.WriteAsync(cluster.Members[0].Gateway, "same/", 4 * Megabyte, Stop); // history: in use until it is compacted
        }

        string[] rule = ["--endpoints", cluster.Endpoints, "--defrag-rule", "dbSizeFree > 10MiB"];
        var dry = await Tool.RunAsync([.. rule, "--dry-run", "--exit-code"], Stop);
        var status = await Tool.RunAsync(["status", .. rule], Stop);
        var json = await Tool.RunAsync(["status", "-w", "json", .. rule], Stop);
        var never = await Tool.RunAsync(["--endpoints", cluster.Endpoints, "--dry-run", "--exit-code", "--defrag-rule", "dbSizeFree > 1T"], Stop);
        var real = await Tool.RunAsync(rule, Stop);

        Assert.Equal((10, 0, 0, 0, 0), (dry.ExitCode, status.ExitCode, json.ExitCode, never.ExitCode, real.ExitCode));
        Assert.Contains("0 of 3 endpoint(s) would be defragmented, 3 undecided until compaction.", dry.Output, StringComparison.Ordinal);
        Assert.Contains("RECLAIMABLE does not include old history", dry.Output, StringComparison.Ordinal);
        Assert.Contains("0 of 3 member(s) would be defragmented now, 3 undecided until compaction", status.Output, StringComparison.Ordinal);
        Assert.Equal(3, json.Output.Split("\"undecidedUntilCompaction\":true").Length - 1);
        Assert.Contains("By the current figures 3 of 3 are selected.", real.Output, StringComparison.Ordinal);
        Assert.Equal(3, cluster.Defragmentations.Count);
    }

    [Fact]
    public async Task A_rule_that_no_compaction_could_make_true_leaves_history_alone()
    {
        await using var cluster = await EtcdCluster.StartAsync(EtcdBinaries.Newest, Stop);
        await cluster.Members[0].Gateway.PutAsync("key", "old", Stop);
        var old = (await cluster.Members[0].Gateway.StatusAsync(Stop)).Revision;
        await cluster.Members[0].Gateway.PutAsync("key", "new", Stop);

        var result = await Tool.RunAsync(["--endpoints", cluster.Members[0].ClientUrl, "--cluster", "--defrag-rule", "dbSize > 1G"], Stop);

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("Skip compaction.", result.Output, StringComparison.Ordinal);
        Assert.Equal("old", await ReadAtAsync(cluster, "key", old));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_dry_run_changes_nothing(bool rule)
    {
        await using var cluster = await EtcdCluster.StartAsync(EtcdBinaries.Newest, Stop);
        await cluster.Members[0].Gateway.PutAsync("key", "old", Stop);
        var old = (await cluster.Members[0].Gateway.StatusAsync(Stop)).Revision;
        await cluster.Members[0].Gateway.PutAsync("key", "new", Stop);
        var before = await cluster.Members[0].Gateway.StatusAsync(Stop);

        string[] rules = rule ? ["--defrag-rule", "dbSize > 0"] : [];
        var result = await Tool.RunAsync(["--endpoints", cluster.Members[0].ClientUrl, "--cluster", "--dry-run", "--move-leader", "--auto-disalarm", "--verify", "--lock", .. rules], Stop);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(3, result.OutputLines.Count(line => line.Contains("[Dry run] skip defragmenting endpoint", StringComparison.Ordinal)));
        Assert.Empty(cluster.Defragmentations);
        Assert.Contains("Verification before the run: all 3 voter(s) hold the same data", result.Output, StringComparison.Ordinal);
        Assert.Equal("old", await ReadAtAsync(cluster, "key", old));
        var after = await cluster.Members[0].Gateway.StatusAsync(Stop);
        Assert.Equal((before.Revision, before.Leader, before.RaftTerm), (after.Revision, after.Leader, after.RaftTerm));
    }

    [Theory]
    [InlineData("dbSizeFree > 1MiB", 10)]
    [InlineData("dbSizeFree > 1GiB", 0)]
    public async Task A_dry_run_tells_by_its_exit_code_whether_there_is_work(string rule, int expected)
    {
        await using var cluster = await EtcdCluster.StartAsync(EtcdBinaries.Newest, Stop);
        await Filler.FragmentAsync(cluster, onDisk: 8 * Megabyte, live: Megabyte, Stop);

        var result = await Tool.RunAsync(["--endpoints", cluster.Endpoints, "--dry-run", "--exit-code", "--defrag-rule", rule], Stop);

        Assert.Equal(expected, result.ExitCode);
    }

    [Fact]
    public async Task Without_cluster_only_the_named_member_is_defragmented()
    {
        await using var cluster = await EtcdCluster.StartAsync(EtcdBinaries.Newest, Stop);
        var chosen = cluster.Members[2];

        var result = await Tool.RunAsync(["--endpoints", chosen.Endpoint, "--compaction=false"], Stop);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(["m3"], cluster.Defragmentations.Select(one => one.Member));
        Assert.Contains($"Finished defragmenting etcd endpoint \"{chosen.Endpoint}\". took ", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pause_that_was_asked_for_is_made_and_announced()
    {
        await using var cluster = await EtcdCluster.StartAsync(EtcdBinaries.Newest, Stop);

        var result = await Tool.RunAsync(["--endpoints", cluster.Endpoints, "--wait-between-defrags", "1s"], Stop);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(2, result.OutputLines.Count(line => line.EndsWith("Waiting for 1s for next operation", StringComparison.Ordinal)));
        Assert.All(
            cluster.Defragmentations.Zip(cluster.Defragmentations.Skip(1)),
            pair => Assert.True(pair.Second.Started - pair.First.Ended >= TimeSpan.FromSeconds(1)));
    }

    internal static void AssertOneByOne(EtcdCluster cluster, EtcdMember leader)
    {
        var done = cluster.Defragmentations;
        Assert.Equal(cluster.Members.Select(member => member.Name).Order(), done.Select(one => one.Member).Order());
        Assert.All(done, one => Assert.NotNull(one.Ended));
        Assert.All(done.Zip(done.Skip(1)), pair => Assert.False(pair.First.Overlaps(pair.Second)));
        Assert.Equal(leader.Name, done[^1].Member);
    }

    internal static IReadOnlyList<string> Untimed(IReadOnlyList<string> lines) => [.. lines.Select(line => line.Length > 20 && line[4] == '/' ? line[20..] : line)];

    /// <summary>Endpoints become E1…, the leader's endpoint L; ids and numbers are masked.</summary>
    [System.Text.RegularExpressions.GeneratedRegex(" {2,}")]
    private static partial System.Text.RegularExpressions.Regex Spaces();

    [System.Text.RegularExpressions.GeneratedRegex("-?N [KMG]?i?B")]
    private static partial System.Text.RegularExpressions.Regex SizeUnits();

    private static string Masked(string text, EtcdCluster cluster)
    {
        foreach (var member in cluster.Members)
        {
            text = text.Replace(member.ClientUrl, "URL", StringComparison.Ordinal);
        }

        // The summary's columns are as wide as the numbers in them.
        return SizeUnits().Replace(Spaces().Replace(Snapshot.MaskDurations(Snapshot.MaskNumbers(Snapshot.MaskIds(text))), "  "), "SIZE");
    }

    private static async Task<string> ReadAtAsync(EtcdCluster cluster, string key, long revision) =>
        Assert.Single(await cluster.Control.LinesAsync(Stop, "get", key, "--print-value-only", $"--rev={revision}"));
}
