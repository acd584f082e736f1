using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Planning;
using Xunit;

namespace EtcdDefrag.Core.Tests.Planning;

public class DisarmDecisionTests
{
    private static readonly ClusterSnapshot Alarmed =
        Snapshots.Healthy().With(1, view => view with { Alarms = [new Alarm(new MemberId(2), AlarmKind.NoSpace)] });

    [Fact]
    public void The_alarm_is_cleared_when_every_voter_is_below_its_own_threshold() =>
        Assert.Equal(2ul, Assert.Single(Decide(Alarmed, quotaMiB: 112).Alarms).MemberId.Value);

    [Fact]
    public void One_voter_at_its_own_threshold_is_enough_to_leave_the_alarm()
    {
        var quotas = Quotas(Alarmed, 1000);
        quotas[new MemberId(3)] = new Quota(new ByteSize(111L << 20), QuotaSource.Status);

        var decision = DisarmDecision.Make(Alarmed, quotas, 0.9);

        Assert.Empty(decision.Alarms);
        Assert.Equal("Members [http://10.0.0.3:2379] DB size is still above threshold (0.90), skipping auto-disalarm", decision.Why);
    }

    [Fact]
    public void A_voter_whose_size_is_not_known_means_nothing_cleared() =>
        Assert.Empty(Decide(Alarmed.WithDown(3), quotaMiB: 1000).Alarms);

    [Theory]
    [InlineData("GET /metrics on http://10.0.0.3:2379 failed after 1ms: connection refused", "GET /metrics on http://10.0.0.3:2379 failed after 1ms: connection refused")]
    [InlineData(null, "nobody tells it")]
    public void A_quota_that_is_not_known_means_nothing_cleared(string? unread, string why)
    {
        var quotas = Quotas(Alarmed, 1000);
        quotas[new MemberId(3)] = Quota.Default with { Unread = unread };

        var decision = DisarmDecision.Make(Alarmed, quotas, 0.9);

        Assert.Empty(decision.Alarms);
        Assert.Equal(
            $"The quota of http://10.0.0.3:2379 is not known ({why}), skipping auto-disalarm; give it with --etcd-storage-quota-bytes",
            decision.Why);
    }

    [Fact]
    public void A_member_without_quota_is_below_any_threshold() =>
        Assert.Single(Decide(Alarmed, quotaMiB: -1).Alarms);

    [Fact]
    public void Nothing_is_cleared_beside_CORRUPT()
    {
        var snapshot = Alarmed.With(3, view => view with { Alarms = [new Alarm(new MemberId(3), AlarmKind.Corrupt)] });

        Assert.Equal("Alarm CORRUPT of member 3 is active as well: nothing is changed, skipping auto-disalarm", Decide(snapshot, quotaMiB: 1000).Why);
    }

    [Fact]
    public void CORRUPT_is_never_cleared()
    {
        var snapshot = Snapshots.Healthy().With(1, view => view with { Alarms = [new Alarm(new MemberId(2), AlarmKind.Corrupt)] });

        Assert.Equal("No NOSPACE alarms found, skipping auto-disalarm", Decide(snapshot, quotaMiB: 1000).Why);
    }

    private static DisarmDecision Decide(ClusterSnapshot snapshot, long quotaMiB) =>
        DisarmDecision.Make(snapshot, Quotas(snapshot, quotaMiB), 0.9);

    private static Dictionary<MemberId, Quota> Quotas(ClusterSnapshot snapshot, long quotaMiB) =>
        snapshot.Views.ToDictionary(view => view.Id, _ => new Quota(new ByteSize(quotaMiB << 20), QuotaSource.Status));
}
