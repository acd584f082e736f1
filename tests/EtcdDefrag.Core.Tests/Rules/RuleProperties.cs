using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Rules;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace EtcdDefrag.Core.Tests.Rules;

/// <summary>What holds for every text and every member.</summary>
public sealed class RuleProperties
{
    private static readonly Config Quick = Config.QuickThrowOnFailure.WithMaxTest(3_000);

    private static readonly Gen<RuleInput> Inputs =
        from size in Gen.OneOf(Gen.Choose(0, 4096).Select(n => (long)n), Gen.Elements(0L, 1L, 1L << 31, 1L << 53, long.MaxValue))
        from inUse in Gen.OneOf(Gen.Choose(0, 4096).Select(n => (long)n), Gen.Constant(size), Gen.Elements(0L, 1L, 1L << 40, long.MaxValue))
        from quota in Gen.Elements(-1L, 0L, 1L, 1000L, 1L << 31)
        from leads in Gen.Elements(false, true)
        from lag in Gen.Elements(0UL, 5UL, ulong.MaxValue)
        select new RuleInput(new ByteSize(size), new ByteSize(inUse), new ByteSize(quota), leads, lag);

    [Fact]
    public void Whatever_the_text_the_answer_is_a_rule_or_an_error_with_its_place() =>
        Check.One(Quick, Prop.ForAll(RuleTexts.Any.ToArbitrary(), Inputs.ToArbitrary(), (text, input) =>
        {
            if (!DefragRule.TryParse(text, out var rule, out var error))
            {
                return HasItsPlace(error, text);
            }

            var result = rule.Evaluate(input);
            _ = rule.CouldBecomeTrue(input);
            return (result.Error is null || (!result.IsTrue && HasItsPlace(result.Error, text))) && rule.Numbers(input).Split(", ").Length == Math.Max(1, rule.Variables.Count);
        }));

    [Fact]
    public void A_forecast_that_says_never_is_right()
    {
        var never = 0;

        Check.One(Quick, Prop.ForAll(RuleTexts.Conditions.ToArbitrary(), Inputs.ToArbitrary(), (text, now) =>
        {
            var rule = RuleSamples.Parse(text);
            if (rule.CouldBecomeTrue(now))
            {
                return true;
            }

            never++;
            return Samples(now).All(input => !rule.Evaluate(input).IsTrue);
        }));

        Assert.True(never > 300, $"only {never} of 3000 rules could never be true: the property says little");
    }

    [Fact]
    public void A_forecast_follows_the_evaluation_where_compaction_changes_nothing() =>
        Check.One(Quick, Prop.ForAll(RuleTexts.Conditions.ToArbitrary(), Inputs.ToArbitrary(), (text, now) =>
        {
            var rule = RuleSamples.Parse(text);
            var fixedNow = !rule.Variables.Overlaps(["dbSizeInUse", "dbSizeFree", "dbFragmentation"]);
            var result = rule.Evaluate(now);
            return !fixedNow || rule.CouldBecomeTrue(now) == (result.IsTrue || result.Error is not null);
        }));

    private static bool HasItsPlace(RuleError error, string text) =>
        error.Column >= 1 && error.Column <= text.Length + 1
        && error.Offset >= 0 && error.Offset + error.Length <= text.Length
        && error.Render().Split('\n').All(line => line.Length < 240) && error.Render().Contains('^', StringComparison.Ordinal);

    // The ends, all that lies near them, and some of the middle.
    private static IEnumerable<RuleInput> Samples(RuleInput now)
    {
        var most = now.DbSizeInUse.Bytes;
        var steps = Enumerable.Range(0, 41).Select(step => (long)(most / 40.0 * step));
        var near = Enumerable.Range(0, 5).SelectMany(step => new[] { step, most - step });
        return steps.Concat(near).Select(bytes => now with { DbSizeInUse = new ByteSize(Math.Clamp(bytes, 0, most)) });
    }
}
