using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Rules;
using Xunit;

namespace EtcdDefrag.Core.Tests.Rules;

/// <summary>Short ways to say what the tests of rules say all the time.</summary>
internal static class RuleSamples
{
    /// <summary>A member of 1000 bytes, 400 of them in use, quota 2000: leader, three entries behind.</summary>
    public static RuleInput Member { get; } = Input(1000, 400, 2000) with { IsLeader = true, RaftLag = 3 };

    public static RuleInput Input(long size, long inUse, long quota) => new(new ByteSize(size), new ByteSize(inUse), new ByteSize(quota));

    public static DefragRule Parse(string text)
    {
        Assert.True(DefragRule.TryParse(text, out var rule, out var error), error?.Render());
        return rule;
    }

    public static RuleError ParseError(string text)
    {
        Assert.False(DefragRule.TryParse(text, out _, out var error), $"this should be refused: {text}");
        return error;
    }

    public static bool IsTrue(string text, RuleInput? input = null)
    {
        var result = Parse(text).Evaluate(input ?? Member);
        Assert.True(result.Error is null, result.Error?.Render());
        return result.IsTrue;
    }

    public static RuleError EvaluationError(string text, RuleInput? input = null)
    {
        var error = Parse(text).Evaluate(input ?? Member).Error;
        Assert.True(error is not null, $"this should be an error: {text}");
        return error;
    }
}
