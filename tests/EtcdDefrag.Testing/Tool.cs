using EtcdDefrag.Testing.Processes;

namespace EtcdDefrag.Testing;

/// <summary>The built binary, run as an operator would: out/etcd-defrag, or the one that ETCD_DEFRAG_BINARY names.</summary>
/// <remarks>It gets no environment but what the test gives: nothing of the machine's ETCDCTL_* or ETCD_DEFRAG_* leaks in.</remarks>
public static class Tool
{
    private static readonly TimeSpan DefaultLimit = TimeSpan.FromMinutes(5);

    private static readonly Dictionary<string, string> NoVariables = [];

    public static string Binary
    {
        get
        {
            var path = Environment.GetEnvironmentVariable("ETCD_DEFRAG_BINARY") is { Length: > 0 } given ? given : Repo.Path("out", "etcd-defrag");
            return File.Exists(path) ? path : throw new InvalidOperationException($"{path} is missing: run ./build.sh");
        }
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<ProcessResult> RunAsync(
        IReadOnlyList<string> arguments,
        CancellationToken cancellationToken,
        IReadOnlyDictionary<string, string>? environment = null,
        string input = "",
        TimeSpan? limit = null)
    {
        using var running = await StartAsync(arguments, environment, input);
        return await running.FinishAsync(limit ?? DefaultLimit, cancellationToken);
    }

    /// <summary>Starts it, to be watched and to be sent signals.</summary>
    public static Task<RunningProcess> StartAsync(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string input = "") =>
        RunningProcess.StartAsync(Binary, arguments, environment ?? NoVariables, input, name => !name.Contains("PASSWORD", StringComparison.OrdinalIgnoreCase));
}
