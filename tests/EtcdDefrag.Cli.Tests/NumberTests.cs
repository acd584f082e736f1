using EtcdDefrag.Core.Text;
using Xunit;

namespace EtcdDefrag.Cli.Tests;

public sealed class NumberTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("-0", 0)]
    [InlineData("+12", 12)]
    [InlineData("017", 15)]
    [InlineData("0o17", 15)]
    [InlineData("0b101", 5)]
    [InlineData("0XfF", 255)]
    [InlineData("4_000", 4000)]
    [InlineData("0x_ff", 255)]
    [InlineData("0_7", 7)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    public void A_whole_number_is_read_as_Go_reads_it(string text, long expected)
    {
        Assert.True(GoNumber.TryParseInteger(text, out var value, out _));

        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("0x")]
    [InlineData("08")]
    [InlineData("1.0")]
    [InlineData("1e3")]
    [InlineData("_1")]
    [InlineData("1_")]
    [InlineData("1__0")]
    [InlineData("0x1_")]
    [InlineData("--1")]
    [InlineData(" 1")]
    [InlineData("9223372036854775808")]
    [InlineData("-9223372036854775809")]
    [InlineData("99999999999999999999999999999999999999999999999")]
    public void Anything_else_is_no_whole_number(string text)
    {
        Assert.False(GoNumber.TryParseInteger(text, out _, out var problem));

        Assert.NotEmpty(problem);
    }

    [Theory]
    [InlineData("0.9", 0.9)]
    [InlineData(".5", 0.5)]
    [InlineData("1.", 1.0)]
    [InlineData("+5e-1", 0.5)]
    [InlineData("-2", -2.0)]
    public void A_float_is_read_as_Go_reads_it(string text, double expected)
    {
        Assert.True(GoNumber.TryParseFloat(text, out var value, out _));

        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nan")]
    [InlineData("inf")]
    [InlineData("1e999")]
    [InlineData("0,9")]
    [InlineData("1 ")]
    public void Anything_else_is_no_float(string text) => Assert.False(GoNumber.TryParseFloat(text, out _, out _));

    [Theory]
    [InlineData("a", "a")]
    [InlineData("a,b", "a|b")]
    [InlineData("a,", "a|")]
    [InlineData("\"a,b\",c", "a,b|c")]
    [InlineData("\"a\"\"b\"", "a\"b")]
    [InlineData("", null)]
    public void A_list_is_read_as_one_line_of_csv(string text, string? expected)
    {
        var items = new List<string>();

        Assert.True(GoList.TryParse(text, items, out _));

        Assert.Equal(expected?.Split('|') ?? [], items);
    }

    [Theory]
    [InlineData("a\"b")]
    [InlineData("\"a")]
    [InlineData("\"a\"b")]
    public void A_quote_out_of_place_is_refused(string text) => Assert.False(GoList.TryParse(text, [], out _));
}
