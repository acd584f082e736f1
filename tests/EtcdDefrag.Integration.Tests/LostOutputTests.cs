using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Processes;
using static EtcdDefrag.Integration.Tests.Scene;

namespace EtcdDefrag.Integration.Tests;

/// <summary>Output that nobody reads costs output, never the run: a member may be blocked just then.</summary>
public sealed class LostOutputTests
{
    [Theory]
    [InlineData("--help", 1)]
    [InlineData("--version", 1)]
    [InlineData("completion bash", 1)]
    [InlineData("rule 'dbSize > 1'", 1)]
    [InlineData("status", 1)]
    [InlineData("status -w json", 1)]
    [InlineData("status --watch", 1)]
    [InlineData("--dry-run", 1)]
    [InlineData("--dry-run -w json", 1)]
    [InlineData("rule nonsense", 2)]
    public async Task A_command_whose_result_is_lost_says_so(string command, int code)
    {
        await using var cluster = await ClusterAsync(new Testing.Etcd.ClusterOptions { Members = 1 });
        var script = $"ETCD_DEFRAG_ENDPOINTS={cluster.Endpoints} '{Tool.Binary}' {command} >/dev/full";

        using var shell = await RunningProcess.StartAsync("/bin/bash", ["-c", script], new Dictionary<string, string>());
        var result = await EndAsync(shell);

        Assert.Equal(code, result.ExitCode);
        Assert.Equal(code == 1, result.Error.Contains("could not be written", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Watching_ends_when_nobody_reads()
    {
        await using var cluster = await ClusterAsync(new Testing.Etcd.ClusterOptions { Members = 1 });
        var script = $"'{Tool.Binary}' status --watch -w json --endpoints {cluster.Endpoints} | head -n 1; exit ${{PIPESTATUS[0]}}";

        using var shell = await RunningProcess.StartAsync("/bin/bash", ["-c", script], new Dictionary<string, string>());

        Assert.Equal(0, (await EndAsync(shell)).ExitCode);
    }

    [Theory]
    [InlineData("{0} | head -n 1; exit ${{PIPESTATUS[0]}}")]
    [InlineData("{0} >&-")]
    [InlineData("{0} >&- 2>&- <&-")]
    [InlineData("{0} >/dev/full 2>/dev/full")]
    public async Task The_run_goes_on_to_its_end(string command)
    {
        await using var cluster = await ClusterAsync();
        var tool = $"'{Tool.Binary}' --endpoints {cluster.Endpoints} --wait-between-defrags 200ms";
        var script = string.Format(System.Globalization.CultureInfo.InvariantCulture, command, tool);

        using var shell = await RunningProcess.StartAsync("/bin/bash", ["-c", script], new Dictionary<string, string>());
        var result = await EndAsync(shell);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(["m1", "m2", "m3"], Defragmented(cluster).Order());
        Assert.Equal(command == "{0} >&-", result.Error.Contains("Warning: the result could not be written", StringComparison.Ordinal));
        Assert.DoesNotContain("Exception", result.Error, StringComparison.Ordinal);
    }
}
