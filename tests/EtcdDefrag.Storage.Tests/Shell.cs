using EtcdDefrag.Testing.Processes;

namespace EtcdDefrag.Storage.Tests;

/// <summary>What another process does.</summary>
internal static class Shell
{
    private static readonly Dictionary<string, string> NoVariables = [];

    public static async Task<int> RunAsync(string command)
    {
        using var running = await RunningProcess.StartAsync("/bin/sh", ["-c", command], NoVariables);
        return (await running.FinishAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken)).ExitCode;
    }

    /// <summary>A process that holds the lock of a file, as etcd does, until it is disposed of.</summary>
    public static async Task<RunningProcess> HoldAsync(string file, CancellationToken stop)
    {
        var running = await RunningProcess.StartAsync("/usr/bin/flock", ["--exclusive", "--no-fork", file, "/bin/sh", "-c", "echo held; exec sleep 1000"], NoVariables);
        await running.WaitForLineAsync("held", stop);
        return running;
    }
}
