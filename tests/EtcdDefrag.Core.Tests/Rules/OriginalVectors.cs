using EtcdDefrag.Core.Rules;
using Xunit;

namespace EtcdDefrag.Core.Tests.Rules;

/// <summary>1,500 rules that the original's library was given, with its answers. Those that use what our rules leave out are marked; line 594 has ** as "* *".</summary>
public sealed class OriginalVectors
{
    // The library evaluates while it parses, so that an error of evaluation may hide one of grammar further right, and ours then names that.
    // Errors of these kinds are certain to be ours of parsing, too.
    private static readonly string[] ErrorsOfParsing = ["error: syntax error", "error: parse error", "error: unknown token", "error: var error: variable"];

    [Fact]
    public void There_are_as_many_as_there_should_be() => Assert.Equal(1500, RuleVector.All.Count);

    [Fact]
    public void Every_valid_rule_gives_the_same_answer()
    {
        var valid = Kept.Where(vector => vector.Expect is "true" or "false").ToList();

        Assert.Equal(777, valid.Count);
        Assert.Empty(Wrong(valid, (vector, answer) => answer == vector.Expect));
    }

    [Fact]
    public void Every_rule_that_gives_no_boolean_is_parsed_and_then_refused_when_evaluated()
    {
        var notBoolean = Kept.Where(vector => vector.Expect == "notbool").ToList();

        Assert.Equal(109, notBoolean.Count);
        Assert.Empty(Wrong(notBoolean, (_, answer) => answer == "evaluation: the rule does not give true or false"));
    }

    [Fact]
    public void Every_error_of_grammar_is_refused_when_parsed()
    {
        var malformed = Kept.Where(vector => ErrorsOfParsing.Any(kind => vector.Expect.StartsWith(kind, StringComparison.Ordinal))).ToList();

        Assert.True(malformed.Count > 200, $"only {malformed.Count}");
        Assert.Empty(Wrong(malformed, (_, answer) => answer.StartsWith("parsing: ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_other_error_is_refused_when_parsed_or_when_evaluated()
    {
        var failing = Kept.Where(vector => vector.Expect.StartsWith("error: ", StringComparison.Ordinal)).ToList();

        Assert.Equal(249, failing.Count);
        Assert.Empty(Wrong(failing, (_, answer) => answer is not ("true" or "false")));
    }

    [Fact]
    public void Every_rule_with_something_that_was_left_out_is_refused_when_parsed()
    {
        var dropped = RuleVector.All.Where(vector => vector.Dropped).ToList();

        Assert.Equal(365, dropped.Count);
        Assert.Empty(Wrong(dropped, (_, answer) => answer.StartsWith("parsing: ", StringComparison.Ordinal)));
    }

    private static IEnumerable<RuleVector> Kept => RuleVector.All.Where(vector => !vector.Dropped);

    private static List<string> Wrong(List<RuleVector> vectors, Func<RuleVector, string, bool> isRight) =>
        [.. vectors.Where(vector => !isRight(vector, Answer(vector))).Select(Describe)];

    private static string Answer(RuleVector vector)
    {
        if (!DefragRule.TryParse(vector.Rule, out var rule, out var error))
        {
            return "parsing: " + error.Message;
        }

        var result = rule.Evaluate(vector.Input);
        return result.Error is not null ? "evaluation: " + result.Error.Message : result.IsTrue ? "true" : "false";
    }

    private static string Describe(RuleVector vector) => $"line {vector.Line}: {vector.Rule} | expected {vector.Expect} | got {Answer(vector)}";
}
