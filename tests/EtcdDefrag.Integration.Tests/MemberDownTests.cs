using EtcdDefrag.Testing.Etcd;

using static EtcdDefrag.Integration.Tests.Scene;

namespace EtcdDefrag.Integration.Tests;

/// <summary>A member that is down, before the run or in the middle of it: nothing is started beside it.</summary>
public sealed class MemberDownTests
{
    public static TheoryData<string> Versions => OldestAndNewest;

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_member_that_stands_still_before_the_run_refuses_it(string version)
    {
        await using var cluster = await ClusterAsync(version);
        var still = (await cluster.FollowersAsync(Stop))[0];
        await still.SuspendAsync(Stop);

        var result = await RunAsync(cluster, "--command-timeout", "3s");

        AssertRefused(result, "members-reachable", still.ClientUrl);
        Assert.Single(result.ErrorLines, line => line.Contains("Status failed after", StringComparison.Ordinal)); // told once, and the call named once
        Assert.Contains("Refused by the checks named above: members-reachable", result.Error, StringComparison.Ordinal);
        AssertUntouched(cluster);
    }

    [Fact]
    public async Task A_member_that_is_down_refuses_the_run_also_where_only_others_were_named()
    {
        await using var cluster = await ClusterAsync(new ClusterOptions { Members = 5 });
        var down = (await cluster.FollowersAsync(Stop))[0];
        var other = (await cluster.FollowersAsync(Stop))[1];
        await down.KillAsync(Stop);

        var result = await Testing.Tool.RunAsync(["--endpoints", other.ClientUrl, "--command-timeout", "2s"], Stop);

        AssertRefused(result, "members-reachable", down.ClientUrl);
        AssertUntouched(cluster);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3, "http://127.0.0.1:1")]
    public async Task One_that_was_named_and_let_pass_still_counts(int expected, string? named = null)
    {
        await using var cluster = await ClusterAsync();
        var down = (await cluster.FollowersAsync(Stop))[0];
        await (named is null ? down.KillAsync(Stop) : Task.CompletedTask);

        var result = await Testing.Tool.RunAsync(["--endpoints", $"{cluster.Endpoints}{(named is null ? "" : $",{named}")}", "--skip-check", "members-reachable,survives-one-loss"], Stop);

        Assert.Equal(expected, result.ExitCode);
        Assert.DoesNotContain("successful.", result.Output, StringComparison.Ordinal);
        Assert.Equal(named is null ? 2 : 0, Defragmented(cluster).Count);
        Assert.Contains(named ?? $"Failed to get member (\"{down.ClientUrl}\") status", result.Output + result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_cluster_that_has_lost_its_quorum_is_seen_and_refused(string version)
    {
        await using var cluster = await ClusterAsync(version);
        foreach (var follower in await cluster.FollowersAsync(Stop))
        {
            await follower.KillAsync(Stop);
        }

        var alone = cluster.Members.Single(member => member.IsRunning);
        var status = await Testing.Tool.RunAsync(["status", "--endpoints", cluster.Endpoints, "--cluster", "--command-timeout", "2s"], Stop);
        var run = await RunAsync(cluster, "--command-timeout", "2s");

        Assert.Equal(0, status.ExitCode);
        Assert.Contains(status.OutputLines, line => line.StartsWith(alone.Name, StringComparison.Ordinal) && !line.Contains("DOWN", StringComparison.Ordinal));
        Assert.Equal(2, status.OutputLines.Count(line => line.EndsWith("DOWN", StringComparison.Ordinal)));
        AssertRefused(run, "quorum-read", alone.ClientUrl);
        AssertUntouched(cluster);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task One_that_dies_after_its_defragmentation_stops_the_run(string version)
    {
        await using var cluster = await ClusterAsync(version);
        using var running = await StartAsync(cluster, "--wait-between-defrags", "10s", "--command-timeout", "3s");
        var first = await FirstPauseAsync(cluster, running);

        await first.KillAsync(Stop);
        var result = await EndAsync(running);

        Assert.Equal(1, result.ExitCode);
        Assert.Equal([first.Name], Defragmented(cluster));
        Assert.Contains(first.ClientUrl, result.Error, StringComparison.Ordinal);
        Assert.Equal(2, result.ErrorLines.Count(line => line.Contains("Not started: ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_next_one_standing_still_in_the_pause_stops_the_run()
    {
        await using var cluster = await ClusterAsync();
        using var running = await StartAsync(cluster, "--wait-between-defrags", "10s", "--command-timeout", "3s");
        var first = await FirstPauseAsync(cluster, running);
        var next = Announced(cluster, running.Output)[1];

        await next.SuspendAsync(Stop);
        var result = await EndAsync(running);

        Assert.Equal(1, result.ExitCode);
        Assert.Equal([first.Name], Defragmented(cluster));
        Assert.Contains("members-reachable", result.Error, StringComparison.Ordinal);
        Assert.Contains($"Not started: {next.ClientUrl}", result.Error, StringComparison.Ordinal);
    }
}
