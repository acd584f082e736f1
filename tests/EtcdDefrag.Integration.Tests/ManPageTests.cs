using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Processes;

using static EtcdDefrag.Integration.Tests.Scene;

namespace EtcdDefrag.Integration.Tests;

/// <summary>docs/etcd-defrag.1 as both programs that systems show manual pages with take it.</summary>
public sealed class ManPageTests
{
    private static readonly string Page = Repo.Path("docs", "etcd-defrag.1");

    [Fact]
    public async Task Mandoc_has_nothing_to_complain_about() => AssertSilent(await ToolAsync("/usr/bin/mandoc", "-T", "lint", "-W", "style", Page));

    [Fact]
    public async Task Man_shows_it_without_warnings_and_within_80_columns()
    {
        AssertSilent(await ToolAsync("/usr/bin/man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", Page), output: false);

        var shown = (await ToolAsync("/usr/bin/man", "-E", "ascii", "-P", "cat", "-l", Page)).EnsureSuccess().OutputLines;

        Assert.All(shown, line => Assert.True(line.Length <= 80, line));
        Assert.Contains("EXIT STATUS", shown);
        Assert.Contains(shown, line => line.Trim() == "etcd-defrag --cluster --move-leader --auto-disalarm"); // hyphens that can be copied
    }

    private static void AssertSilent(ProcessResult result, bool output = true)
    {
        Assert.Equal("", result.Error);
        Assert.Equal(0, result.ExitCode);
        Assert.True(!output || result.Output.Length == 0, result.Output);
    }

    private static async Task<ProcessResult> ToolAsync(string program, params string[] arguments)
    {
        var environment = new Dictionary<string, string> { ["LC_ALL"] = "C.UTF-8", ["MANWIDTH"] = "80", ["MAN_KEEP_FORMATTING"] = "", ["GROFF_NO_SGR"] = "1" };
        using var running = await RunningProcess.StartAsync(program, arguments, environment);
        return await running.FinishAsync(TimeSpan.FromMinutes(1), Stop);
    }
}
