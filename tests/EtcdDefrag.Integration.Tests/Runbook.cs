using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Etcd;
using EtcdDefrag.Testing.Processes;

namespace EtcdDefrag.Integration.Tests;

/// <summary>docs/runbook.md as a shell meets it: the <c>sh</c> blocks of its sections.</summary>
internal static class Runbook
{
    private static readonly List<(string Section, string Commands)> Blocks =
        [.. Markdown.Blocks(Repo.Path("docs", "runbook.md")).Where(block => block.Language == "sh").Select(block => (block.Section, block.Text))];

    /// <summary>The sections that have commands, in their order.</summary>
    public static IEnumerable<string> Sections => Blocks.Select(block => block.Section).Distinct();

    /// <summary>All commands of a section.</summary>
    public static string Commands(string section) => string.Join('\n', Blocks.Where(block => block.Section == section).Select(block => block.Commands));

    /// <summary>Runs a section's commands in one bash, in which each of them must succeed.</summary>
    /// <remarks>The first block is the reader's to fill in. Here it sets the variables it names to this cluster's values; one that the page does not name stays unset.</remarks>
    /// <returns>What they printed.</returns>
    public static async Task<string> RunAsync(EtcdCluster cluster, string section, string folder, CancellationToken cancellationToken)
    {
        var values = Values(cluster);
        var setUp = Commands("Set up the shell").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
        {
            var name = line["export ".Length..line.IndexOf('=', StringComparison.Ordinal)];
            return $"export {name}='{values[name]}'";
        });
        var path = $"{Path.GetDirectoryName(Tool.Binary)}:{Path.GetDirectoryName(cluster.Version.Client)}:/usr/bin:/bin";
        string script = string.Join('\n', ["set -euo pipefail", "exec 2>&1", $"cd '{folder}'", .. setUp, Commands(section)]);

        using var running = await RunningProcess.StartAsync("/bin/bash", ["-c", script], new Dictionary<string, string> { ["PATH"] = path });
        return (await running.FinishAsync(TimeSpan.FromMinutes(5), cancellationToken)).EnsureSuccess().Output;
    }

    private static Dictionary<string, string> Values(EtcdCluster cluster)
    {
        var values = new Dictionary<string, string> { ["ETCDCTL_ENDPOINTS"] = cluster.Endpoints };
        foreach (var argument in cluster.Tls!.ClientArguments())
        {
            var parts = argument.Split('=', 2);
            values["ETCDCTL_" + parts[0][2..].ToUpperInvariant()] = parts[1];
        }

        return values;
    }
}
