using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Planning;
using Xunit;

namespace EtcdDefrag.Core.Tests.Planning;

public class PlannerTests
{
    private static readonly DefragOptions Defaults = new() { UseCluster = true };

    [Theory]
    [InlineData(1, "2 3 1")]
    [InlineData(2, "1 3 2")]
    [InlineData(3, "1 2 3")]
    public void The_leader_is_last_and_the_others_keep_their_order(ulong leader, string expected)
    {
        var snapshot = Snapshots.Of(Snapshots.View(1, leader), Snapshots.View(2, leader), Snapshots.View(3, leader));

        var order = Planner.Order(TargetSelection.From(snapshot, Defaults).Targets, snapshot);

        Assert.Equal(expected, string.Join(' ', order.Select(target => target.MemberId)));
    }

    [Theory]
    [InlineData(1, "2")]
    [InlineData(2, "1")]
    [InlineData(4, "1")] // the leader is not among them
    public void The_next_one_is_the_first_of_the_order(ulong leader, string next)
    {
        var snapshot = Snapshots.Of(Snapshots.View(1, leader), Snapshots.View(2, leader), Snapshots.View(3, leader));
        var targets = TargetSelection.From(snapshot, Defaults).Targets;

        var target = Planner.Next(targets, snapshot);

        Assert.Equal(next, target.MemberId.ToString());
        Assert.Equal(Planner.Order(targets, snapshot)[0], target);
    }

    [Fact]
    public void A_changed_copy_of_a_snapshot_finds_what_it_holds()
    {
        var snapshot = Snapshots.Healthy();

        var copy = snapshot with { Views = [Snapshots.View(4)] };

        Assert.Null(copy.Find(new MemberId(1)));
        Assert.NotNull(copy.Find(new MemberId(4)));
        Assert.NotNull(snapshot.Find(new MemberId(1)));
    }

    [Fact]
    public void The_leader_is_last_also_where_a_voter_that_is_down_was_let_pass()
    {
        var snapshot = Snapshots.Healthy().WithDown(2);

        Assert.Equal("2 3 1", string.Join(' ', Planner.Order(TargetSelection.From(snapshot, Defaults).Targets, snapshot).Select(target => target.MemberId)));
    }

    [Fact]
    public void Where_voters_disagree_the_leader_that_more_of_them_name_is_last()
    {
        var snapshot = Snapshots.Of(Snapshots.View(1, leader: 1), Snapshots.View(2, leader: 2), Snapshots.View(3, leader: 1));

        Assert.Equal("3 2 1", string.Join(' ', Planner.Order(TargetSelection.From(snapshot, Defaults).Targets, snapshot).Select(target => target.MemberId)));
    }

