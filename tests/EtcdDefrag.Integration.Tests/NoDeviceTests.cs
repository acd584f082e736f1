using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Processes;
using static EtcdDefrag.Integration.Tests.Scene;

namespace EtcdDefrag.Integration.Tests;

/// <summary>The tool in a root directory that has nothing but what the loader needs.</summary>
public sealed class NoDeviceTests
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
        using var running = await RunningProcess.StartAsync("/bin/sh", ["-c", script], new Dictionary<string, string> { ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin" });

        var result = await running.FinishAsync(TimeSpan.FromMinutes(1), Stop);

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("Error: /dev/urandom is missing", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }
}
