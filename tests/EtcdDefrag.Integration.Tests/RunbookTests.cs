using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Etcd;

using static EtcdDefrag.Integration.Tests.Scene;

namespace EtcdDefrag.Integration.Tests;

/// <summary>The commands of docs/runbook.md, run as they stand there on clusters that really are in NOSPACE, with TLS and client certificates as there.</summary>
public sealed class RunbookTests
{
    private const long Quota = 16 * Megabyte;

    private const string SetUp = "Set up the shell";
    private const string Now = "Do this now";
    private const string Stays = "The alarm stays";
    private const string NotFragmented = "Full, but not fragmented";
    private const string Down = "A member does not answer";
    private const string ByHand = "By hand, with etcdctl alone";

    public static TheoryData<string> Versions => OldestAndNewest;

    [Fact]
    public void Every_block_of_commands_stands_in_a_section_that_is_run_here() =>
        Assert.Equal([SetUp, Now, Stays, NotFragmented, Down, ByHand], Runbook.Sections);

    [Fact]
    public void The_first_block_sets_variables_and_does_nothing_else() =>
        Assert.All(Runbook.Commands(SetUp).Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Matches("^export [A-Z_]+=[^ ]+$", line));

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_full_and_fragmented_cluster_takes_writes_again(string version)
    {
        await using var cluster = await FullClusterAsync(version, "junk/");
        await DeleteAsync(cluster, "junk/");
        var before = await SizesAsync(cluster);

        var output = await RunSectionAsync(cluster, Now);

        Assert.Contains("alarm:NOSPACE", output, StringComparison.Ordinal); // from the look before
        Assert.Contains("Cleared alarm NOSPACE", output, StringComparison.Ordinal);
        await AssertWellAsync(cluster, before);
    }

    [Fact]
    public async Task A_cluster_of_one_member_takes_writes_again()
    {
        await using var cluster = await FullClusterAsync(EtcdBinaries.Newest.ToString(), "junk/", members: 1);
        await DeleteAsync(cluster, "junk/");
        var before = await SizesAsync(cluster);

        await RunSectionAsync(cluster, Now);

        await AssertWellAsync(cluster, before);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_full_cluster_without_free_pages_is_emptied_and_takes_writes_again(string version)
    {
        await using var cluster = await FullClusterAsync(version, "/registry/events/default/");
        var before = await SizesAsync(cluster);
        var firstTry = await RunAsync(cluster, [.. cluster.Tls!.ClientArguments(), "--cluster", "--auto-disalarm"]);
        Assert.Equal(1, firstTry.ExitCode);
        Assert.Contains("DB size is still above threshold", firstTry.Output, StringComparison.Ordinal); // what the runbook tells to look for

        var output = await RunSectionAsync(cluster, NotFragmented);

        Assert.Matches("(?m)^/registry/events/ +[0-9]{2,} ", output); // the prefix to delete, as inspect shows it
        await AssertWellAsync(cluster, before);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task By_hand_it_takes_etcdctl_and_the_alarm_is_cleared_afterwards(string version)
    {
        await using var cluster = await FullClusterAsync(version, "junk/");
        await DeleteAsync(cluster, "junk/");
        var before = await SizesAsync(cluster);

        await RunSectionAsync(cluster, ByHand);
        Assert.NotEmpty(await AlarmsAsync(cluster));
        AssertNeverTwoAtOnce(cluster);

        // Without being asked, a run leaves the alarm, and tells so in the words that the runbook has.
        var second = await RunAsync(cluster, [.. cluster.Tls!.ClientArguments(), "--cluster", "--compaction=false"]);
        Assert.Contains("The cluster takes no writes", second.Output, StringComparison.Ordinal);
        Assert.NotEmpty(await AlarmsAsync(cluster));

        await RunSectionAsync(cluster, Stays);
        await AssertWellAsync(cluster, before);
    }

    [Fact]
    public async Task The_member_that_does_not_answer_is_shown()
    {
        await using var cluster = await FullClusterAsync(EtcdBinaries.Newest.ToString(), "junk/");
        await cluster.Members[2].KillAsync(Stop);

        var output = await RunSectionAsync(cluster, Down);

        Assert.Matches(@"m3 .*\bDOWN\b", output);
        Assert.Contains("A run would refuse", output, StringComparison.Ordinal);
    }

    private static async Task<EtcdCluster> FullClusterAsync(string version, string prefix, int members = 3)
    {
        var cluster = await ClusterAsync(
            version, new ClusterOptions { Members = members, Tls = true, ClientCertificates = true, Arguments = [$"--quota-backend-bytes={Quota}"] });
        await Filler.WriteUntilFullAsync(cluster, prefix, Quota, Stop);
        return cluster;
    }

    // The revision to compact is one member's: it must know of the delete.
    private static async Task DeleteAsync(EtcdCluster cluster, string prefix)
    {
        await cluster.Members[0].Gateway.DeleteAsync(prefix, prefix[..^1] + "0", Stop);
        await cluster.WaitAppliedAsync(Stop);
    }

    private static async Task<string> RunSectionAsync(EtcdCluster cluster, string section)
    {
        using var folder = new TemporaryFolder();
        return await Runbook.RunAsync(cluster, section, folder.Path, Stop);
    }

    private static async Task<long[]> SizesAsync(EtcdCluster cluster) =>
        await Task.WhenAll(cluster.Members.Select(async member => (await member.Gateway.StatusAsync(Stop)).DbSize));

    private static async Task AssertWellAsync(EtcdCluster cluster, long[] before)
    {
        Assert.Empty(await AlarmsAsync(cluster));
        var after = await SizesAsync(cluster);
        Assert.All(before.Zip(after), pair => Assert.True(pair.Second < pair.First / 2, $"{pair.First} bytes before, {pair.Second} after"));
        foreach (var member in cluster.Members)
        {
            await member.Gateway.PutAsync("a", "b", Stop);
        }
    }
}
