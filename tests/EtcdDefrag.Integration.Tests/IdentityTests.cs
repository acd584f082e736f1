using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Etcd;
using static EtcdDefrag.Integration.Tests.Scene;

namespace EtcdDefrag.Integration.Tests;

/// <summary>Work is done on members, whatever URLs lead to them.</summary>
public sealed class IdentityTests
{
    [Fact]
    public async Task A_voter_that_was_added_and_never_started_refuses_the_run()
    {
        await using var cluster = await ClusterAsync();
        await cluster.AddMemberAsync(start: false, learner: false, Stop);

        var result = await Tool.RunAsync(["--endpoints", cluster.Members[0].ClientUrl, "--cluster"], Stop);

        AssertRefused(result, "members-started", "etcdctl member remove");
        AssertUntouched(cluster);
    }

    [Fact]
    public async Task A_learner_is_left_alone_and_that_is_told()
    {
        await using var cluster = await ClusterAsync();
        var learner = await cluster.AddMemberAsync(start: true, learner: true, Stop);

        var result = await Tool.RunAsync(["--endpoints", cluster.Members[0].ClientUrl, "--cluster"], Stop);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(["m1", "m2", "m3"], Defragmented(cluster).Order());
        Assert.Contains($"learner {learner.ClientUrl} is left alone", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_but_a_learner_leaves_nothing_to_do()
    {
        await using var cluster = await ClusterAsync();
        var learner = await cluster.AddMemberAsync(start: true, learner: true, Stop);

        var result = await Tool.RunAsync(["--endpoints", learner.ClientUrl], Stop);

        AssertRefused(result, "learner");
        AssertUntouched(cluster);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Two_urls_of_a_member_mean_one_defragmentation(bool useCluster)
    {
        var options = new ClusterOptions { Configure = (_, member) => member with { AdvertisedClientUrls = [member.ClientUrl, LocalUrl(member.ClientPort)] } };
        await using var cluster = await ClusterAsync(options);
        string[] flags = useCluster
            ? ["--endpoints", cluster.Members[0].ClientUrl, "--cluster"]
            : ["--endpoints", string.Join(',', cluster.Members.SelectMany(member => (string[])[member.ClientUrl, member.ClientUrl.Replace("127.0.0.1", "localhost", StringComparison.Ordinal)]))];

        var result = await Tool.RunAsync(flags, Stop);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(["m1", "m2", "m3"], Defragmented(cluster).Order());
    }

    [Fact]
    public async Task A_url_that_all_members_advertise_identifies_none_and_is_not_used()
    {
        var shared = $"http://127.0.0.1:{FreePort.Next()}";
        await using var cluster = await ClusterAsync(new ClusterOptions { Configure = (_, member) => member with { AdvertisedClientUrls = [shared, member.ClientUrl] } });

        var result = await Tool.RunAsync(["--endpoints", cluster.Members[0].ClientUrl, "--cluster"], Stop);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(["m1", "m2", "m3"], Defragmented(cluster).Order());
        Assert.DoesNotContain(shared, result.Output + result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_cluster_on_loopback_has_nothing_left_without_localhost(bool useCluster)
    {
        await using var cluster = await ClusterAsync();
        string[] flags = useCluster ? ["--cluster"] : [];

        var result = await RunAsync(cluster, ["--exclude-localhost", .. flags]);

        AssertRefused(result, "--exclude-localhost");
        AssertUntouched(cluster);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_clusters_in_one_list_are_refused(bool useCluster)
    {
        var single = new ClusterOptions { Members = 1 };
        await using var one = await ClusterAsync(single);
        await using var other = await ClusterAsync(single);

        var result = await Tool.RunAsync(["--endpoints", $"{one.Endpoints},{other.Endpoints}", $"--cluster={(useCluster ? "true" : "false")}"], Stop);

        AssertRefused(result, "same-cluster", other.Endpoints);
        AssertUntouched(one);
        AssertUntouched(other);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_load_balancer_is_no_member_to_defragment(int addresses)
    {
        await using var cluster = await ClusterAsync();
        using var balancer = new RoundRobinProxy([.. cluster.Members.Select(member => member.Endpoint)]);
        string[] endpoints = addresses == 1 ? [balancer.Endpoint] : [balancer.Endpoint, cluster.Members[1].ClientUrl, cluster.Members[2].ClientUrl];

        var result = await Tool.RunAsync(["--endpoints", string.Join(',', endpoints)], Stop);

        AssertRefused(result, "load balancer", balancer.Endpoint, "--cluster");
        AssertUntouched(cluster);
    }

    [Fact]
    public async Task A_load_balancer_is_a_way_into_the_cluster()
    {
        await using var cluster = await ClusterAsync();
        using var balancer = new RoundRobinProxy([.. cluster.Members.Select(member => member.Endpoint)]);

        var result = await Tool.RunAsync(["--endpoints", balancer.Endpoint, "--cluster"], Stop);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(["m1", "m2", "m3"], Defragmented(cluster).Order());
    }

    [Fact]
    public async Task A_forwarded_port_of_one_member_is_that_member()
    {
        await using var cluster = await ClusterAsync();
        using var forward = new RoundRobinProxy([cluster.Members[1].Endpoint]);

        var result = await Tool.RunAsync(["--endpoints", forward.Endpoint], Stop);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(["m2"], Defragmented(cluster));
    }

    private static string LocalUrl(int port) => $"http://localhost:{port}";
}
