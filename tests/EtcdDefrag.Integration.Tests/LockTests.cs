using System.Globalization;
using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Processes;

using static EtcdDefrag.Integration.Tests.Scene;

namespace EtcdDefrag.Integration.Tests;

/// <summary>With --lock two runs never overlap, and a dead run's lock goes away.</summary>
public sealed class LockTests
{
    private const string Key = "/etcd-defrag/lock";

    public static TheoryData<string> Versions => OldestAndNewest;

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Of_two_runs_one_works_and_the_other_changes_nothing(string version)
    {
        await using var cluster = await ClusterAsync(version);
        using var first = await StartAsync(cluster, "--lock", "--wait-between-defrags", "10s");
        await FirstPauseAsync(cluster, first);

        var second = await RunAsync(cluster, "--lock", "--wait-between-defrags", "0s");
        var meanwhile = Defragmented(cluster).Count;
        var result = await EndAsync(first);

        Assert.Equal(7, second.ExitCode);
        Assert.Contains($"process {first.Id}", second.Error, StringComparison.Ordinal);
        Assert.Contains("Nothing was changed.", second.Error, StringComparison.Ordinal);
        Assert.InRange(meanwhile, 1, 2);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(3, Defragmented(cluster).Count);
        Assert.Null(await cluster.Members[0].Gateway.GetAsync(Key, Stop));
        Assert.Equal(0, (await RunAsync(cluster, "--lock")).ExitCode);
    }

    [Fact]
    public async Task A_voter_that_is_down_and_was_let_pass_does_not_keep_the_lock_from_us()
    {
        await using var cluster = await ClusterAsync();
        var list = await cluster.Members[0].Gateway.CallAsync("cluster/member/list", [], Stop);
        var first = cluster.Members.Single(member => member.Name == list["members"]![0]!["name"]!.GetValue<string>());
        var others = cluster.Members.Except([first]).ToArray();
        await first.KillAsync(Stop);
        await Wait.UntilAsync("a leader without it", () => others[0].Gateway.IsHealthyAsync(Stop), Stop);

        var result = await RunAsync(cluster, "--lock", "--skip-check", "members-reachable,survives-one-loss");

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(others.Select(member => member.Name).Order(), Defragmented(cluster).Order());
        Assert.Null(await others[0].Gateway.GetAsync(Key, Stop));
    }

    [Fact]
    public async Task A_killed_runs_lock_is_bound_to_a_lease_that_runs_out()
    {
        await using var cluster = await ClusterAsync();
        using var killed = await StartAsync(cluster, "--lock", "--wait-between-defrags", "60s");
        await FirstPauseAsync(cluster, killed);

        killed.Send(Signal.Kill);

        Assert.NotNull(await cluster.Members[0].Gateway.GetAsync(Key, Stop));
        var lease = Assert.Single((await cluster.Control.LinesAsync(Stop, "lease", "list")), line => line.Length == 16 && line.All(char.IsAsciiHexDigit));
        var left = (await cluster.Control.LinesAsync(Stop, "lease", "timetolive", "--keys", lease))[0];
        Assert.Contains(Key, left, StringComparison.Ordinal);
        Assert.InRange(int.Parse(left.Split("remaining(")[1].Split('s')[0], CultureInfo.InvariantCulture), 0, 60);
        await cluster.Control.LinesAsync(Stop, "lease", "revoke", lease); // as time would
        Assert.Equal(0, (await RunAsync(cluster, "--lock")).ExitCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_run_whose_lock_was_taken_away_starts_no_further_member(bool lease)
    {
        await using var cluster = await ClusterAsync();
        using var running = await StartAsync(cluster, "--lock", "--wait-between-defrags", "10s");
        var first = await FirstPauseAsync(cluster, running);

        if (lease)
        {
            var id = Assert.Single((await cluster.Control.LinesAsync(Stop, "lease", "list")), line => line.Length == 16 && line.All(char.IsAsciiHexDigit));
            await cluster.Control.LinesAsync(Stop, "lease", "revoke", id);
        }
        else
        {
            await cluster.Control.LinesAsync(Stop, "del", Key); // the lease lives on, but another run could take the lock
        }

        var result = await EndAsync(running);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("the lock is lost", result.Error, StringComparison.Ordinal);
        Assert.Equal([first.Name], Defragmented(cluster));
        Assert.Null(await cluster.Members[0].Gateway.GetAsync(Key, Stop));
    }
}
