using EtcdDefrag.Core.Execution;
using Xunit;

namespace EtcdDefrag.Cli.Tests;

public sealed class HelpTests
{
    public static TheoryData<string> Topics => ["check", "completion", "help", "inspect", "rule", "status"];

    [Fact]
    public void The_tools_help_is_the_golden_one() => Golden.Match(Tool.PrintOf(Tool.Parse("--help")), "help");

    [Theory]
    [MemberData(nameof(Topics))]
    public void A_commands_help_is_the_golden_one_in_both_spellings(string topic)
    {
        var help = Tool.PrintOf(Tool.Parse(topic, "--help"));

        Golden.Match(help, "help-" + topic);
        Assert.Equal(help, Tool.PrintOf(Tool.Parse("help", topic)));
    }

    /// <remarks>Name, type and default of each line are the original's, with its spaces.</remarks>
    [Theory]
    [InlineData("      --cacert string ", "")]
    [InlineData("      --cluster  ", "")]
    [InlineData("      --command-timeout duration ", "(default 30s)")]
    [InlineData("      --compaction  ", "(default true)")]
    [InlineData("      --continue-on-error  ", "(default true)")]
    [InlineData("      --defrag-rule string ", "")]
    [InlineData("      --dial-timeout duration ", "(default 2s)")]
    [InlineData("      --disalarm-threshold float ", "(default 0.9)")]
    [InlineData("  -d, --discovery-srv string ", "")]
    [InlineData("      --dry-run  ", "")]
    [InlineData("      --endpoints strings ", "(default [127.0.0.1:2379])")]
    [InlineData("      --etcd-storage-quota-bytes int ", "(default 2147483648)")]
    [InlineData("  -h, --help  ", "")]
    [InlineData("      --insecure-discovery  ", "(default true)")]
    [InlineData("      --insecure-transport  ", "(default true)")]
    [InlineData("      --keepalive-time duration ", "(default 2s)")]
    [InlineData("      --keepalive-timeout duration ", "(default 6s)")]
    [InlineData("      --password string ", "")]
    [InlineData("      --skip-healthcheck-cluster-endpoints  ", "")]
    [InlineData("      --wait-between-defrags duration ", "")]
    [InlineData("  -w, --write-out string ", "(default \"simple\")")]
    [InlineData("      --defrag-timeout duration ", "(default 10m0s)")]
    public void A_line_is_laid_out_as_the_originals(string start, string end)
    {
        var line = Assert.Single(HelpText.Build(Commands.Defrag, 200).Split('\n'), line => line.StartsWith(start, StringComparison.Ordinal));

        Assert.EndsWith(end, line, StringComparison.Ordinal);
        Assert.Equal(end.Length > 0, line.Contains("(default ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(80)]
    [InlineData(100)]
    [InlineData(200)]
    public void Help_fits_the_window_and_every_text_begins_in_one_column(int columns)
    {
        var help = HelpText.Build(Commands.Defrag, columns);
        var lines = help.Split("Flags:\n")[1].Split("\n\nAvailable")[0].Split('\n');
        var ofFlags = lines.Where(line => line.StartsWith("      --", StringComparison.Ordinal) || line.StartsWith("  -", StringComparison.Ordinal));
        var shown = ofFlags.Select(line => line.Split("--", 2)[1].Split(' ', '[')[0]).Order(StringComparer.Ordinal);

        Assert.All(help.Split('\n'), line => Assert.True(line.Length <= columns, line));
        Assert.Equal(Flags.Of(Commands.Defrag).Select(flag => flag.Name), shown);
        Assert.Single(Flags.Of(Commands.Defrag).Select(flag => Column(lines, flag)).Distinct());
    }

    [Fact]
    public void Every_flag_of_a_cluster_command_is_in_one_group() =>
        Assert.Equal(
            Flags.Of(Commands.Connecting).Select(flag => flag.Name),
            FlagGroups.All.SelectMany(group => group.Flags).Select(flag => flag.Name).Order(StringComparer.Ordinal));

    /// <summary>Where the text of a flag begins: beside its name, or on the next line.</summary>
    private static int Column(string[] lines, Flag flag)
    {
        var at = Array.FindIndex(lines, line => line.Length > 6 && line[2] is ' ' or '-' && line[6..].Split(' ', '[')[0] == flag.Display);
        var first = flag.Help.Split(' ')[0];
        var beside = lines[at].IndexOf("   " + first, StringComparison.Ordinal);
        return beside >= 0 ? beside + 3 : lines[at + 1].IndexOf(first, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_flag_belongs_to_a_command_and_has_a_text_without_a_full_stop() =>
        Assert.All(Flags.All, flag =>
        {
            Assert.NotEqual(Commands.None, flag.Commands);
            Assert.NotEmpty(flag.Help);
            Assert.False(flag.Help.EndsWith('.'));
        });

    [Fact]
    public void Names_and_shorthands_are_unique()
    {
        Assert.Equal(Flags.All.Count, Flags.All.Select(flag => flag.Name).Distinct().Count());
        Assert.Equal("dhqvw", string.Concat(Flags.All.Select(flag => flag.Shorthand).OfType<char>().Order()));
    }

    [Fact]
    public void Every_exit_code_is_explained()
    {
        Assert.Equal(Enum.GetValues<ExitCode>(), HelpText.ExitCodes.Select(entry => entry.Code));
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 10, 130, 143], HelpText.ExitCodes.Select(entry => (int)entry.Code));
    }

    [Fact]
    public void The_documentation_of_the_flags_is_the_list_of_flags() =>
        Golden.MatchRepositoryFile(FlagsDocument.Build(), "docs/flags.md");
}
