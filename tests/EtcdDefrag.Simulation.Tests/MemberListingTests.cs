using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution.Reading;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Testing.Model;
using EtcdDefrag.Testing.Model.Time;
using EtcdDefrag.Testing.Schedules;

namespace EtcdDefrag.Simulation.Tests;

/// <summary>Whom a look at the cluster asks for the member list, and for how long it waits for whom, where some of the endpoints named are dead.</summary>
public sealed class MemberListingTests
{
    private const string Live = "http://10.0.0.1:2379";
    private readonly VirtualTime _time;
    private readonly ModelNetwork _network;
    private readonly ModelCluster _cluster;

    public MemberListingTests()
    {
        var scene = new ModelScene(members: 5);
        (_time, _network, _cluster) = (scene.Time, scene.Network, scene.Cluster);
    }

    [Fact]
    public void The_first_that_answers_is_the_only_one_asked()
    {
        var survey = Look(Live, "http://10.0.0.2:2379", "http://10.0.0.3:2379");

        Assert.NotNull(survey.Snapshot);
        Assert.Equal(["m1"], Asked());
    }

    [Fact]
    public void Refused_connections_hold_nobody_up_though_each_is_tried_again()
    {
        var dead = Enumerable.Range(1, 10).Select(i => $"http://10.0.9.{i}:2379").ToArray();

        var survey = Look([.. dead, Live]);

        Assert.NotNull(survey.Snapshot);
        Assert.Equal([.. dead, "m1"], Asked().Distinct());
        Assert.Equal(dead.Length + 1, Asked().Length); // the answer came before any second try
        Assert.True(AskedAt()[^1] < 50, $"{AskedAt()[^1]} ms");
    }

    [Fact]
    public void Vanishing_packets_cost_a_head_start_each_not_a_timeout()
    {
        Cut(_cluster.Members[0], _cluster.Members[1]);

        var survey = Look(Live, "http://10.0.0.2:2379", "http://10.0.0.3:2379");

        Assert.NotNull(survey.Snapshot);
        Assert.Equal(["m1", "m2", "m3"], Asked());
        Assert.Equal([0, 250, 500], AskedAt());
        Assert.Equal(2, _network.Journal.Entries.Count(entry => entry.What == "-> cancelled")); // nobody is left waiting
    }

    [Fact]
    public void A_late_answer_counts_like_any_other()
    {
        _cluster.Members[0].Latency = TimeSpan.FromMilliseconds(300);
        Cut(_cluster.Members[1]);

        var survey = Look(Live, "http://10.0.0.2:2379");

        Assert.NotNull(survey.Snapshot);
        Assert.Equal(["m1", "m2"], Asked());
    }

    [Fact]
    public void Where_all_fail_each_is_told_in_the_order_given()
    {
        Cut(_cluster.Members[0]);

        var survey = Look("http://10.0.9.2:2379", Live, "http://10.0.9.1:2379");

        Assert.Null(survey.Snapshot);
        Assert.Collection(
            survey.Problem!.Split(Environment.NewLine),
            line => Assert.StartsWith("endpoint http://10.0.9.2:2379: ", line, StringComparison.Ordinal),
            line => Assert.StartsWith($"endpoint {Live}: ", line, StringComparison.Ordinal),
            line => Assert.StartsWith("endpoint http://10.0.9.1:2379: ", line, StringComparison.Ordinal));
        Assert.Equal(7, Asked().Length); // a refused connection is tried three times
    }

    [Fact]
    public void The_wish_to_stop_ends_it_at_once()
    {
        Cut(_cluster.Members[0]);
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(400), _time);

        Assert.ThrowsAny<OperationCanceledException>(() => LookUntil(stop.Token, Live, "http://10.0.9.1:2379"));

        Assert.Equal(400, TimeSpan.FromTicks(_time.Now).TotalMilliseconds);
    }

    [Fact]
    public void In_a_run_the_one_that_gave_the_list_is_asked_first_from_then_on()
    {
        _time.Run(() => RealTool.RunAsync(new ModelClient(_network), _time, new ScheduleOptions { Defrag = Options, Endpoints = Parse("http://10.0.9.1:2379", Live) }));

        var asked = Asked();
        Assert.Equal("http://10.0.9.1:2379 m1", string.Join(' ', asked.Distinct()));
        Assert.Equal(11, asked.Count(who => who == "m1")); // once a look
        Assert.Single(asked, who => who != "m1");
    }

    private static DefragOptions Options { get; } = new() { UseCluster = true, CommandTimeout = TimeSpan.FromSeconds(5) };

    private ClusterSurvey Look(params string[] endpoints) => LookUntil(TestContext.Current.CancellationToken, endpoints);

    private ClusterSurvey LookUntil(CancellationToken stop, params string[] endpoints)
    {
        ClusterSurvey? survey = null;
        _time.Run(async () => survey = await ClusterSurvey.Of(new ModelClient(_network), _time, new RunRequest { Options = Options, Endpoints = Parse(endpoints) })(stop));
        return survey!;
    }

    private static Endpoint[] Parse(params string[] endpoints) => [.. endpoints.Select(Endpoint.Parse)];

    private void Cut(params ModelMember[] members)
    {
        foreach (var member in members)
        {
            _cluster.SetOffNetwork(member, off: true);
        }
    }

    /// <summary>Who was asked for the list, in order: a member's name, or the endpoint where nobody is.</summary>
    private string[] Asked() => [.. Requests().Select(entry => entry.Member)];

    /// <summary>When they were asked, in milliseconds.</summary>
    private double[] AskedAt() => [.. Requests().Select(entry => TimeSpan.FromTicks(entry.Ticks).TotalMilliseconds)];

    private IEnumerable<JournalEntry> Requests() =>
        _network.Journal.Entries.Where(entry => entry is { What: "<-", Detail: nameof(CallKind.ListMembers) });
}
