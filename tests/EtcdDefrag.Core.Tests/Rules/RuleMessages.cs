using EtcdDefrag.Core.Rules;
using Xunit;

namespace EtcdDefrag.Core.Tests.Rules;

/// <summary>What somebody reads whose rule is wrong.</summary>
public sealed class RuleMessages
{
    [Fact]
    public void A_typo_shows_the_place_and_the_nearest_name() => Assert.Equal(
        """
        column 12: there is no variable "dbSizE"
          true    && dbSizE > 100MiB
                     ^^^^^^
          expected: dbSize, dbSizeInUse, dbSizeFree, dbQuota, dbQuotaUsage, dbFragmentation, isLeader, raftLag
          try:      dbSize
        """,
        RuleSamples.ParseError("true    && dbSizE > 100MiB").Render());

    [Fact]
    public void A_rule_that_ends_too_early_shows_its_end() => Assert.Equal(
        """
        column 20: the rule ends too early
          (dbQuotaUsage > 0.8
                             ^
          found:    the end of the rule
          expected: an operator or )
        """,
        RuleSamples.ParseError("(dbQuotaUsage > 0.8").Render());

    [Fact]
    public void An_error_of_types_shows_the_operator_and_both_sides() => Assert.Equal(
        """
        column 18: + works on two numbers
          dbSize > 1 && (1 + true) > 0
                           ^
          found:    a number and a boolean
          expected: two numbers
        """,
        RuleSamples.EvaluationError("dbSize > 1 && (1 + true) > 0").Render());

    [Fact]
    public void A_rule_without_an_answer_is_marked_as_a_whole() => Assert.Equal(
        """
        column 1: the rule does not give true or false
          200*1024*1024
          ^^^^^^^^^^^^^
          found:    the number 209715200
          expected: a condition, e.g. dbSizeFree > 200MiB
        """,
        RuleSamples.Parse("200*1024*1024").Validate()!.Render());

    [Fact]
    public void A_rule_of_several_lines_shows_the_line_that_is_wrong() => Assert.Equal(
        """
        line 2, column 4: this character has no meaning in a rule
          && § || true
             ^
          found:    "§" (U+00A7)
          expected: a variable, a number, an operator or a parenthesis
        """,
        RuleSamples.ParseError("dbSize > 1 // why\r\n&& § || true\r\n|| false").Render());

    [Fact]
    public void The_caret_is_right_after_tabs_and_wide_characters() => Assert.Equal(
        """
        column 11: there is no variable "x"
           /* 世界 */ x
                      ^
        """,
        FirstLines(RuleSamples.ParseError("\t/* 世界 */ x"), 3));

    [Fact]
    public void A_long_rule_is_cut_around_the_place()
    {
        var error = RuleSamples.ParseError(string.Concat(Enumerable.Repeat("dbSize > 1 && ", 50)) + "oops > 1" + string.Concat(Enumerable.Repeat(" && dbSize > 1", 50)));

        Assert.Equal(
            """
            column 701: there is no variable "oops"
              …e > 1 && dbSize > 1 && dbSize > 1 && oops > 1 && dbSize > 1 && dbSize > 1 …
                                                    ^^^^
            """,
            FirstLines(error, 3));
    }

    [Fact]
    public void Control_characters_of_the_rule_do_not_reach_the_terminal()
    {
        var rendered = RuleSamples.ParseError("dbSize > \u001b[31m1 \"\u0007").Render();

        Assert.DoesNotContain(rendered, c => char.IsControl(c) && c != '\n');
    }

    [Theory]
    [InlineData("dbsize > 1", "dbSize")]
    [InlineData("dbSizeInuse > 1", "dbSizeInUse")]
    [InlineData("dbQu > 1", "dbQuota")]
    [InlineData("dbSize > 1 and dbQuota > 1", "&&")]
    [InlineData("dbSize > 1 or true", "||")]
    [InlineData("not true", "!")]
    [InlineData("dbSize = 1", "== to compare")]
    [InlineData("dbSize === 1", "== to compare")]
    [InlineData("dbSize ≥ 1", ">=")]
    [InlineData("dbSize\u00A0> 1", "a plain space")]
    [InlineData("dbSize > 1; true", "&& or || to join two conditions")]
    [InlineData("dbSize --1 > 0", "- - with a space between, or parentheses")]
    [InlineData("isLeader & true", "&&")]
    [InlineData("isLeader | true", "||")]
    [InlineData("dbQuotaUsage > 80%", "a fraction for a percentage (0.8, not 80%); % is the remainder of a division")]
    [InlineData("dbSizeFree > 200Mi", "200MiB")]
    [InlineData("TRUE", "true")]
    public void What_was_probably_meant_is_suggested(string text, string suggestion) => Assert.Equal(suggestion, RuleSamples.ParseError(text).Suggestion);

    [Theory]
    [InlineData("", 1, "the rule is empty")]
    [InlineData(" // nothing", 1, "the rule is empty")]
    [InlineData("dbSize >", 9, "the rule ends too early")]
    [InlineData("dbSize > > 1", 10, "this does not fit here")]
    [InlineData("dbSize 1", 8, "this does not fit here")]
    [InlineData("min(1, 2) > 1", 1, "rules have no functions")]
    [InlineData("dbSize(1)", 1, "rules have no functions")]
    [InlineData("1 > 99999999999999999999", 5, "this number is too large for 64 bits")]
    [InlineData("1 > 9E99G", 5, "this size is too large")]
    [InlineData("1 > 1e999", 5, "this number is too large")]
    [InlineData("1 > 1e99999999999999999999", 5, "this number is too large")]
    [InlineData("1 > 1E", 5, "this is no number")]
    [InlineData("1 > 0x", 5, "this is no number")]
    [InlineData("1 > 089", 5, "this is no number")]
    [InlineData("1 > 0b12", 5, "this is no number")]
    [InlineData("1 > 1__0", 5, "this is no number")]
    [InlineData("1 > 1_", 5, "this is no number")]
    [InlineData("1 > 017M", 5, "a size is a decimal number with a suffix")]
    [InlineData("1 > 5dbSize", 6, "this is no size suffix")]
    [InlineData("true ? false", 13, "the rule ends too early")]
    public void Errors_of_spelling_and_grammar_have_their_place(string text, int column, string message)
    {
        var error = RuleSamples.ParseError(text);

        Assert.Equal((column, message), (error.Column, error.Message));
    }

