using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Rules;
using Xunit;

namespace EtcdDefrag.Core.Tests.Rules;

/// <summary>What an evaluation allocates: a count, not a time.</summary>
public sealed class RuleCost
{
    [Theory]
    [InlineData("dbSizeFree > 200MiB")]
    [InlineData("dbQuotaUsage > 0.8 || (dbSizeInUse / dbSize < 0.5 && dbSizeFree > 100MiB) || (isLeader == false && raftLag < 10)")]
    public void An_evaluation_allocates_little_more_than_its_result(string text)
    {
        const int Rounds = 1000;
        Assert.True(DefragRule.TryParse(text, out var rule, out _));
        var input = new RuleInput(new ByteSize(3L << 30), new ByteSize(1L << 30), new ByteSize(8L << 30));
        _ = rule.Evaluate(input);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Rounds; i++)
        {
            _ = rule.Evaluate(input);
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Rounds, 0, 256);
    }
}
