using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Etcd;

using static EtcdDefrag.Integration.Tests.Offline.OfflineScene;
using static EtcdDefrag.Integration.Tests.Scene;

namespace EtcdDefrag.Integration.Tests.Offline;

/// <summary>An etcd that runs, or is started at the wrong moment.</summary>
public sealed class InUseTests
{
    public static TheoryData<string> Versions => OldestAndNewest;

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_running_etcd_is_named_and_left_alone(string version)
    {
        await using var cluster = await SingleAsync(version);
        var member = cluster.Members[0];
        await PutAsync(member.Gateway, "key/", 200, 100);

        foreach (var arguments in new string[][] { ["--data-dir", DataDirOf(member)], ["check", DataDirOf(member)] })
        {
            var result = await Tool.RunAsync(arguments, Stop);
            Assert.Equal(3, result.ExitCode);
            Assert.Contains($"in use by process {member.ProcessId} (etcd)", result.Error, StringComparison.Ordinal);
        }

        await member.Gateway.PutAsync("still", "alive", Stop);
        Assert.Equal("alive", await member.Gateway.GetAsync("still", Stop));
    }

    /// <remarks>etcdutl gets the lock on the file that has lost its name, and then renames an old copy over the live database.</remarks>
    [Theory]
    [MemberData(nameof(Versions))]
    public async Task An_online_defragmentation_while_the_lock_is_waited_for_costs_nothing(string version)
    {
        await using var cluster = await SingleAsync(version);
        var member = cluster.Members[0];
        await PutAsync(member.Gateway, "key/", 2_000, 1_000);
        await Filler.CompactAsync(member.Gateway, Stop);
        using var waiting = await Tool.StartAsync(["--data-dir", DataDirOf(member), "--wait-lock", "5m"]);
        await waiting.WaitForLineAsync("waiting for etcd to close and release its lock", Stop);

        await cluster.Control.LinesAsync(Stop, "defrag");
        await PutAsync(member.Gateway, "later/", 500, 100);
        var content = await ContentAsync(cluster);
        Assert.False(waiting.HasExited, waiting.Error);
        await member.StopAsync(Stop);

        var result = await waiting.FinishAsync(TimeSpan.FromMinutes(5), Stop);
        Assert.True(result.ExitCode == 0, result.ToString());
        await member.RestartAsync(Stop);
        Assert.Equal(content, await ContentAsync(cluster));
    }

    [Fact]
    public async Task Of_two_rewrites_at_once_one_does_it_and_the_other_says_why_not()
    {
        await using var cluster = await SingleAsync(EtcdBinaries.Newest.ToString());
        var member = cluster.Members[0];
        await PutAsync(member.Gateway, "key/", 60, 500_000);
        await member.StopAsync(Stop);

        var results = await Task.WhenAll(RewriteAsync(DataDirOf(member)), RewriteAsync(DataDirOf(member)));

        // One after the other is fine too.
        Assert.Contains(results, result => result.ExitCode == 0);
        Assert.All(results, result => Assert.Contains(result.ExitCode, new[] { 0, 3 }));
        await AssertSoundAsync(DataDirOf(member));
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(member.DatabaseFile)!, "db.tmp*"));
    }
}
