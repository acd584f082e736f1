using EtcdDefrag.Core.Text;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace EtcdDefrag.Cli.Tests;

public sealed class DurationTests
{
    /// <remarks>What Go's time.Duration.String prints.</remarks>
    [Theory]
    [InlineData(0, "0s")]
    [InlineData(1, "1ns")]
    [InlineData(999, "999ns")]
    [InlineData(1_100, "1.1µs")]
    [InlineData(1_500, "1.5µs")]
    [InlineData(2_200_000, "2.2ms")]
    [InlineData(4_702_492, "4.702492ms")]
    [InlineData(224_151_378, "224.151378ms")]
    [InlineData(999_999_999, "999.999999ms")]
    [InlineData(1_000_000_000, "1s")]
    [InlineData(3_300_000_000, "3.3s")]
    [InlineData(90_000_000_000, "1m30s")]
    [InlineData(305_000_000_000, "5m5s")]
    [InlineData(305_001_000_000, "5m5.001s")]
    [InlineData(18_305_001_000_000, "5h5m5.001s")]
    [InlineData(3_600_000_000_000, "1h0m0s")]
    [InlineData(480_000_000_001, "8m0.000000001s")]
    [InlineData(-1_500, "-1.5µs")]
    [InlineData(long.MaxValue, "2562047h47m16.854775807s")]
    [InlineData(long.MinValue, "-2562047h47m16.854775808s")]
    public void It_is_written_as_Go_writes_it(long nanoseconds, string expected) =>
        Assert.Equal(expected, GoDuration.FormatNanoseconds(nanoseconds));

    /// <remarks>What Go's time.ParseDuration reads.</remarks>
    [Theory]
    [InlineData("0", 0)]
    [InlineData("-0", 0)]
    [InlineData("+0", 0)]
    [InlineData("5s", 5_000_000_000)]
    [InlineData("1478s", 1_478_000_000_000)]
    [InlineData("-5s", -5_000_000_000)]
    [InlineData("+5s", 5_000_000_000)]
    [InlineData("5.0s", 5_000_000_000)]
    [InlineData("5.6s", 5_600_000_000)]
    [InlineData("5.s", 5_000_000_000)]
    [InlineData(".5s", 500_000_000)]
    [InlineData("1.004s", 1_004_000_000)]
    [InlineData("100.00100s", 100_001_000_000)]
    [InlineData("10ns", 10)]
    [InlineData("11us", 11_000)]
    [InlineData("12µs", 12_000)]
    [InlineData("12μs", 12_000)]
    [InlineData("13ms", 13_000_000)]
    [InlineData("15m", 900_000_000_000)]
    [InlineData("16h", 57_600_000_000_000)]
    [InlineData("3h30m", 12_600_000_000_000)]
    [InlineData("10.5s4m", 250_500_000_000)]
    [InlineData("-2m3.4s", -123_400_000_000)]
    [InlineData("1h2m3s4ms5us6ns", 3_723_004_005_006)]
    [InlineData("52763797000ns", 52_763_797_000)]
    [InlineData("0.3333333333333333333h", 1_200_000_000_000)]
    [InlineData("9223372036854775807ns", long.MaxValue)]
    [InlineData("-9223372036854775808ns", long.MinValue)]
    [InlineData("0.100000000000000000000h", 360_000_000_000)]
    public void It_is_read_as_Go_reads_it(string text, long expected)
    {
        Assert.True(GoDuration.TryParseNanoseconds(text, out var nanoseconds, out _));

        Assert.Equal(expected, nanoseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("3")]
    [InlineData("-")]
    [InlineData("s")]
    [InlineData(".")]
    [InlineData("-.")]
    [InlineData(".s")]
    [InlineData("+.s")]
    [InlineData("1d")]
    [InlineData("1 s")]
    [InlineData("1s ")]
    [InlineData("--1s")]
    [InlineData("3000000h")]
    [InlineData("9223372036854775808ns")]
    [InlineData("-9223372036854775809ns")]
    [InlineData("99999999999999999999999999s")]
    [InlineData("1e3s")]
    [InlineData("١s")]
    public void Anything_else_is_refused_with_a_reason(string text)
    {
        Assert.False(GoDuration.TryParseNanoseconds(text, out var nanoseconds, out var problem));

        Assert.Equal(0, nanoseconds);
        Assert.NotEmpty(problem);
    }

    [Fact]
    public void What_is_written_is_read_back() =>
        Prop.ForAll<long>(nanoseconds =>
            GoDuration.TryParseNanoseconds(GoDuration.FormatNanoseconds(nanoseconds), out var back, out _) && back == nanoseconds).QuickCheckThrowOnFailure();

    [Fact]
    public void No_text_makes_the_reader_throw() =>
        Prop.ForAll<string?>(text => GoDuration.TryParse(text ?? "", out _, out var problem) || problem.Length > 0).QuickCheckThrowOnFailure();

    [Fact]
    public void A_time_span_is_written_to_its_last_digit() =>
        Assert.Equal("1m0.0000001s", GoDuration.Format(TimeSpan.FromMinutes(1) + TimeSpan.FromTicks(1)));
}