    [Theory]
    [InlineData("dbSize / 0 > 1", 8, "division by zero")]
    [InlineData("1 % 0 == 1", 3, "division by zero")]
    [InlineData("1 / 0.0 == 1", 3, "division by zero")]
    [InlineData("!dbSize", 1, "! turns true into false and back")]
    [InlineData("-true == 1", 1, "only a number can be negated")]
    [InlineData("1 * true == 1", 3, "* works on two numbers")]
    [InlineData("1 < true", 3, "< compares two numbers")]
    [InlineData("true && 1", 6, "&& joins two conditions")]
    [InlineData("1 ? true : false", 3, "? chooses by a condition")]
    [InlineData("dbQuota", 1, "the rule does not give true or false")]
    public void Errors_of_evaluation_have_the_place_of_the_operator(string text, int column, string message)
    {
        var error = RuleSamples.EvaluationError(text);

        Assert.Equal((column, message), (error.Column, error.Message));
    }

    [Theory]
    [InlineData("0.1 + 0.2", "the number 0.30000000000000004")]
    [InlineData("1e308 * 1", "the number 1E+308")]
    [InlineData("dbSize * 1e308 * 1e308", "the number Infinity")]
    public void What_a_rule_gives_instead_of_an_answer_is_said_briefly(string text, string found) =>
        Assert.Equal(found, RuleSamples.EvaluationError(text).Found);

    [Theory]
    [InlineData("dbSize > 1 && \"a\" == \"a\"", 15, "rules have no strings")]
    [InlineData("`a` == `a`", 1, "rules have no strings")]
    [InlineData("'a' == 'a'", 1, "rules have no strings")]
    [InlineData("dbSize in [1, 2]", 8, "rules have no \"in\"")]
    [InlineData("1 IN [1]", 3, "rules have no \"IN\"")]
    [InlineData("[1] == [1]", 1, "rules have no arrays")]
    [InlineData("{} == {}", 1, "rules have no objects")]
    [InlineData("nil == nil", 1, "rules have no \"nil\"")]
    [InlineData("dbSize.x", 7, "rules have no fields")]
    [InlineData("2 ** 3 == 8", 3, "rules have no powers")]
    [InlineData("1 << 2 == 4", 3, "rules have no bit operators")]
    [InlineData("1 >> 2 == 4", 3, "rules have no bit operators")]
    [InlineData("(1 ^ 2) == 3", 4, "rules have no bit operators")]
    [InlineData("~1 == 3", 1, "rules have no bit operators")]
    [InlineData("0x1p-2 == 0.25", 1, "rules have no hexadecimal floats")]
    [InlineData("0x1.8p1 == 3", 1, "rules have no hexadecimal floats")]
    public void What_rules_leave_out_is_named_with_what_they_may_hold(string text, int column, string message)
    {
        var error = RuleSamples.ParseError(text);

        Assert.Equal((column, message), (error.Column, error.Message));
        Assert.Equal("numbers (80, 0.8, 200MiB), true, false, variables, + - * / %, == != < <= > >=, && || !, ? : and parentheses", error.Expected);
    }

    [Theory]
    [InlineData("dbQuotaUsage > 80", 16, "dbQuotaUsage is a ratio from 0 to 1, and 80 is above that", "0.8 for 80 %")]
    [InlineData("50 <= (dbFragmentation) || isLeader", 1, "dbFragmentation is a ratio from 0 to 1, and 50 is above that", "0.5 for 50 %")]
    [InlineData("dbSize > 1 && dbQuotaUsage < 80.5", 30, "dbQuotaUsage is a ratio from 0 to 1, and 80.5 is above that", "0.805 for 80.5 %")]
    [InlineData("dbQuotaUsage == 100M", 17, "dbQuotaUsage is a ratio from 0 to 1, and 100M is above that", null)]
    public void A_percentage_in_the_place_of_a_ratio_is_warned_of(string text, int column, string message, string? suggestion)
    {
        var warning = Assert.Single(RuleSamples.Parse(text).Warnings());

        Assert.Equal((column, message, suggestion), (warning.Column, warning.Message, warning.Suggestion));
    }

    [Theory]
    [InlineData("dbQuotaUsage > 0.8 && dbFragmentation >= 1")]
    [InlineData("dbQuotaUsage * 100 > 80 && dbSizeFree / dbSize > 2")]
    [InlineData("dbSize > 80 && 80 < dbSizeFree")]
    public void What_can_change_is_not_warned_of(string text) => Assert.Empty(RuleSamples.Parse(text).Warnings());

    [Fact]
    public void Validation_uses_the_numbers_of_the_original()
    {
        Assert.Null(RuleSamples.Parse("dbSize == 100MiB && dbSizeInUse == 60MiB && dbQuota == 2GiB").Validate());
        Assert.Equal(3, RuleSamples.Parse("1 < true").Validate()!.Column);
        Assert.Equal("division by zero", RuleSamples.Parse("1 / (dbSize - 100MiB) > 1").Validate()!.Message);
    }

    private static string FirstLines(RuleError error, int count) => string.Join('\n', error.Render().Split('\n').Take(count));
}
