using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Core.Rules;
using Xunit;

namespace EtcdDefrag.Core.Tests.Planning;

/// <summary>Which members are selected, and which can't be judged before history is compacted. The member has 1000 bytes, 900 in use, quota 2000.</summary>
public sealed class SelectionTests
{
    private static readonly MemberStatus Member = Snapshots.Status(1) with { DbSize = new ByteSize(1000), DbSizeInUse = new ByteSize(900) };

    [Theory]
    [InlineData("dbSizeFree > 200")]
    [InlineData("dbFragmentation > 0.5 && dbSize > 10")]
    [InlineData("dbSizeInUse > 500")]
    [InlineData("dbSizeInUse % 2 == 1")]
    public void What_compaction_may_change_is_undecided(string rule) => Assert.IsType<Selection.UntilCompaction>(Decide(rule));

    [Theory]
    [InlineData("dbSizeFree > 50")]
    [InlineData("dbQuotaUsage > 0.4")]
    [InlineData(null)]
    public void What_compaction_can_not_unselect_is_selected(string? rule) => Assert.IsType<Selection.Selected>(Decide(rule));

    [Theory]
    [InlineData("dbSizeFree > 1000")]
    [InlineData("dbQuotaUsage > 0.8 && dbSizeFree > 10")]
    public void What_compaction_can_not_select_is_skipped(string rule) => Assert.IsType<Selection.Skipped>(Decide(rule));

    [Fact]
    public void The_floor_may_be_reached_by_compaction()
    {
        Assert.IsType<Selection.UntilCompaction>(Decide(null, floor: 200));
        Assert.IsType<Selection.Skipped>(Decide(null, floor: 1001));
    }

    private static Selection Decide(string? text, long floor = 0)
    {
        DefragRule? rule = null;
        Assert.True(text is null || DefragRule.TryParse(text, out rule, out _));
        return Selection.DecideBeforeCompaction(Member, new Quota(new ByteSize(2000), QuotaSource.Flag), rule, new ByteSize(floor));
    }
}
