using EtcdDefrag.Core.Text;
using Xunit;

namespace EtcdDefrag.Core.Tests.Text;

/// <summary>Guesses at what was meant.</summary>
public sealed class NearestNames
{
    private static readonly string[] Flags = ["--cluster", "--endpoints", "--dry-run", "--defrag-rule", "--defrag-timeout", "--key", "--cert", "--cacert"];

    [Theory]
    [InlineData("--clutser", "--cluster")]
    [InlineData("--endpoint", "--endpoints")]
    [InlineData("--dryrun", "--dry-run")]
    [InlineData("--DRY-RUN", "--dry-run")]
    [InlineData("--cer", "--cert")]
    [InlineData("--def", "--defrag-rule")]
    [InlineData("--cacer", "--cacert")]
    public void The_nearest_name_is_found(string typed, string expected) => Assert.Equal(expected, NearestName.Find(typed, Flags));

    [Theory]
    [InlineData("")]
    [InlineData("--something-else")]
    [InlineData("x")]
    public void What_is_like_nothing_gets_no_guess(string typed) => Assert.Null(NearestName.Find(typed, Flags));

    [Fact]
    public void A_very_long_word_gets_no_guess() => Assert.Null(NearestName.Find(new string('x', 100_000), Flags));
}
