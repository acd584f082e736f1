using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Etcd;

using static EtcdDefrag.Integration.Tests.Scene;

namespace EtcdDefrag.Integration.Tests;

/// <summary>The leader last, whoever leads at that moment; relieved before where that was asked for.</summary>
public sealed class LeadershipTests
{
    public static TheoryData<string> Versions => OldestAndNewest;

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_member_that_became_leader_in_the_pause_is_last(string version)
    {
        await using var cluster = await ClusterAsync(version);
        var old = await cluster.LeaderAsync(Stop);
        using var running = await StartAsync(cluster, "--wait-between-defrags", "10s");
        var first = await FirstPauseAsync(cluster, running);
        var next = Announced(cluster, running.Output)[1];

        await cluster.MoveLeaderAsync(next, Stop);
        var result = await EndAsync(running);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal([first.Name, old.Name, next.Name], Defragmented(cluster));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public async Task A_leader_is_relieved_before_it_is_blocked(int members)
    {
        await using var cluster = await ClusterAsync(new ClusterOptions { Members = members });

        await AssertRelievedAsync(cluster);
    }

    [Theory]
    [ClassData(typeof(EveryVersion))]
    public async Task A_learner_is_never_made_the_leader(string version)
    {
        await using var cluster = await ClusterAsync(version);
        await cluster.AddMemberAsync(start: true, learner: true, Stop);

        await AssertRelievedAsync(cluster);
    }

    [Fact]
    public async Task A_single_member_has_nobody_to_lead_in_its_place()
    {
        await using var cluster = await ClusterAsync(new ClusterOptions { Members = 1 });

        var result = await RunAsync(cluster, "--move-leader");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("Skip moving leader as there is only one member in the cluster", result.Output, StringComparison.Ordinal);
        Assert.Single(cluster.Defragmentations);
    }

    private static async Task AssertRelievedAsync(EtcdCluster cluster)
    {
        var voters = cluster.Members.Where(member => member.Name is not "m4" || cluster.Members.Count == 5).ToArray();
        var old = await cluster.LeaderAsync(Stop);

        var result = await Tool.RunAsync(["--endpoints", old.ClientUrl, "--cluster", "--move-leader"], Stop);

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("Transferred the leadership successfully!", result.Output, StringComparison.Ordinal);
        Assert.Equal(voters.Select(member => member.Name).Order(), Defragmented(cluster).Order());
        Assert.Equal(old.Name, Defragmented(cluster)[^1]);
        AssertNeverTwoAtOnce(cluster);
        var election = ServerLog.Elections(old)[^1];
        Assert.True(election.At < cluster.Defragmentations[^1].Started, $"{election} is not before {cluster.Defragmentations[^1]}");
        var leader = await cluster.LeaderAsync(Stop);
        Assert.NotEqual(old.Name, leader.Name);
        Assert.Contains(leader, voters);
    }
}
