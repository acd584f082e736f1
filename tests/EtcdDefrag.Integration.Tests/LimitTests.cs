using EtcdDefrag.Testing.Etcd;

using static EtcdDefrag.Integration.Tests.Scene;

namespace EtcdDefrag.Integration.Tests;

/// <summary>What bounds a run: time, free space, the quota; and what shows that it did no harm.</summary>
public sealed class LimitTests
{
    public static TheoryData<string> Versions => OldestAndNewest;

    [Theory]
    [InlineData("1GiB", 0)]
    [InlineData("1MiB", 3)]
    public async Task A_member_with_less_to_give_back_than_asked_for_is_skipped(string least, int expected)
    {
        await using var cluster = await ClusterAsync();
        await Filler.FragmentAsync(cluster, 12 * Megabyte, Megabyte, Stop);

        var result = await RunAsync(cluster, "--min-reclaim", least);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(expected, Defragmented(cluster).Count);
        Assert.Equal(3 - expected, result.OutputLines.Count(line => line.Contains("Skipping endpoint: ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task No_member_is_started_after_the_time_of_the_run()
    {
        await using var cluster = await ClusterAsync();

        // The first member begins well within ten seconds, or the machine is too slow for anything; the second can't.
        var result = await RunAsync(cluster, "--run-timeout", "10s", "--wait-between-defrags", "11s");

        Assert.Equal(1, result.ExitCode);
        Assert.Single(cluster.Defragmentations);
        Assert.Contains("--run-timeout", result.Error, StringComparison.Ordinal);
        Assert.Equal(2, result.ErrorLines.Count(line => line.Contains("Not started: ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task No_history_is_given_up_for_members_that_time_leaves_undone()
    {
        await using var cluster = await ClusterAsync();

        var result = await RunAsync(cluster, "--run-timeout", "1ms");

        AssertRefused(result, "--run-timeout");
        AssertUntouched(cluster);
        Assert.DoesNotContain("Running compaction", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task The_voters_data_are_compared_before_and_after(string version)
    {
        await using var cluster = await ClusterAsync(version);
        await Filler.FragmentAsync(cluster, 8 * Megabyte, Megabyte, Stop);

        var result = await RunAsync(cluster, "--verify");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("Verification before the run: all 3 voter(s) hold the same data", result.Output, StringComparison.Ordinal);
        Assert.Matches("Verification after the run: all 3 voter\\(s\\) hold the same data at revision \\d+, compacted to \\d+", result.Output); // not a hash kept from before
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task The_quota_is_the_servers_own_unless_the_user_gives_one(string version)
    {
        await using var cluster = await ClusterAsync(version, new ClusterOptions { Arguments = [$"--quota-backend-bytes={64 * Megabyte}"] });
        await Filler.FragmentAsync(cluster, 24 * Megabyte, Megabyte, Stop);
        const string Rule = "dbQuotaUsage > 0.3";

        var given = await RunAsync(cluster, "--defrag-rule", Rule, "--etcd-storage-quota-bytes", "1073741824");
        var skipped = Defragmented(cluster).Count;
        var own = await RunAsync(cluster, "--defrag-rule", Rule);

        Assert.Equal((0, 0, 0), (given.ExitCode, own.ExitCode, skipped));
        Assert.Equal(3, Defragmented(cluster).Count);
    }
}
