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
        Assert.Contains($"learner {learner.ClientUrl} is skipped", result.Output, StringComparison.Ordinal);
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

    [Theory]
    [InlineData("http://etcd-inside-{0}.invalid:2379", "(DNS")]
    [InlineData("http://0.0.0.0:1", "and so do other members")]
    [InlineData("http://127.0.0.{0}:1", "connection refused")]
    public async Task Members_that_advertise_what_does_not_work_here_are_reached_where_the_user_says(string advertised, string why)
    {
        await using var cluster = await AdvertisingAsync(number => string.Format(System.Globalization.CultureInfo.InvariantCulture, advertised, number + 1));

        var result = await RunAsync(cluster, "--cluster");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(["m1", "m2", "m3"], Defragmented(cluster).Order());
        foreach (var member in cluster.Members)
        {
            var warning = Assert.Single(result.ErrorLines, line => line.Contains($"({member.Name}) ", StringComparison.Ordinal));
            Assert.Matches($@"Warning \[members-reachable\]: member [0-9a-f]+ \({member.Name}\) .*it advertises.*{System.Text.RegularExpressions.Regex.Escape(why)}.*: it is reached at {member.ClientUrl}, which was given and is the same member$", warning);
        }
    }

    [Fact]
    public async Task Urls_that_lead_to_other_members_than_those_that_advertise_them_are_not_used()
    {
        var ports = new[] { FreePort.Next(), FreePort.Next(), FreePort.Next() };
        await using var cluster = await ClusterAsync(new ClusterOptions
        {
            Configure = (number, member) => member with { ClientPort = ports[number], AdvertisedClientUrls = [$"http://127.0.0.1:{ports[(number + 1) % 3]}"] },
        });

        var result = await RunAsync(cluster, "--cluster");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(["m1", "m2", "m3"], Defragmented(cluster).Order());
        foreach (var member in cluster.Members)
        {
            Assert.Contains($"({member.Name}) does not answer at", result.Error, StringComparison.Ordinal);
            Assert.Contains($"it is reached at {member.ClientUrl}, which was given", result.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Where_nothing_works_the_advice_says_what_to_do_without_the_member_list()
    {
        await using var cluster = await AdvertisingAsync(number => $"http://etcd-{number}.invalid:2379");
        using var balancer = new RoundRobinProxy([.. cluster.Members.Select(member => member.Endpoint)]);

        var result = await Tool.RunAsync(["--endpoints", balancer.Endpoint, "--cluster"], Stop);
        var asAdvised = await RunAsync(cluster);

        Assert.Equal(4, result.ExitCode);
        Assert.Contains("check this machine's DNS", result.Error, StringComparison.Ordinal);
        Assert.Contains("http://etcd-1.invalid:2379 is its advertised address, which other machines may reach", result.Error, StringComparison.Ordinal);
        Assert.Contains("without --cluster", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("repair it", result.Error, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"\s-\d", result.Error);
        Assert.Equal(0, asAdvised.ExitCode);
        Assert.Equal(["m1", "m2", "m3"], Defragmented(cluster).Order());
    }

    [Fact]
    public async Task Of_two_urls_the_one_that_says_nothing_is_not_waited_for()
    {
        using var mute = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Any, 0);
        mute.Start(); // connections come about, and nobody ever says a word
        await using var cluster = await ClusterAsync(new ClusterOptions
        {
            Configure = (number, member) => member with { AdvertisedClientUrls = [$"http://127.0.0.{number + 2}:{((System.Net.IPEndPoint)mute.LocalEndpoint).Port}", member.ClientUrl.Replace("127.0.0.1", "localhost", StringComparison.Ordinal)] },
        });

        var result = await Tool.RunAsync(["--endpoints", cluster.Members[0].ClientUrl, "--cluster", "--dial-timeout=1h", "--command-timeout=1h"], Stop);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(["m1", "m2", "m3"], Defragmented(cluster).Order());
    }

    private static Task<EtcdCluster> AdvertisingAsync(Func<int, string> url) =>
        ClusterAsync(new ClusterOptions { Configure = (number, member) => member with { AdvertisedClientUrls = [url(number)] } });

    private static string LocalUrl(int port) => $"http://localhost:{port}";
}