    [Fact]
    public void Learners_are_left_alone_and_spoken_of()
    {
        var snapshot = Snapshots.Of(Snapshots.View(1), Snapshots.View(2, learner: true));

        var selection = TargetSelection.From(snapshot, Defaults);

        Assert.Equal(1ul, Assert.Single(selection.Targets).MemberId.Value);
        Assert.Contains("learner http://10.0.0.2:2379", Assert.Single(selection.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_endpoints_of_one_member_mean_one_defragmentation()
    {
        var snapshot = Given(Snapshots.Healthy(), ("http://10.0.0.2:2379", 2), ("http://localhost:9", 2), ("http://10.0.0.1:2379", 1));

        var selection = TargetSelection.From(snapshot, new DefragOptions());

        Assert.Equal(["http://10.0.0.2:2379", "http://10.0.0.1:2379"], selection.Targets.Select(target => target.Endpoint.Text));
        Assert.Contains("same member 2", Assert.Single(selection.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void An_endpoint_that_does_not_answer_is_the_member_that_advertises_it()
    {
        var snapshot = Given(Snapshots.Healthy().WithDown(2), ("http://10.0.0.1:2379", 1), ("http://10.0.0.2:2379", 2));

        var selection = TargetSelection.From(snapshot with { Given = [snapshot.Given[0], Silent(snapshot.Given[1].Endpoint)] }, new DefragOptions());

        Assert.Equal([1ul, 2ul], selection.Targets.Select(target => target.MemberId.Value));
        Assert.Empty(selection.Unplaced);
    }

    [Theory]
    [InlineData("http://service:2379", false)]
    [InlineData("http://10.0.0.2:2379", true)]
    public void An_endpoint_that_leads_to_no_certain_member_is_not_dropped_in_silence(string text, bool answers)
    {
        var snapshot = Snapshots.Healthy();
        var given = Silent(Endpoint.Parse(text)) with { ClusterId = answers ? snapshot.ClusterId : null }; // answers: as a load balancer, now this one, now that one

        var selection = TargetSelection.From(snapshot with { Given = [given] }, new DefragOptions());

        Assert.Empty(selection.Targets);
        Assert.Equal(text, Assert.Single(selection.Unplaced).Text);
    }

    [Fact]
    public void Excluding_this_machine_leaves_out_its_endpoints()
    {
        var snapshot = Given(Snapshots.Healthy(), ("http://127.0.0.1:2379", 1), ("[::1]:2379", 2), ("http://10.0.0.3:2379", 3));

        var selection = TargetSelection.From(snapshot, new DefragOptions { ExcludeLocalhost = true });

        Assert.Equal(3ul, Assert.Single(selection.Targets).MemberId.Value);
    }

    [Fact]
    public void Compaction_goes_to_the_first_member_and_to_its_own_revision()
    {
        var snapshot = Snapshots.Healthy().WithStatus(2, status => status with { Revision = 4990 });
        var order = Planner.Order(TargetSelection.From(snapshot, Defaults).Targets, snapshot);

        var plan = Assert.IsType<CompactionPlan.CompactTo>(Planner.PlanCompaction(snapshot, order, Defaults, null, Quotas(snapshot)));

        Assert.Equal((4990L, 2ul), (plan.Revision, plan.Target.MemberId.Value));
    }

    [Theory]
    [InlineData(true, 5000, "keeps all history")]
    [InlineData(true, long.MaxValue, "keeps all history")]
    [InlineData(false, 0, "--compaction=false")]
    public void History_is_left_alone(bool compaction, long retain, string why)
    {
        var snapshot = Snapshots.Healthy();
        var options = Defaults with { Compaction = compaction, CompactionRetainRevisions = retain };
        var order = TargetSelection.From(snapshot, options).Targets;

        var plan = Assert.IsType<CompactionPlan.LeaveAlone>(Planner.PlanCompaction(snapshot, order, options, null, Quotas(snapshot)));

        Assert.Contains(why, plan.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void History_is_left_alone_where_no_member_could_reach_the_reclaim_floor()
    {
        var snapshot = Snapshots.Healthy();
        var options = Defaults with { MinReclaim = new ByteSize(200 << 20) };

        var plan = Planner.PlanCompaction(snapshot, TargetSelection.From(snapshot, options).Targets, options, null, Quotas(snapshot));

        Assert.IsType<CompactionPlan.LeaveAlone>(plan);
    }

    [Fact]
    public void The_new_leader_is_one_already_done()
    {
        var transferee = TransferTarget.Choose(Snapshots.Healthy(5), new MemberId(1), new HashSet<MemberId> { new(4) });

        Assert.Equal(4ul, transferee!.Id.Value);
    }

    [Fact]
    public void The_new_leader_is_never_a_learner_nor_unwell_nor_behind()
    {
        var snapshot = Snapshots.Of(Snapshots.View(1), Snapshots.View(2, learner: true), Snapshots.View(3), Snapshots.View(4), Snapshots.View(5))
            .WithDown(3)
            .WithStatus(4, status => status with { RaftAppliedIndex = 100 });

        Assert.Equal(5ul, TransferTarget.Choose(snapshot, new MemberId(1), new HashSet<MemberId>())!.Id.Value);
        Assert.Null(TransferTarget.Choose(snapshot.WithDown(5), new MemberId(1), new HashSet<MemberId>()));
    }

    private static Dictionary<MemberId, Quota> Quotas(ClusterSnapshot snapshot) => snapshot.Views.ToDictionary(view => view.Id, _ => Quota.Default);

    private static GivenEndpoint Silent(Endpoint endpoint) => new(endpoint, null, null, "no answer");

    private static ClusterSnapshot Given(ClusterSnapshot snapshot, params (string Text, ulong Id)[] endpoints) => snapshot with
    {
        Given = [.. endpoints.Select(pair => new GivenEndpoint(Endpoint.Parse(pair.Text), new MemberId(pair.Id), snapshot.ClusterId, null))],
    };
}
