using EtcdDefrag.Core.Rules;
using Xunit;

namespace EtcdDefrag.Core.Tests.Rules;

/// <summary>What the vectors leave open, by goval's documentation and Go's rules; every line is true.</summary>
public sealed class RuleLanguage
{
    [Theory]
    [InlineData("80/100 == 0")]
    [InlineData("-7/2 == -3")]
    [InlineData("-7%3 == -1")]
    [InlineData("7.5 % 2 == 1.5")]
    [InlineData("5 % 0.0 != 5 % 0.0")]
    [InlineData("9223372036854775807 + 1 == -9223372036854775807 - 1")]
    [InlineData("(-9223372036854775807 - 1) / -1 < 0")]
    [InlineData("(-9223372036854775807 - 1) % -1 == 0")]
    [InlineData("9007199254740993 > 9007199254740992")]
    [InlineData("9007199254740993 == 9007199254740992.0")]
    [InlineData("1 + 2 * 3 == 7 && (1 + 2) * 3 == 9")]
    [InlineData("10 - 4 - 3 == 3")]
    [InlineData("100 / 10 * 2 == 20")]
    public void Arithmetic(string text) => Assert.True(RuleSamples.IsTrue(text));

    [Theory]
    [InlineData("true || false && false")]
    [InlineData("!false && !(true && false)")]
    [InlineData("!!true")]
    [InlineData("1 < 2 == true")]
    [InlineData("false ? false : true ? true : false")]
    [InlineData("(true ? 1 : 2) == 1")]
    [InlineData("true ? true : false ? 1 : 2")]
    [InlineData("3 <-4 == false")]
    [InlineData("-5 <--4")]
    public void Precedence(string text) => Assert.True(RuleSamples.IsTrue(text));

    [Theory]
    [InlineData("4_000 == 4000 && 0xFF == 255 && 0XfF == 255 && 0b101 == 5 && 0o17 == 15 && 017 == 15 && 0_17 == 15 && 0x_F == 15")]
    [InlineData("0xFFFFFFFFFFFFFFFF == -1")]
    [InlineData("4.2 == 42 / 10.0 && .5 == 0.5 && 4. == 4 && 1e3 == 1000 && 1E-2 == 0.01 && 1_0.5 == 10.5 && 017.5 == 17.5")]
    [InlineData("// a comment\n true /* and\n another */ ")]
    [InlineData("true == true && true != 1 && 0 != false")]
    [InlineData("true /* never closed")]
    [InlineData("\uFEFFtrue")]
    public void Literals(string text) => Assert.True(RuleSamples.IsTrue(text));

    [Theory]
    [InlineData("200MiB == 209715200 && 200M == 200MiB && 200MB == 200000000 && 8G == 8589934592 && 1T == 1024G")]
    [InlineData("1.5GiB == 1610612736 && 3K/2 == 1536 && 1.5K/1000 == 1 && 1.1K/1000 > 1.1")]
    [InlineData("5B == 5 && 0B == 0 && 0B1 == 1 && 1_000K == 1024000 && 1e3K == 1024000 && .5K == 512")]
    [InlineData("0xFFB == 4091 && 0x1B == 27 && 0xB == 11")]
    [InlineData("200mib == 200MiB && 7tib == 7TiB")]
    [InlineData("-200MiB < 0")]
    public void Sizes(string text) => Assert.True(RuleSamples.IsTrue(text));

    [Theory]
    [InlineData("dbSize == 1000 && dbSizeInUse == 400 && dbSizeFree == 600 && dbQuota == 2000")]
    [InlineData("dbQuotaUsage == 0.5 && dbFragmentation == 0.6 && isLeader && raftLag == 3")]
    [InlineData("dbSize / 3 != 333")]
    public void Variables(string text) => Assert.True(RuleSamples.IsTrue(text));

    [Fact]
    public void No_quota_is_a_quota_that_is_never_reached()
    {
        foreach (var quota in new long[] { 0, -1 })
        {
            var input = RuleSamples.Input(1000, 400, quota);

            Assert.True(RuleSamples.IsTrue("dbQuotaUsage == 0 && !(dbQuota - dbSize < 8T)", input));
        }
    }

    [Fact]
    public void An_empty_file_is_not_fragmented() => Assert.True(RuleSamples.IsTrue("dbFragmentation == 0", RuleSamples.Input(0, 0, 1)));

    [Theory]
    [InlineData("false && 1/0 > 1")]
    [InlineData("true || 1/0 > 1")]
    [InlineData("true ? true : 1/0 > 1")]
    public void Both_sides_are_always_evaluated(string text) => Assert.Equal("division by zero", RuleSamples.EvaluationError(text).Message);

    [Fact]
    public void A_rule_knows_its_text_and_its_variables()
    {
        var rule = RuleSamples.Parse("dbSize > 1 || dbSize < raftLag");

        Assert.Equal("dbSize > 1 || dbSize < raftLag", rule.Text);
        Assert.Equal(["dbSize", "raftLag"], rule.Variables.Order());
    }

    [Fact]
    public void A_rule_tells_the_numbers_that_it_looks_at()
    {
        var input = RuleInput.Sample with { IsLeader = true, RaftLag = 3, DbQuota = new(0) };

        var numbers = RuleSamples.Parse("raftLag > 5 || isLeader || dbFragmentation > 1/3.0 || dbSize > dbQuota").Numbers(input);

        Assert.Equal("dbSize = 104857600 (100 MiB), dbQuota = none, dbFragmentation = 0.4, isLeader = true, raftLag = 3", numbers);
    }
}
