using EtcdDefrag.Core.Execution;
using Xunit;

namespace EtcdDefrag.Cli.Tests;

/// <summary><c>etcd-defrag rule</c>: the answer on standard output, all else on standard error.</summary>
public sealed class RuleCommandTests
{
    [Fact]
    public void The_answer_alone_is_on_standard_output() =>
        Assert.Equal((ExitCode.Ok, "true\n", ""), Run("--is-leader", "--raft-lag", "7", "isLeader && raftLag == 7"));

    [Fact]
    public void Verbose_shows_the_numbers_that_were_used()
    {
        var (code, output, error) = Run("-v", "--db-size", "1GiB", "--raft-lag=3", "dbSizeFree > 200MiB && !isLeader && raftLag < 5");

        Assert.Equal((ExitCode.Ok, "true\n"), (code, output));
        Assert.Equal("Evaluated with dbSizeFree = 1010827264 (964 MiB), isLeader = false, raftLag = 3\n", error);
    }

    [Fact]
    public void A_percentage_gets_an_answer_and_a_warning() => Assert.Equal(
        (ExitCode.Ok, "false\n",
        """
        Warning: rule, column 16: dbQuotaUsage is a ratio from 0 to 1, and 80 is above that
          dbQuotaUsage > 80
                         ^^
          try:      0.8 for 80 %

        """),
        Run("dbQuotaUsage > 80"));

    private static (ExitCode Code, string Output, string Error) Run(params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var terminal = new Terminal { Out = output, Error = error, Prompt = new FakePrompt { IsAvailable = false } };
        var code = RuleCommand.Run(Assert.IsType<ParsedCommand.Rule>(Tool.Parse(["rule", .. args])), terminal);
        return (code, output.ToString(), error.ToString());
    }
}
