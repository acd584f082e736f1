using EtcdDefrag.Core.Cluster;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace EtcdDefrag.Core.Tests.Cluster;

/// <summary>Sizes as users write and read them.</summary>
public sealed class ByteSizes
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("2147483648", 2147483648)]
    [InlineData("5B", 5)]
    [InlineData("200M", 200L << 20)]
    [InlineData("200MiB", 200L << 20)]
    [InlineData("200MB", 200_000_000)]
    [InlineData("64kb", 64_000)]
    [InlineData(" 64 KiB ", 64 << 10)]
    [InlineData("8G", 8L << 30)]
    [InlineData("1.5GiB", 3L << 29)]
    [InlineData(".5K", 512)]
    [InlineData("2T", 2L << 40)]
    [InlineData("2TB", 2_000_000_000_000)]
    [InlineData("0.1K", 102)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void A_size_is_read(string text, long bytes)
    {
        Assert.True(ByteSize.TryParse(text, out var size, out var problem), problem);

        Assert.Equal(bytes, size.Bytes);
    }

    [Theory]
    [InlineData("", "is empty: give a number of bytes, or a size such as 200MiB or 1.5G")]
    [InlineData("-5M", "is negative: a size is 0 or more")]
    [InlineData("MiB", "does not begin with a number: give a number of bytes, or a size such as 200MiB or 1.5G")]
    [InlineData("1.2.3M", "does not begin with a number: give a number of bytes, or a size such as 200MiB or 1.5G")]
    [InlineData(".", "does not begin with a number: give a number of bytes, or a size such as 200MiB or 1.5G")]
    [InlineData("5Q", "has the unknown suffix \"Q\": use B, K, M, G, T (1024 each), KB, MB, GB, TB (1000) or KiB, MiB, GiB, TiB (1024)")]
    [InlineData("1,5G", "has the unknown suffix \",5G\": use B, K, M, G, T (1024 each), KB, MB, GB, TB (1000) or KiB, MiB, GiB, TiB (1024)")]
    [InlineData("1.5", "is a fraction of a byte: give whole bytes, or a larger unit such as 1.5K")]
    [InlineData("1.5B", "is a fraction of a byte: give whole bytes, or a larger unit such as 1.5K")]
    [InlineData("9223372036854775808", "is too large: the largest size is 9223372036854775807 bytes (8 EiB)")]
    [InlineData("8388608T", "is too large: the largest size is 9223372036854775807 bytes (8 EiB)")]
    [InlineData("999999999999999999999999999999999999999999", "is too large: the largest size is 9223372036854775807 bytes (8 EiB)")]
    public void What_is_no_size_is_explained(string text, string expected)
    {
        Assert.False(ByteSize.TryParse(text, out _, out var problem));

        Assert.Equal(expected, problem);
    }

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1024, "1 KiB")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(214748365, "204.8 MiB")]
    [InlineData((1L << 30) - 1, "1 GiB")]
    [InlineData(2L << 30, "2 GiB")]
    [InlineData(long.MaxValue, "8 EiB")]
    [InlineData(-(3L << 20), "-3 MiB")]
    public void A_size_is_shown_for_people(long bytes, string expected) => Assert.Equal(expected, new ByteSize(bytes).ToHuman());

    [Fact]
    public void Plain_bytes_are_read_back() => Check.One(
        Config.QuickThrowOnFailure,
        Prop.ForAll<long>(bytes => bytes < 0 || (ByteSize.TryParse(new ByteSize(bytes).ToString(), out var read, out _) && read.Bytes == bytes)));

    [Fact]
    public void No_text_makes_reading_throw() => Check.One(
        Config.QuickThrowOnFailure,
        Prop.ForAll<string?>(text => ByteSize.TryParse(text ?? "", out var size, out var problem) ? size.Bytes >= 0 : problem is not null));
}
