using System.Globalization;
using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Etcd;

namespace EtcdDefrag.Integration.Tests;

/// <summary>That the harness does what the tests of the tool rely on.</summary>
public sealed class HarnessTests
{
    private const long Megabyte = 1024 * 1024;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [ClassData(typeof(EveryVersion))]
    public async Task A_fragmented_cluster_is_defragmented_member_by_member_and_its_logs_show_it(string version)
    {
        await using var cluster = await EtcdCluster.StartAsync(EtcdBinaries.Of(version), Stop);
        await Filler.FragmentAsync(cluster, onDisk: 24 * Megabyte, live: Megabyte, Stop);
        var before = cluster.Members.ToDictionary(member => member.Name, member => member.DatabaseBytes);

        (await cluster.Control.RunAsync(["--command-timeout=60s", "defrag", "--cluster"], Stop)).EnsureSuccess();

        Assert.Equal(["m1", "m2", "m3"], cluster.Defragmentations.Select(one => one.Member).Order());
        Assert.All(cluster.Defragmentations, one => Assert.NotNull(one.Ended));
        Assert.All(cluster.Defragmentations.Zip(cluster.Defragmentations.Skip(1)), pair => Assert.False(pair.First.Overlaps(pair.Second)));
        Assert.All(cluster.Members, member => Assert.InRange(before[member.Name], 24 * Megabyte, long.MaxValue));
        Assert.All(cluster.Members, member => Assert.InRange(member.DatabaseBytes, 1, 8 * Megabyte));
        Assert.All(cluster.Defragmentations, one => Assert.InRange(one.BytesAfter!.Value, 1, one.BytesBefore / 2));
    }

    [Theory]
    [ClassData(typeof(EveryVersion))]
    public async Task Leadership_moves_where_a_test_wants_it_and_every_log_shows_it(string version)
    {
        await using var cluster = await EtcdCluster.StartAsync(EtcdBinaries.Of(version), Stop);
        var next = (await cluster.FollowersAsync(Stop))[0];
        var id = (await next.Gateway.StatusAsync(Stop)).MemberId;

        await cluster.MoveLeaderAsync(next, Stop);

        Assert.Same(next, await cluster.LeaderAsync(Stop));
        foreach (var member in cluster.Members)
        {
            await Wait.UntilAsync($"{member.Name} logs the election", () => ServerLog.Elections(member) is [.., var last] && last.Leader == id, Stop);
        }
    }

    [Theory]
    [ClassData(typeof(EveryVersion))]
    public async Task A_suspended_member_answers_nothing_until_it_is_resumed(string version)
    {
        await using var cluster = await EtcdCluster.StartAsync(EtcdBinaries.Of(version), Stop);
        var member = (await cluster.FollowersAsync(Stop))[0];

        await member.SuspendAsync(Stop);

        Assert.False(await member.Gateway.IsHealthyAsync(Stop));
        member.Resume();
        await member.WaitHealthyAsync(Stop);
    }

    [Theory]
    [ClassData(typeof(EveryVersion))]
    public async Task A_killed_member_comes_back_on_the_same_data(string version)
    {
        await using var cluster = await EtcdCluster.StartAsync(EtcdBinaries.Of(version), Stop);
        var member = cluster.Members[0];
        await member.Gateway.PutAsync("key", "value", Stop);
        var id = (await member.Gateway.StatusAsync(Stop)).MemberId;

        await member.KillAsync(Stop);
        Assert.False(member.IsRunning);
        await member.RestartAsync(Stop);

        Assert.Equal(id, (await member.Gateway.StatusAsync(Stop)).MemberId);
        Assert.Equal("value", await member.Gateway.GetAsync("key", Stop));
    }

    [Fact]
    public async Task A_stopped_member_ends_by_itself()
    {
        await using var cluster = await EtcdCluster.StartAsync(EtcdBinaries.Newest, Stop);

        await cluster.Members[0].StopAsync(Stop);

        Assert.False(cluster.Members[0].IsRunning);
        Assert.Contains(cluster.Members[0].LogLines, line => line.Contains("received signal; shutting down", StringComparison.Ordinal));
    }

    [Theory]
    [ClassData(typeof(EveryVersion))]
    public async Task A_member_can_be_added_and_never_started(string version)
    {
        await using var cluster = await EtcdCluster.StartAsync(EtcdBinaries.Of(version), Stop);

        await cluster.AddMemberAsync(start: false, learner: false, Stop);

        var list = await cluster.Control.LinesAsync(Stop, "--endpoints", cluster.Members[0].ClientUrl, "member", "list");
        Assert.Equal(4, list.Count);
        Assert.Single(list, line => line.Contains("unstarted", StringComparison.Ordinal));
    }

    [Theory]
    [ClassData(typeof(EveryVersion))]
    public async Task A_learner_can_be_added(string version)
    {
        await using var cluster = await EtcdCluster.StartAsync(EtcdBinaries.Of(version), Stop);

        var learner = await cluster.AddMemberAsync(start: true, learner: true, Stop);

        Assert.True((await learner.Gateway.StatusAsync(Stop)).IsLearner);
        Assert.False((await cluster.Members[0].Gateway.StatusAsync(Stop)).IsLearner);
    }

    [Fact]
    public async Task A_small_quota_ends_in_a_nospace_alarm()
    {
        var options = new ClusterOptions { Arguments = [$"--quota-backend-bytes={16 * Megabyte}"] };
        await using var cluster = await EtcdCluster.StartAsync(EtcdBinaries.Newest, Stop, options);

        await Filler.WriteUntilFullAsync(cluster, "junk/", 16 * Megabyte, Stop);

        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => cluster.Members[0].Gateway.PutAsync("a", "b", Stop));
        Assert.Contains("database space exceeded", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_cluster_can_demand_tls_and_client_certificates(bool clientCertificates)
    {
        var options = new ClusterOptions { Members = 1, Tls = true, ClientCertificates = clientCertificates };
        await using var cluster = await EtcdCluster.StartAsync(EtcdBinaries.Newest, Stop, options);

        var lines = await cluster.Control.LinesAsync(Stop, "put", "a", "b");

        Assert.StartsWith("https://", cluster.Members[0].ClientUrl, StringComparison.Ordinal);
        Assert.Equal(["OK"], lines);
    }

    [Fact]
    public async Task A_member_can_advertise_two_urls()
    {
        var options = new ClusterOptions
        {
            Members = 1,
            Configure = (_, member) => member with { AdvertisedClientUrls = [member.ClientUrl, $"http://localhost:{member.ClientPort}"] },
        };
        await using var cluster = await EtcdCluster.StartAsync(EtcdBinaries.Newest, Stop, options);

        var list = Assert.Single(await cluster.Control.LinesAsync(Stop, "member", "list"));

        Assert.Contains($"{cluster.Members[0].ClientUrl},http://localhost:", list, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_left_of_a_cluster()
    {
        var cluster = await EtcdCluster.StartAsync(EtcdBinaries.Newest, Stop, new ClusterOptions { Members = 1 });
        var (process, database) = (cluster.Members[0].ProcessId, cluster.Members[0].DatabaseFile);
        var parent = (await File.ReadAllLinesAsync($"/proc/{process}/status", Stop)).Single(line => line.StartsWith("PPid:", StringComparison.Ordinal));
        Assert.Equal(Environment.ProcessId.ToString(CultureInfo.InvariantCulture), parent["PPid:".Length..].Trim());

        await cluster.DisposeAsync();

        Assert.False(Directory.Exists($"/proc/{process}"));
        Assert.False(File.Exists(database));
    }
}
