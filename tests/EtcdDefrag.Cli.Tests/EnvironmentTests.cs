using Xunit;

namespace EtcdDefrag.Cli.Tests;

/// <summary>Variables as images, charts, Secrets and mistakes set them.</summary>
public sealed class EnvironmentTests
{
    [Theory]
    [InlineData("ETCD_DEFRAG_DRYRUN", "ETCD_DEFRAG_DRY_RUN")]
    [InlineData("ETCD_DEFRAG_dry_run", "ETCD_DEFRAG_DRY_RUN")]
    [InlineData("ETCD_DEFRAG_DRY-RUN", "ETCD_DEFRAG_DRY_RUN")]
    [InlineData("ETCD_DEFRAG_MOVE_LEADR", "ETCD_DEFRAG_MOVE_LEADER")]
    [InlineData("ETCD_DEFRAG_ENDPOINT", "ETCD_DEFRAG_ENDPOINTS")]
    public void A_variable_that_is_nearly_a_flags_is_bad_usage(string name, string meant)
    {
        var errors = Tool.ErrorsOf(Tool.Parse(new Dictionary<string, string> { [name] = "true" }));

        Assert.Contains($"Error: the environment variable {name} is no flag's; write {meant}, or remove it", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ETCD_DEFRAG_VERSION", "v0.42.0")]
    [InlineData("ETCD_DEFRAG_HELP", "true")]
    [InlineData("ETCD_DEFRAG_PORT", "tcp://10.0.0.1:2379")]
    [InlineData("ETCD_DEFRAG_PORT_2379_TCP_ADDR", "10.0.0.1")]
    [InlineData("ETCD_DEFRAG_SERVICE_HOST", "10.0.0.1")]
    [InlineData("ETCD_DEFRAG_SERVICE_PORT_HTTP", "80")]
    [InlineData("ETCD_DEFRAG_IMAGE", "etcd-defrag")]
    [InlineData("ETCD_DEFRAG_QQQQQQ", "1")]
    [InlineData("ETCD_DEFRAG_DRYRUN", "")]
    [InlineData("ETCDCTL_API", "3")]
    [InlineData("ETCDCTL_WRITE_OUT", "json")]
    public void Any_other_is_left_alone_without_a_word(string name, string value)
    {
        var command = Tool.Parse(new Dictionary<string, string> { [name] = value });

        Assert.IsType<ParsedCommand.Defrag>(command);
        Assert.Empty(command.Warnings);
    }

    [Theory]
    [InlineData("ETCDCTL_USERNAME", "ETCDCTL_USER")]
    [InlineData("ETCDCTL_CA_FILE", "ETCDCTL_CACERT")]
    [InlineData("ETCDCTL_CA_CERT", "ETCDCTL_CACERT")]
    [InlineData("ETCDCTL_ENDPOINT", "ETCDCTL_ENDPOINTS")]
    public void One_that_is_nearly_etcdctls_gets_a_warning(string name, string meant)
    {
        var command = Tool.Parse(new Dictionary<string, string> { [name] = "x" });

        Assert.Equal([$"the environment variable {name} has no effect; did you mean {meant}?"], command.Warnings);
    }

    [Fact]
    public void White_space_around_a_value_is_dropped_but_not_around_a_password()
    {
        var settings = Tool.SettingsOf(Tool.Parse(new Dictionary<string, string>
        {
            ["ETCD_DEFRAG_DRY_RUN"] = "true\n",
            ["ETCD_DEFRAG_DIAL_TIMEOUT"] = " 5s\r\n",
            ["ETCD_DEFRAG_MIN_RECLAIM"] = "\t100MiB ",
            ["ETCD_DEFRAG_DISALARM_THRESHOLD"] = "0.5\n",
            ["ETCDCTL_CACERT"] = "/ca.crt\n",
            ["ETCDCTL_USER"] = "root\n",
            ["ETCD_DEFRAG_PASSWORD"] = " secret\n",
        }));

        Assert.True(settings.Defrag.DryRun);
        Assert.Equal(TimeSpan.FromSeconds(5), settings.Connection.DialTimeout);
        Assert.Equal(100L << 20, settings.Defrag.MinReclaim.Bytes);
        Assert.Equal(0.5, settings.Defrag.DisalarmThreshold);
        Assert.Equal("/ca.crt", settings.Connection.CaFile);
        Assert.Equal(("root", " secret\n"), (settings.Connection.User, settings.Connection.Password));
    }

    [Fact]
    public void The_version_command_prints_what_the_flag_prints_and_json_for_scripts()
    {
        Assert.Equal(Tool.PrintOf(Tool.Parse("--version")), Tool.PrintOf(Tool.Parse("version")));
        var json = System.Text.Json.Nodes.JsonNode.Parse(Tool.PrintOf(Tool.Parse("version", "-w", "json")))!;
        Assert.StartsWith($"etcd-defrag Version: {json["version"]}\nGit SHA: {json["gitSha"]}\n", Tool.PrintOf(Tool.Parse("version")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(":2379")]
    [InlineData("http://:2379")]
    [InlineData("https://:2379")]
    public void An_endpoint_without_a_host_is_this_machine(string text)
    {
        var endpoint = Assert.Single(Tool.Settings("--endpoints", text).Endpoints);

        Assert.Equal(("localhost", 2379, true), (endpoint.Host, endpoint.Port, endpoint.IsLoopback));
    }
}
