using Xunit;

namespace EtcdDefrag.Cli.Tests;

/// <summary>Nothing that may be a password is ever shown, however badly it was typed.</summary>
public sealed class SecretTests
{
    private const string Secret = "hunter2";

    public static TheoryData<string[]> Lines =>
    [
        new[] { "--bad", "--user=root", "--password", Secret },
        new[] { "--bad", "--user", "root:" + Secret },
        new[] { "--bad", "--user", "a:b:" + Secret, "--password=" + Secret },
        new[] { "--bad", "--auth-jwt-token=" + Secret, "--user=x" },
        new[] { "--passwrod", Secret },
        new[] { "--passwrod=" + Secret },
        new[] { "--passwrod", "-" + Secret },
        new[] { "--pass", Secret },
        new[] { "-password", Secret },
        new[] { "-password=" + Secret },
        new[] { "-password", "-" + Secret },
        new[] { "-p" + Secret },
        new[] { "-p", Secret },
        new[] { "-u", "root:" + Secret },
        new[] { "--password", "my", Secret },
        new[] { "--user=root:my", Secret },
        new[] { "--=" + Secret },
        new[] { "--endpoints=http://root:" + Secret + "@localhost:2379" },
        new[] { "--endpoints=http://root:" + Secret + "@localhost" },
        new[] { "--endpoints=http://root:" + Secret + ",pw@localhost:2379" },
        new[] { "--bad", "--metrics-pushgateway=http://root:" + Secret + "@localhost:9091" },
        new[] { "--metrics-pushgateway=ftp://root:" + Secret + "@localhost:9091" },
        new[] { "--metrics-pushgateway=root:" + Secret + "@localhost:9091" },
        new[] { "--metrics-pushgateway=http://root:" + Secret + "@" },
        new[] { "--metrics-pushgateway", "http://root:my", Secret + "@localhost:9091" },
        new[] { "--metrics-pushgatway=http://root:" + Secret + "@localhost:9091" },
        new[] { "--metrics-pushgatway", "http://root:" + Secret + "@localhost:9091" },
        new[] { "root:" + Secret },
        new[] { "--endpoints", "127.0.0.1:2379", "root:" + Secret },
        new[] { "status", "--bad", "--user", "root:" + Secret },
    ];

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_bad_command_line_shows_no_secret(string[] args) =>
        Assert.DoesNotContain(Secret, Tool.ErrorsOf(Tool.Parse(args)), StringComparison.Ordinal);

    [Theory]
    [InlineData("--help")]
    [InlineData("--bad")]
    [InlineData("--exit-code")]
    [InlineData("status", "--help")]
    public void The_environments_secrets_are_never_shown(params string[] args)
    {
        var environment = new Dictionary<string, string>();
        foreach (var flag in Flags.All.Where(flag => flag.IsSecret))
        {
            environment[flag.Variable] = Secret;
            environment[flag.EtcdctlVariable] = Secret;
        }

        environment["ETCD_DEFRAG_PASSWROD"] = Secret;

        var command = Tool.Parse(environment, args);

        Assert.DoesNotContain(Secret, command is ParsedCommand.Print print ? print.Text : Tool.ErrorsOf(command), StringComparison.Ordinal);
    }

    [Fact]
    public void Help_shows_no_value_of_the_environment()
    {
        var environment = Flags.All.ToDictionary(flag => flag.Variable, _ => "ENVIRONMENT");

        Assert.Equal(Tool.PrintOf(Tool.Parse("--help")), Tool.PrintOf(Tool.Parse(environment, "--help")));
    }

    [Fact]
    public void A_parsed_command_does_not_print_its_secrets() =>
        Assert.DoesNotContain(Secret, Tool.Parse("--user=root", "--password=" + Secret).ToString(), StringComparison.Ordinal);
}
