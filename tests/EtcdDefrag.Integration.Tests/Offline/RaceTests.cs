using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Etcd;
using EtcdDefrag.Testing.Processes;

using static EtcdDefrag.Integration.Tests.Offline.OfflineScene;
using static EtcdDefrag.Integration.Tests.Scene;

namespace EtcdDefrag.Integration.Tests.Offline;

/// <summary>A real etcd that is started, or a rewrite that is killed, at a random moment.</summary>
public sealed class RaceTests
{
    /// <remarks>ETCD_DEFRAG_OFFLINE_RACES: how many rounds. Raft snapshots are taken often, so that the log heals nothing.</remarks>
    [Fact]
    public async Task An_etcd_that_is_started_during_a_rewrite_serves_the_file_under_its_name_or_ends()
    {
        await using var cluster = await SingleAsync(EtcdBinaries.Newest.ToString(), "--snapshot-count", "50");
        var member = cluster.Members[0];
        await PutAsync(member.Gateway, "live/", 60, 400_000);
        await PutAsync(member.Gateway, "live/", 30, 400_000);
        await Filler.CompactAsync(member.Gateway, Stop);
        await member.StopAsync(Stop);
        var random = new Random(17);
        var took = TimeSpan.FromMilliseconds(400);
        var tally = new SortedDictionary<string, int>();
        var rounds = Times("ETCD_DEFRAG_OFFLINE_RACES", 12);
        for (var round = 0; round < rounds; round++)
        {
            using var rewrite = await Tool.StartAsync(["--data-dir", DataDirOf(member)]);
            await Task.Delay(took * random.NextDouble(), Stop); // the moment is what is drawn: nothing is waited for
            await member.StartAsync($"{member.Name}={member.PeerUrl}", newCluster: false);
            var result = await rewrite.FinishAsync(TimeSpan.FromMinutes(5), Stop);
            took = result.Took * 1.1;
            var served = await ServesOrEndsAsync(member);
            var key = $"round {result.ExitCode}, etcd {(served ? "serves" : "ended")}";
            tally[key] = tally.GetValueOrDefault(key) + 1;
            Assert.True(result.ExitCode is 0 or 3, result.ToString());
            if (!served)
            {
                Assert.Contains("invalid database", member.LastWords(), StringComparison.Ordinal);
                await member.RestartAsync(Stop);
            }

            // More than the 50 entries of a raft snapshot: only the database has these then.
            for (var i = 0; i < 60; i++)
            {
                await member.Gateway.PutAsync($"acknowledged/{round}/{i}", "yes", Stop);
            }

            await member.KillAsync(Stop);
            await member.RestartAsync(Stop);
            Assert.Equal("yes", await member.Gateway.GetAsync($"acknowledged/{round}/59", Stop));
            await member.StopAsync(Stop);
        }

        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', tally.Select(one => $"{one.Value} x {one.Key}")));
        await AssertSoundAsync(DataDirOf(member));
    }

    /// <remarks>ETCD_DEFRAG_OFFLINE_KILLS: how many.</remarks>
    [Fact]
    public async Task A_rewrite_that_is_killed_leaves_the_old_file_or_the_new_one()
    {
        await using var cluster = await SingleAsync(EtcdBinaries.Newest.ToString());
        var member = cluster.Members[0];
        await PutAsync(member.Gateway, "live/", 60, 400_000);
        await PutAsync(member.Gateway, "live/", 30, 400_000);
        await Filler.CompactAsync(member.Gateway, Stop);
        var content = await ContentAsync(cluster);
        await member.StopAsync(Stop);
        var db = member.DatabaseFile;
        var old = await File.ReadAllBytesAsync(db, Stop);
        var whole = await RewrittenAsync(DataDirOf(member));
        var rewritten = await File.ReadAllBytesAsync(db, Stop);
        var random = new Random(18);
        var (leftovers, renamed) = (0, 0);
        var rounds = Times("ETCD_DEFRAG_OFFLINE_KILLS", 20);
        for (var round = 0; round < rounds; round++)
        {
            await File.WriteAllBytesAsync(db, old, Stop);
            using var rewrite = await Tool.StartAsync(["--data-dir", DataDirOf(member)]);
            await Task.Delay(whole.Took * random.NextDouble(), Stop); // as above
            rewrite.Send(Signal.Kill);
            await rewrite.FinishAsync(TimeSpan.FromMinutes(1), Stop);

            var now = await File.ReadAllBytesAsync(db, Stop);
            Assert.True(now.AsSpan().SequenceEqual(old) || now.AsSpan().SequenceEqual(rewritten), $"round {round}: neither of the two");
            renamed += now.AsSpan().SequenceEqual(rewritten) ? 1 : 0;
            leftovers += Leftovers(db).Length > 0 ? 1 : 0;
            if (round + 1 < rounds)
            {
                Array.ForEach(Leftovers(db), File.Delete);
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{rounds} kills: {leftovers} left a db.tmp, {renamed} were after the rename");
        await File.WriteAllBytesAsync(db + ".tmp.0123456789abcdef", old.AsMemory(0, 5_000_000), Stop);
        await member.RestartAsync(Stop);
        Assert.Equal(content, await ContentAsync(cluster));
        Assert.Empty(Leftovers(db));
    }

    private static string[] Leftovers(string db) => Directory.GetFiles(Path.GetDirectoryName(db)!, "db.tmp*");

    /// <summary>Whether etcd is well, on the file that its path leads to; false: it has ended.</summary>
    private static async Task<bool> ServesOrEndsAsync(EtcdMember member)
    {
        try
        {
            await member.WaitHealthyAsync(Stop);
        }
        catch (MemberDiedException)
        {
            return false;
        }

        var open = Directory.GetFiles($"/proc/{member.ProcessId}/fd").Select(entry => new FileInfo(entry).LinkTarget ?? "").Where(target => target.Contains("/snap/db", StringComparison.Ordinal)).ToArray();
        Assert.All(open, target => Assert.Equal(Path.GetFullPath(member.DatabaseFile), target)); // not "… (deleted)"
        Assert.NotEmpty(open);
        return true;
    }
}
