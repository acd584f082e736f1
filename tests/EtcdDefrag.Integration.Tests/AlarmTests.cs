using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Etcd;

using static EtcdDefrag.Integration.Tests.Scene;

namespace EtcdDefrag.Integration.Tests;

/// <summary>NOSPACE is what the tool is here for; anything else that is alarming refuses.</summary>
public sealed class AlarmTests
{
    private const long Quota = 16 * Megabyte;

    public static TheoryData<string> Versions => OldestAndNewest;

    [Theory]
    [ClassData(typeof(EveryVersion))]
    public async Task A_full_cluster_is_defragmented_and_takes_writes_again(string version)
    {
        await using var cluster = await FullClusterAsync(version);
        await EmptyAsync(cluster);

        var result = await RunAsync(cluster, "--auto-disalarm");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("Cleared alarm NOSPACE", result.Output, StringComparison.Ordinal);
        Assert.Equal(3, Defragmented(cluster).Distinct().Count());
        Assert.Empty(await AlarmsAsync(cluster));
        Assert.DoesNotContain("takes no writes", result.Output, StringComparison.Ordinal);
        await cluster.Members[0].Gateway.PutAsync("a", "b", Stop);
    }

    [Fact]
    public async Task A_dry_run_on_a_full_cluster_says_by_what_it_judges_and_that_compaction_may_change_it()
    {
        await using var cluster = await FullClusterAsync(EtcdBinaries.Newest.ToString());
        await EmptyAsync(cluster);

        var dry = await RunAsync(cluster, "--auto-disalarm", "--dry-run");
        var status = await Tool.RunAsync(["status", "--endpoints", cluster.Endpoints], Stop);
        var real = await RunAsync(cluster, "--auto-disalarm");

        Assert.Equal((0, 0), (dry.ExitCode, real.ExitCode));
        Assert.Contains("Cleared alarm NOSPACE", real.Output, StringComparison.Ordinal);
        Assert.Contains(dry.OutputLines, line =>
            line.Contains("and may clear the alarm", StringComparison.Ordinal) || line.Contains("[Dry run] would clear alarm NOSPACE", StringComparison.Ordinal));
        Assert.DoesNotContain("with --auto-disalarm", dry.Error, StringComparison.Ordinal);
        Assert.Matches("Alarm NOSPACE of (m[123], )*m[123]: a database reached its quota, so the cluster takes no writes", status.Output);
    }

    /// <summary>etcd's default quota is no reason to clear an alarm: the members here are full far below it.</summary>
    [Fact]
    public async Task The_alarm_stays_where_a_page_tells_no_quota()
    {
        await using var cluster = await FullClusterAsync(EtcdBinaries.Newest.ToString());

        var result = await RunAsync(cluster, "--auto-disalarm", "--min-reclaim", "10GiB", "--metrics-url", cluster.Members[0].ClientUrl + "/nothing");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("is not known (it serves no metrics page there), skipping auto-disalarm", result.Output, StringComparison.Ordinal);
        Assert.NotEmpty(await AlarmsAsync(cluster));
    }

