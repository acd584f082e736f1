using EtcdDefrag.Core.Text;
using Xunit;

namespace EtcdDefrag.Cli.Tests;

public sealed class NearestNameTests
{
    [Theory]
    [InlineData("endpoint", "endpoints")]
    [InlineData("CLUSTER", "cluster")]
    [InlineData("passwrod", "password")]
    [InlineData("frobnicate", null)]
    [InlineData("", null)]
    public void It_finds_what_was_probably_meant(string typed, string? expected) =>
        Assert.Equal(expected, NearestName.Find(typed, ["cluster", "endpoints", "password", "key"]));
}
