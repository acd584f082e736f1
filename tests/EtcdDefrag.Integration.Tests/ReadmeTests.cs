using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Etcd;
using EtcdDefrag.Testing.Processes;

using static EtcdDefrag.Integration.Tests.Scene;

namespace EtcdDefrag.Integration.Tests;

/// <summary>The commands of the README do what is said of them.</summary>
public sealed class ReadmeTests
{
    private static readonly List<(string Section, string Language, string Text)> Blocks = [.. Markdown.Blocks(Repo.Path("README.md"))];

    [Fact]
    public async Task The_quick_start_runs_as_written()
    {
        await using var cluster = await ClusterAsync(new ClusterOptions { Tls = true, ClientCertificates = true });
        await Filler.FragmentAsync(cluster, onDisk: 24 * Megabyte, live: 2 * Megabyte, Stop);
        using var folder = new TemporaryFolder();
        File.Copy(cluster.Tls!.CaFile, folder.File("ca.crt"));
        File.Copy(cluster.Tls.ClientCertificateFile, folder.File("client.crt"));
        File.Copy(cluster.Tls.ClientKeyFile, folder.File("client.key"));
        var commands = Blocks.Single(block => block.Section == "Quick start").Text
            .Replace("https://10.0.0.1:2379", cluster.Members[1].ClientUrl, StringComparison.Ordinal)
            .Replace("200MiB", "10MiB", StringComparison.Ordinal); // there is less to give back here

        var output = (await BashAsync($"set -eux; cd '{folder.Path}'\n{commands}")).EnsureSuccess().Output;

        Assert.Contains("m3", output, StringComparison.Ordinal); // status shows all members, asked at one
        Assert.Contains("3 of 3 endpoint(s) would be defragmented", output, StringComparison.Ordinal);
        Assert.Equal(3, Defragmented(cluster).Distinct().Count());
        Assert.EndsWith("The defragmentation is successful.\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_stands_behind_a_prompt_prints_what_stands_below_it()
    {
        var sessions = Blocks.Where(block => block.Text.StartsWith("$ ", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(sessions);
        foreach (var (_, _, text) in sessions)
        {
            var lines = text.Split('\n', 2);
            Assert.Equal(lines[1] + "\n", (await BashAsync(lines[0][2..])).EnsureSuccess().Output);
        }
    }

    private static async Task<ProcessResult> BashAsync(string script)
    {
        var environment = new Dictionary<string, string> { ["PATH"] = $"{Path.GetDirectoryName(Tool.Binary)}:/usr/bin:/bin" };
        using var running = await RunningProcess.StartAsync("/bin/bash", ["-c", script], environment);
        return await running.FinishAsync(TimeSpan.FromMinutes(2), Stop);
    }
}
