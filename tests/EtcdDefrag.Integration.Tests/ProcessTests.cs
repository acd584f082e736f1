using EtcdDefrag.Testing.Processes;

namespace EtcdDefrag.Integration.Tests;

/// <summary>That a child process is started cleanly, watched, and never outlives us.</summary>
public sealed class ProcessTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Output_error_and_exit_code_are_told_apart_and_input_arrives()
    {
        var result = await RunAsync("cat; echo oops >&2; exit 7", input: "in\n");

        Assert.Equal((7, "in\n", "oops\n"), (result.ExitCode, result.Output, result.Error));
    }

    [Fact]
    public async Task Only_the_given_environment_is_there()
    {
        using var running = await RunningProcess.StartAsync("/usr/bin/env", [], new Dictionary<string, string> { ["SHOWN"] = "yes" });

        var result = await running.FinishAsync(TimeSpan.FromSeconds(60), Stop);

        Assert.Equal(["PATH", "SHOWN"], result.OutputLines.Select(line => line.Split('=')[0]).Order());
    }

    [Fact]
    public async Task A_signal_can_be_sent_after_a_line_was_seen()
    {
        using var running = await StartAsync("trap 'echo caught; exit 3' TERM; echo ready; while :; do sleep 0.05; done");
        await running.WaitForLineAsync("ready", Stop);

        running.Send(Signal.Terminate);
        var result = await running.FinishAsync(TimeSpan.FromSeconds(60), Stop);

        Assert.Equal((3, "ready\ncaught\n"), (result.ExitCode, result.Output));
    }

    [Fact]
    public async Task One_that_does_not_end_is_killed_and_its_output_shown()
    {
        using var running = await StartAsync("echo stuck; exec sleep 600");
        await running.WaitForLineAsync("stuck", Stop);

        var problem = await Assert.ThrowsAsync<TimeoutException>(() => running.FinishAsync(TimeSpan.FromMilliseconds(1), Stop));

        Assert.Contains("stuck", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waiting_for_a_line_ends_when_the_process_does()
    {
        using var running = await StartAsync("echo other");

        await Assert.ThrowsAsync<InvalidOperationException>(() => running.WaitForLineAsync("never", Stop));
    }

    [Fact]
    public async Task Secrets_are_not_shown()
    {
        using var running = await RunningProcess.StartAsync(
            "/bin/true", [], new Dictionary<string, string> { ["SHOWN"] = "yes", ["HIDDEN"] = "secret" }, shown: name => name != "HIDDEN");

        var result = await running.FinishAsync(TimeSpan.FromSeconds(60), Stop);

        Assert.Equal("SHOWN=yes /bin/true", result.Command);
    }

    [Fact]
    public async Task The_kernel_kills_it_when_we_die()
    {
        // A shell stands in for a test run that is killed: its child asks for the same parent-death signal as ours do.
        using var running = await StartAsync("setpriv --pdeathsig KILL -- sleep 600 & echo child=$!; wait");
        await running.WaitForLineAsync("child=", Stop);
        var child = running.Output.Trim()["child=".Length..];
        await Testing.Wait.UntilAsync("the child sleeps", () => ReadName(child) == "sleep", Stop);

        running.Send(Signal.Kill);

        await Testing.Wait.UntilAsync("the child is gone", () => ReadName(child) != "sleep" || IsZombie(child), Stop);
    }

    private static string ReadName(string process) => ReadOf(process, "comm").Trim();

    private static bool IsZombie(string process) => ReadOf(process, "stat").Contains(") Z ", StringComparison.Ordinal);

    /// <summary>What /proc says of a process; nothing where it has gone, be it while we read.</summary>
    private static string ReadOf(string process, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/{file}");
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static async Task<ProcessResult> RunAsync(string script, string input = "")
    {
        using var running = await StartAsync(script, input);
        return await running.FinishAsync(TimeSpan.FromSeconds(60), Stop);
    }

    private static Task<RunningProcess> StartAsync(string script, string input = "") =>
        RunningProcess.StartAsync("/bin/bash", ["-c", script], new Dictionary<string, string> { ["SHOWN"] = "yes" }, input);
}
