using Xunit;

namespace EtcdDefrag.Core.Tests.Rules;

/// <summary>Whether compaction is worth it: could the rule become true if space were freed? The member has 1000 bytes, 400 in use, quota 2000.</summary>
public sealed class RuleForecasts
{
    [Theory]
    [InlineData("dbQuotaUsage > 0.8")]
    [InlineData("dbSizeFree > 1000")]
    [InlineData("dbSizeInUse > 400")]
    [InlineData("dbSizeInUse / dbSize > 0.4 && isLeader")]
    [InlineData("dbFragmentation < 0.6")]
    [InlineData("dbQuotaUsage > 0.8 && dbSizeFree > 700")]
    [InlineData("dbSizeFree > 700 && !isLeader")]
    [InlineData("dbSize - dbSizeInUse < 0.5 * dbSize")]
    [InlineData("dbSizeFree * 2 + 100 > 2100 || raftLag > 5")]
    [InlineData("(isLeader ? dbSizeFree : dbSize) > 1000")]
    [InlineData("(dbSizeFree > 800 ? 0.5 : 0.7) > 0.8")]
    [InlineData("dbSizeInUse == 401")]
    [InlineData("!(dbSizeFree >= 600)")]
    public void Never(string text) => Assert.False(RuleSamples.Parse(text).CouldBecomeTrue(RuleSamples.Member));

    [Theory]
    [InlineData("dbQuotaUsage >= 0.5")]
    [InlineData("dbSizeFree > 600")]
    [InlineData("dbSizeFree >= 1000")]
    [InlineData("dbSizeInUse / dbSize < 0.4")]
    [InlineData("dbFragmentation > 0.9")]
    [InlineData("dbSizeInUse == 0")]
    [InlineData("dbSizeFree != 600")]
    [InlineData("dbSizeInUse % 100 == 50")]
    [InlineData("1 / dbSizeInUse > 5")]
    [InlineData("1 / 0 > 5")]
    public void Perhaps(string text) => Assert.True(RuleSamples.Parse(text).CouldBecomeTrue(RuleSamples.Member));
}
