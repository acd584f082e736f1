using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Processes;

namespace EtcdDefrag.Deploy.Tests;

/// <summary>The programs of others whose word counts: those that build/get-tools.sh laid out, and the machine's own.</summary>
/// <remarks>A missing one is a failure, never a skipped test.</remarks>
internal static class Programs
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    public static Task<ProcessResult> KubectlAsync(params string[] arguments) => RunAsync(Tool("kubectl"), arguments);

    public static Task<ProcessResult> PromtoolAsync(params string[] arguments) => RunAsync(Tool("promtool"), arguments);

    public static Task<ProcessResult> ChartTemplateAsync(string notes, params string[] arguments) =>
        RunAsync(Repo.Path(".cache", "tools", "chart-template"), arguments, new() { ["NOTES"] = notes });

    /// <summary>Runs a script with sh and these variables.</summary>
    public static Task<ProcessResult> ShellAsync(string script, Dictionary<string, string> environment) => RunAsync("/bin/sh", [script], environment);

    public static Task<ProcessResult> RunAsync(string program, params string[] arguments) => RunAsync(program, arguments, []);

    private static async Task<ProcessResult> RunAsync(string program, string[] arguments, Dictionary<string, string> environment)
    {
        // No home: kubectl would otherwise look at the machine's clusters.
        environment["HOME"] = "/nonexistent";
        using var running = await RunningProcess.StartAsync(program, arguments, environment);
        return await running.FinishAsync(Limit, TestContext.Current.CancellationToken);
    }

    private static string Tool(string name)
    {
        var folder = Environment.GetEnvironmentVariable("ETCD_DEFRAG_TOOLS_DIR") is { Length: > 0 } given ? given : Repo.Path(".cache", "tools");
        var path = Path.Combine(folder, name);
        return File.Exists(path) ? path : throw new InvalidOperationException($"{path} is missing: run build/get-tools.sh");
    }
}