    /// <summary>Somebody else, or a run that was killed before it came to the alarm, has given the space back.</summary>
    [Theory]
    [MemberData(nameof(Versions))]
    public async Task The_alarm_is_cleared_by_a_run_that_finds_nothing_to_give_back(string version)
    {
        await using var cluster = await FullClusterAsync(version);
        await EmptyAsync(cluster);
        var earlier = await RunAsync(cluster);
        Assert.Equal((0, 3), (earlier.ExitCode, Defragmented(cluster).Count));
        Assert.NotEmpty(await AlarmsAsync(cluster));
        string[] flags = ["--auto-disalarm", "--defrag-rule", "dbSizeFree > 8MiB"];

        var dryRun = await RunAsync(cluster, [.. flags, "--dry-run"]);
        var left = await AlarmsAsync(cluster);
        var result = await RunAsync(cluster, flags);

        Assert.Equal(0, dryRun.ExitCode);
        Assert.Contains("[Dry run] would clear alarm NOSPACE of member", dryRun.Output, StringComparison.Ordinal);
        Assert.NotEmpty(left);
        Assert.Equal((0, 3), (result.ExitCode, Defragmented(cluster).Count));
        Assert.Contains("Cleared alarm NOSPACE of member", result.Output, StringComparison.Ordinal);
        Assert.Empty(await AlarmsAsync(cluster));
        await cluster.Members[0].Gateway.PutAsync("a", "b", Stop);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_member_is_not_passed_over_in_silence_because_of_a_figure_that_can_not_be_renewed(string version)
    {
        await using var cluster = await FullClusterAsync(version);
        await EmptyAsync(cluster);

        var result = await RunAsync(cluster, "--defrag-rule", "dbSizeFree > 8MiB");
        var done = Defragmented(cluster).Count;
        var later = await RunAsync(cluster); // what the message advises
        var retried = Defragmented(cluster).Count - done;

        // Which members show how much is in use from before the compaction is etcd's business.
        Assert.Equal(done == 3 ? 0 : 1, result.ExitCode);
        Assert.Equal(3 - done, result.ErrorLines.Count(line => line.Contains("may be an old figure", StringComparison.Ordinal)));
        Assert.Equal((0, 3), (later.ExitCode, retried));
    }

    [Fact]
    public async Task The_alarm_stays_without_being_asked_to_clear_it()
    {
        await using var cluster = await FullClusterAsync(EtcdBinaries.Newest.ToString());
        await EmptyAsync(cluster);

        var result = await RunAsync(cluster);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(3, Defragmented(cluster).Count);
        Assert.NotEmpty(await AlarmsAsync(cluster));
        Assert.Contains("The cluster takes no writes: alarm NOSPACE is active", result.Output, StringComparison.Ordinal);
        Assert.Contains($"  etcd-defrag --endpoints {cluster.Endpoints} --auto-disalarm", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("All members have freed compacted data", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task The_alarm_stays_while_a_member_is_above_the_threshold_of_its_own_quota(string version)
    {
        await using var cluster = await FullClusterAsync(version);

        // Nothing was deleted: the files stay at the quota, which is read from the servers themselves.
        var result = await RunAsync(cluster, "--auto-disalarm");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("Failed: --auto-disalarm: a NOSPACE alarm is left: Members [", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("successful.", result.Output, StringComparison.Ordinal);
        Assert.NotEmpty(await AlarmsAsync(cluster));
        Assert.Equal(3, Defragmented(cluster).Count);
        Assert.DoesNotContain("Cleared alarm", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_without_a_lock_goes_on_where_there_is_no_space_for_one()
    {
        await using var cluster = await FullClusterAsync(EtcdBinaries.Newest.ToString());

        var result = await RunAsync(cluster, "--lock");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("the lock could not be taken", result.Error, StringComparison.Ordinal);
        Assert.Contains("NOSPACE", result.Error, StringComparison.Ordinal);
        Assert.Equal(3, Defragmented(cluster).Count);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Corrupt_beside_nospace_refuses(string version)
    {
        await using var cluster = await ClusterAsync(version);
        var member = cluster.Members[0];
        var id = (await member.Gateway.StatusAsync(Stop)).MemberId;
        await RaiseAlarmAsync(member, "NOSPACE", id);
        await RaiseAlarmAsync(member, "CORRUPT", id);

        var result = await RunAsync(cluster, "--auto-disalarm", "--skip-check", "one-leader");

        AssertRefused(result, "no-corrupt-alarm", "CORRUPT");
        AssertUntouched(cluster);
        Assert.Equal(2, (await AlarmsAsync(cluster)).Count);
    }

    private static async Task<EtcdCluster> FullClusterAsync(string version)
    {
        var cluster = await ClusterAsync(version, new ClusterOptions { Arguments = [$"--quota-backend-bytes={Quota}"] });
        await Filler.WriteUntilFullAsync(cluster, "junk/", Quota, Stop);
        return cluster;
    }

    // The revision to compact is the first member's that a run defragments: it must know of the delete.
    private static async Task EmptyAsync(EtcdCluster cluster)
    {
        await cluster.Members[0].Gateway.DeleteAsync("junk/", "junk0", Stop);
        await cluster.WaitAppliedAsync(Stop);
    }
}
