using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Processes;

using static EtcdDefrag.Integration.Tests.Scene;

namespace EtcdDefrag.Integration.Tests;

/// <summary>The tool where a service manager gives it little: no /dev, little address space.</summary>
public sealed class BarePlaceTests
{
    [Fact]
    public async Task Without_dev_it_says_what_is_missing_and_contacts_nobody()
    {
        using var folder = new TemporaryFolder();
        var root = folder.File("root");
        var script = $"""
            mkdir -p '{root}/bin' && cp '{Tool.Binary}' '{root}/bin/'
            for library in $(ldd '{Tool.Binary}' | grep -o '/[^ )]*'); do mkdir -p "{root}$(dirname "$library")" && cp "$library" "{root}$library"; done
            exec chroot '{root}' /bin/etcd-defrag --endpoints http://127.0.0.1:{FreePort.Next()} --dry-run
            """;

        var result = await ShellAsync(script);

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("Error: /dev/urandom is missing", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task Runs_within_200_MB_of_addresses()
    {
        await using var cluster = await ClusterAsync();

        var result = await ShellAsync($"ulimit -v 200000; exec '{Tool.Binary}' --cluster --endpoints {cluster.Members[0].ClientUrl}");

        result.EnsureSuccess();
        Assert.Equal(3, cluster.Defragmentations.Count);
    }

    [Fact]
    public async Task Says_that_it_needs_more_addresses_and_contacts_nobody()
    {
        var result = await ShellAsync($"ulimit -v 100000; exec '{Tool.Binary}' --cluster --endpoints http://127.0.0.1:{FreePort.Next()}");

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("Error: the address space of this process is limited to 100000 KiB (ulimit -v, LimitAS=)", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    private static async Task<ProcessResult> ShellAsync(string script)
    {
        using var running = await RunningProcess.StartAsync(
            "/bin/sh", ["-c", script], new Dictionary<string, string> { ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin" });
        return await running.FinishAsync(TimeSpan.FromMinutes(1), Stop);
    }
}
