using Xunit;

namespace EtcdDefrag.Cli.Tests;

public sealed class GrammarTests
{
    [Theory]
    [InlineData("-d", "example.org")]
    [InlineData("-d=example.org")]
    [InlineData("-dexample.org")]
    [InlineData("--discovery-srv", "example.org")]
    [InlineData("--discovery-srv=example.org")]
    public void A_shorthand_takes_its_value_in_every_form(params string[] args) =>
        Assert.Equal("example.org", Tool.Settings(args).Discovery?.Domain);

    [Theory]
    [InlineData(true, "--compaction")]
    [InlineData(true, "--compaction", "true")]
    [InlineData(true, "--compaction", "1")]
    [InlineData(true, "--compaction", "t")]
    [InlineData(false, "--compaction", "false")]
    [InlineData(false, "--compaction", "F")]
    [InlineData(false, "--compaction", "0")]
    [InlineData(false, "--compaction=FALSE")]
    [InlineData(true, "--compaction=false", "--compaction")]
    [InlineData(false, "--compaction=false", "--dry-run")]
    public void A_boolean_may_stand_alone_or_take_a_boolean_word(bool expected, params string[] args) =>
        Assert.Equal(expected, Tool.Settings(args).Defrag.Compaction);

    [Theory]
    [InlineData(null)]
    [InlineData(null, "--log-timestamps", "auto")]
    [InlineData(true, "--log-timestamps")]
    [InlineData(true, "--log-timestamps", "1")]
    [InlineData(false, "--log-timestamps=f")]
    [InlineData(null, "--log-timestamps=false", "--log-timestamps=auto")]
    public void Log_timestamps_takes_auto_or_a_boolean(bool? expected, params string[] args) =>
        Assert.Equal(expected, Tool.Settings(args).Output.LogTimestamps);

    [Theory]
    [InlineData("-x")]
    [InlineData("--cluster")]
    [InlineData("@x")]
    [InlineData("a=b")]
    [InlineData("--")]
    [InlineData(" ")]
    public void A_string_takes_the_next_argument_whatever_it_looks_like(string password)
    {
        Assert.Equal(password, Tool.Settings("--user", "root", "--password", password).Connection.Password);
        Assert.Equal(password, Tool.Settings("--user", "root", "--password=" + password).Connection.Password);
    }

    [Fact]
    public void Of_a_repeated_flag_the_last_wins() =>
        Assert.Equal(TimeSpan.FromSeconds(2), Tool.Settings("--defrag-timeout=1s", "--defrag-timeout", "2s").Defrag.DefragTimeout);

    [Fact]
    public void A_repeated_list_grows_and_replaces_the_default() =>
        Assert.Equal(["a:1", "b:2", "c:3"], Tool.Settings("--endpoints=a:1,b:2", "--endpoints", "c:3").Endpoints.Select(e => e.Text));

    [Fact]
    public void A_list_is_a_line_of_csv() =>
        Assert.Equal(["a:1", "b:2"], Tool.Settings("--endpoints=\"a:1\",b:2").Endpoints.Select(e => e.Text));

    [Fact]
    public void Endpoints_know_whether_they_were_given()
    {
        Assert.False(Tool.Settings().EndpointsGiven);
        Assert.True(Tool.Settings("--endpoints=127.0.0.1:2379").EndpointsGiven);
        Assert.True(Tool.SettingsOf(Tool.Parse(new Dictionary<string, string> { ["ETCDCTL_ENDPOINTS"] = "a:1" })).EndpointsGiven);
    }

    [Theory]
    [InlineData("status", "--cluster", "-w", "json")]
    [InlineData("--cluster", "status", "-wjson")]
    [InlineData("--cluster", "-w=json", "status")]
    public void Flags_may_stand_before_and_after_the_command(params string[] args)
    {
        var settings = Assert.IsType<ParsedCommand.Status>(Tool.Parse(args)).Settings;

        Assert.True(settings.Defrag.UseCluster);
        Assert.Equal(OutputFormat.Json, settings.Output.Format);
    }

    [Fact]
    public void After_two_dashes_nothing_is_a_flag_or_a_command()
    {
        Assert.Equal("-1 < dbSize", Assert.IsType<ParsedCommand.Rule>(Tool.Parse("rule", "--", "-1 < dbSize")).Expression);
        Assert.Equal("--help", Assert.IsType<ParsedCommand.Rule>(Tool.Parse("rule", "--", "--help")).Expression);
        Assert.IsType<ParsedCommand.UsageErrors>(Tool.Parse("--", "status"));
    }

    [Fact]
    public void The_rule_keeps_where_it_came_from()
    {
        Assert.Equal(new RuleText("a", "--defrag-rule"), Tool.Settings("--defrag-rule=a").Rule);
        Assert.Equal(
            new RuleText("b", "ETCD_DEFRAG_DEFRAG_RULE"),
            Tool.SettingsOf(Tool.Parse(new Dictionary<string, string> { ["ETCD_DEFRAG_DEFRAG_RULE"] = "b" })).Rule);
        Assert.Null(Tool.Settings("--defrag-rule=").Rule);
    }

    [Fact]
    public void A_rule_has_the_contracts_defaults()
    {
        var rule = Assert.IsType<ParsedCommand.Rule>(Tool.Parse("rule", "dbSize > 1"));

        Assert.Equal("dbSize > 1", rule.Expression);
        Assert.Equal((100L << 20, 60L << 20, 2L << 30), (rule.Input.DbSize.Bytes, rule.Input.DbSizeInUse.Bytes, rule.Input.DbQuota.Bytes));
    }

    [Theory]
    [InlineData("-h")]
    [InlineData("--help")]
    [InlineData("help")]
    [InlineData("--help", "--no-such-flag")]
    [InlineData("--endpoints=", "-h")]
    public void Help_is_given_whatever_else_is_wrong(params string[] args) =>
        Assert.StartsWith("A simple command line tool for etcd defragmentation\n\nUsage:\n  etcd-defrag [flags]\n\nExamples:\n", Tool.PrintOf(Tool.Parse(args)), StringComparison.Ordinal);

    [Fact]
    public void Version_has_the_originals_four_lines()
    {
        var lines = Tool.PrintOf(Tool.Parse("--version")).Split('\n');

        Assert.Equal(["etcd-defrag Version", "Git SHA", ".NET Version", ".NET OS/Arch", ""], lines.Select(line => line.Split(": ")[0]));
        Assert.Matches("^[.]NET OS/Arch: (linux|darwin|windows)/[a-z0-9]+$", lines[3]);
        Assert.IsType<ParsedCommand.Defrag>(Tool.Parse("--version=false"));
    }

    [Fact]
    public void A_json_web_token_wins_over_a_user_with_a_warning()
    {
        var command = Tool.Parse("--user=root", "--auth-jwt-token=a.b.c");

        Assert.Equal(["--auth-jwt-token wins: --user is ignored"], command.Warnings);
        Assert.Null(Tool.SettingsOf(command).Connection.User);
    }
}
