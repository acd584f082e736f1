using System.Diagnostics.CodeAnalysis;
using EtcdDefrag.Core.Rules;
using Xunit;

namespace EtcdDefrag.Core.Tests.Rules;

/// <summary>Rules that nobody writes by hand must not bring the tool down.</summary>
public sealed class RuleLimits
{
    // A quarter of what .NET gives a thread on Linux, so that the shipped tool has room to spare.
    private const int SmallStack = 384 * 1024;

    [Theory]
    [InlineData("(")]
    [InlineData("!")]
    [InlineData("- ")]
    [InlineData("true?")]
    [InlineData("true?1:")]
    [InlineData("1||1&&1==1<1+1*(")]
    public void Deep_nesting_is_an_error_and_no_overflow(string opening)
    {
        var error = OnSmallStack(() => RuleSamples.ParseError(Repeat(opening, 500)));

        Assert.Equal("the rule is nested too deeply", error.Message);
        Assert.Equal("at most 200 levels", error.Expected);
    }

    [Fact]
    public void Nesting_just_below_the_limit_works()
    {
        const int Levels = 199;
        var text = Repeat("1+1*(", Levels) + "1" + new string(')', Levels) + " > 0";

        Assert.True(OnSmallStack(() => RuleSamples.IsTrue(text)));
    }

    [Theory]
    [InlineData("(")]
    [InlineData("!")]
    [InlineData("-")]
    [InlineData("1+")]
    [InlineData("true?1:")]
    public void A_hundred_thousand_of_anything_is_an_error(string text) =>
        Assert.Equal("the rule is too long", OnSmallStack(() => RuleSamples.ParseError(Repeat(text, 100_000))).Message);

    [Theory]
    [InlineData("1", "+1", " > 0")]
    [InlineData("true", "&&true", "")]
    [InlineData("0", "<1 ==true&& 1", " == 1")]
    public void The_longest_chains_are_parsed_and_evaluated_without_recursion(string head, string link, string tail)
    {
        var text = head + Repeat(link, (DefragRule.LongestText - head.Length - tail.Length) / link.Length) + tail;

        OnSmallStack(() =>
        {
            var rule = RuleSamples.Parse(text);
            _ = rule.CouldBecomeTrue(RuleSamples.Member);
            return rule.Evaluate(RuleSamples.Member);
        });

        Assert.InRange(text.Length, DefragRule.LongestText - link.Length, DefragRule.LongestText);
    }

    [Fact]
    public void The_longest_text_is_allowed_and_one_more_is_not()
    {
        var spaces = new string(' ', DefragRule.LongestText - 4);

        Assert.True(RuleSamples.IsTrue("true" + spaces));
        Assert.Equal("16385 characters", RuleSamples.ParseError("true " + spaces).Found);
    }

    [Fact]
    public void Evaluating_a_usual_rule_allocates_little()
    {
        var rule = RuleSamples.Parse("dbQuotaUsage > 0.8 && dbSizeFree > 200MiB || dbFragmentation > 0.5 && !isLeader");
        const int Times = 1000;
        rule.Evaluate(RuleSamples.Member);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Times; i++)
        {
            rule.Evaluate(RuleSamples.Member);
        }

        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / Times;
        Assert.InRange(each, 1, 512);
    }

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

    [SuppressMessage("Design", "CA1031", Justification = "what is caught is thrown again on the test's own thread")]
    private static T OnSmallStack<T>(Func<T> work)
    {
        var result = default(T);
        Exception? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    result = work();
                }
                catch (Exception exception)
                {
                    failure = exception;
                }
            },
            SmallStack);
        thread.Start();
        thread.Join();
        return failure is null ? result! : throw new InvalidOperationException("failed on the small stack: " + failure.Message, failure);
    }
}
