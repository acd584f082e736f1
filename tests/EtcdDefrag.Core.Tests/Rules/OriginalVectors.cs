using EtcdDefrag.Core.Rules;
using Xunit;

namespace EtcdDefrag.Core.Tests.Rules;

/// <summary>1,500 rules that the original's library was given, with its answers.</summary>
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
        var valid = RuleVector.All.Where(vector => vector.Expect is "true" or "false").ToList();

        var wrong = valid.Where(vector => Answer(vector) != vector.Expect).Select(Describe).ToList();

        Assert.Equal(923, valid.Count);
        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_rule_that_gives_no_boolean_is_parsed_and_then_refused_when_evaluated()
    {
        var notBoolean = RuleVector.All.Where(vector => vector.Expect == "notbool").ToList();

        var wrong = notBoolean.Where(vector => Answer(vector) != "evaluation: the rule does not give true or false").Select(Describe).ToList();

        Assert.Equal(124, notBoolean.Count);
        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_error_of_grammar_is_refused_when_parsed()
    {
        var malformed = RuleVector.All.Where(vector => ErrorsOfParsing.Any(kind => vector.Expect.StartsWith(kind, StringComparison.Ordinal))).ToList();

        var wrong = malformed.Where(vector => !Answer(vector).StartsWith("parsing: ", StringComparison.Ordinal)).Select(Describe).ToList();

        Assert.True(malformed.Count > 300, $"only {malformed.Count}");
        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_other_error_and_panic_is_refused_when_parsed_or_when_evaluated()
    {
        var failing = RuleVector.All.Where(vector => vector.Expect == "panic" || vector.Expect.StartsWith("error: ", StringComparison.Ordinal)).ToList();

        var wrong = failing.Where(vector => Answer(vector) is "true" or "false").Select(Describe).ToList();

        Assert.Equal(453, failing.Count);
        Assert.Empty(wrong);
    }

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
