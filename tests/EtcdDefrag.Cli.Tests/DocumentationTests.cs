using EtcdDefrag.Core.Safety;
using Xunit;

namespace EtcdDefrag.Cli.Tests;

public sealed class DocumentationTests
{
    [Fact]
    public void The_flag_takes_the_ids_of_all_checks_and_no_others() => Assert.Equal(SafetyChecks.All.Select(check => check.Id), CheckIds.All);

    [Fact]
    public void Every_check_has_its_row_in_the_documentation()
    {
        var rows = File.ReadLines(Repository.File("docs/safety.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('`')[1]);

        Assert.Equal(SafetyChecks.All.Select(check => check.Id), rows);
    }

    [Fact]
    public void Every_exit_code_has_its_row_in_the_readme()
    {
        var codes = File.ReadLines(Repository.File("README.md"))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && char.IsDigit(line[2]))
            .SelectMany(line => line.Split('|')[1].Split(','))
            .Select(code => int.Parse(code, System.Globalization.CultureInfo.InvariantCulture));

        Assert.Equal(Enum.GetValues<EtcdDefrag.Core.Execution.ExitCode>().Select(code => (int)code).Order(), codes);
    }

    /// <remarks>The original's flags: its help, version 0.42.</remarks>
    [Fact]
    public void Every_flag_that_the_original_lacks_is_among_the_differences()
    {
        string[] original =
        [
            "auto-disalarm", "cacert", "cert", "cluster", "command-timeout", "compaction", "continue-on-error", "defrag-rule", "dial-timeout", "disalarm-threshold",
            "discovery-srv", "discovery-srv-name", "dry-run", "endpoints", "etcd-storage-quota-bytes", "exclude-localhost", "help", "insecure-discovery",
            "insecure-skip-tls-verify", "insecure-transport", "keepalive-time", "keepalive-timeout", "key", "move-leader", "password",
            "skip-healthcheck-cluster-endpoints", "user", "version", "wait-between-defrags",
        ];
        var page = File.ReadAllText(Repository.File("docs/differences.md"));

        var added = Flags.Of(Commands.Defrag).Select(flag => flag.Name).Except(original).ToList();

        Assert.Equal(Flags.Of(Commands.Defrag).Count - original.Length, added.Count); // none of the original's is missing
        Assert.All(added, name => Assert.Contains($"`--{name}`", page, StringComparison.Ordinal));
    }
}
