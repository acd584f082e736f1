using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution.Reading;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Core.Safety;
using EtcdDefrag.Testing.Model;
using EtcdDefrag.Testing.Model.Time;

namespace EtcdDefrag.Simulation.Tests;

/// <summary>Through which address a member is read, where what it advertises works only in part or not at all.</summary>
public sealed class MemberReachTests
{
    private readonly VirtualTime _time = new();
    private readonly ModelNetwork _network;
    private readonly ModelCluster _cluster;

    public MemberReachTests()
    {
        _network = new ModelNetwork(_time, new Journal(), new Dice(1));
        _cluster = new ModelCluster(_network, new Dice(2), new ClusterId(0xc1));
        for (var i = 1; i <= 3; i++)
        {
            var member = _cluster.AddMember((ulong)(0x1000 + i), $"m{i}", learner: false);
            member.ClientUrls.Add($"http://inside-{i}:2379");
            _network.AddRoute($"http://127.0.0.1:{i}", member);
        }

        _cluster.SetLeader(_cluster.Members[0], "from the beginning");
    }

    [Fact]
    public void Members_are_reached_at_the_endpoints_given_with_one_warning_each()
    {
        var survey = Look("http://127.0.0.1:1", "http://127.0.0.1:2", "http://127.0.0.1:3");

        Assert.Equal(["http://127.0.0.1:1", "http://127.0.0.1:2", "http://127.0.0.1:3"], survey.Snapshot!.Views.Select(view => view.Endpoint!.Text));
        Assert.Equal(3, survey.Findings.Count);
        Assert.All(survey.Findings, finding => Assert.Equal(("members-reachable", FindingSeverity.Warning), (finding.CheckId, finding.Severity)));
        Assert.Matches(@"^member 1002 \(m2\) does not answer at http://inside-2:2379, which it advertises \(.*refused.*\): it is reached at http://127\.0\.0\.1:2, which was given", survey.Findings[1].Message);
    }

    [Fact]
    public void A_url_that_all_advertise_is_no_reason_to_do_without_the_endpoints_given()
    {
        foreach (var member in _cluster.Members)
        {
            member.ClientUrls[0] = "http://127.0.0.1:1"; // works, and is the first one's
        }

        var survey = Look("http://127.0.0.1:1", "http://127.0.0.1:2", "http://127.0.0.1:3");

        Assert.Equal(["http://127.0.0.1:1", "http://127.0.0.1:2", "http://127.0.0.1:3"], survey.Snapshot!.Views.Select(view => view.Endpoint!.Text));
        Assert.Equal(3, survey.Findings.Count(finding => finding.Message.Contains("and so do other members", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_load_balancer_stands_for_no_member()
    {
        _network.AddRoute("http://127.0.0.1:9", [.. _cluster.Members]);

        var survey = Look("http://127.0.0.1:9");

        Assert.All(survey.Snapshot!.Views, view => Assert.Null(view.Status));
        Assert.Contains(survey.Findings, finding => finding.CheckId == "members-reachable" && finding.Hint!.Contains("http://inside-2:2379 is its advertised address", StringComparison.Ordinal)
            && finding.Hint.Contains("without --cluster", StringComparison.Ordinal));
    }

    [Fact]
    public void A_member_that_no_endpoint_leads_to_is_not_taken_for_another()
    {
        var survey = Look("http://127.0.0.1:1", "http://127.0.0.1:2");

        Assert.Null(survey.Snapshot!.Find(new MemberId(0x1003))!.Status);
        Assert.True(survey.Findings.Refuse());
    }

    [Fact]
    public void What_is_advertised_comes_first()
    {
        for (var i = 0; i < 3; i++)
        {
            _network.AddRoute($"http://inside-{i + 1}:2379", _cluster.Members[i]);
        }

        var survey = Look("http://127.0.0.1:1", "http://127.0.0.1:2", "http://127.0.0.1:3");

        Assert.Equal(["http://inside-1:2379", "http://inside-2:2379", "http://inside-3:2379"], survey.Snapshot!.Views.Select(view => view.Endpoint!.Text));
        Assert.Empty(survey.Findings);
    }

    [Fact]
    public void Of_several_urls_the_first_that_answers_as_the_member_is_used_without_waiting_for_the_others()
    {
        // The first swallows all packets, the second leads to another member.
        var hole = _cluster.AddMember(0x2000, "hole", learner: true, started: false);
        _cluster.SetOffNetwork(hole, off: true);
        for (var i = 1; i <= 3; i++)
        {
            _network.AddRoute($"http://a:{i}", hole);
            _network.AddRoute($"http://b:{i}", _cluster.Members[i % 3]);
            _network.AddRoute($"http://c:{i}", _cluster.Members[i - 1]);
            _cluster.Members[i - 1].ClientUrls[0] = $"http://a:{i}";
            _cluster.Members[i - 1].ClientUrls.AddRange([$"http://b:{i}", $"http://c:{i}"]);
        }

        var survey = Look("http://127.0.0.1:1");

        Assert.Equal(["http://c:1", "http://c:2", "http://c:3"], survey.Snapshot!.Voters.Select(view => view.Endpoint!.Text));
        Assert.True(TimeSpan.FromTicks(_time.Now) < TimeSpan.FromSeconds(1), $"{TimeSpan.FromTicks(_time.Now)}");
    }

    private ClusterSurvey Look(params string[] endpoints)
    {
        ClusterSurvey? survey = null;
        var request = new RunRequest { Options = new DefragOptions { UseCluster = true, CommandTimeout = TimeSpan.FromSeconds(30) }, Endpoints = [.. endpoints.Select(Endpoint.Parse)] };
        _time.Run(async () => survey = await ClusterSurvey.Of(new ModelClient(_network), _time, request)(TestContext.Current.CancellationToken));
        return survey!;
    }
}
