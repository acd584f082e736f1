using Xunit;

namespace EtcdDefrag.Cli.Tests;

public sealed class TerminalTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(true, "TERM", "xterm")]
    [InlineData(true, "NO_COLOR", "")]
    [InlineData(false, "NO_COLOR", "1")]
    [InlineData(false, "TERM", "dumb")]
    public void Colour_is_left_out_where_the_user_says_so(bool expected, params string[] variable)
    {
        var environment = new Dictionary<string, string>();
        if (variable.Length > 0)
        {
            environment[variable[0]] = variable[1];
        }

        Assert.Equal(expected, Terminal.WantsColor(environment));
    }
}
