using EtcdDefrag.Core.Bolt;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace EtcdDefrag.Core.Tests.Bolt;

public sealed class Crc32CTests
{
    // RFC 3720, B.4.
    [Theory]
    [InlineData("", 0u)]
    [InlineData("313233343536373839", 0xE3069283u)]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", 0x8A9136AAu)]
    [InlineData("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", 0x62A8AB43u)]
    [InlineData("000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F", 0x46DD794Eu)]
    public void It_is_the_hash_of_the_standard(string bytes, uint hash)
    {
        var crc = default(Crc32C);
        crc.Add(Convert.FromHexString(bytes));

        Assert.Equal(hash, crc.Value);
    }

    [Fact]
    public void It_does_not_matter_how_the_bytes_are_cut() => Check.One(Config.QuickThrowOnFailure, Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<byte[]>(), (first, second) =>
        {
            Crc32C whole = default, parts = default, joined = default, tail = default;
            whole.Add([.. first, .. second]);
            parts.Add(first);
            parts.Add(second);
            joined.Add(first);
            tail.Add(second);
            joined.Add(tail.Value, second.Length);
            return whole == parts && whole == joined;
        }));
}
