using System.Text.Json.Nodes;
using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Processes;

using static EtcdDefrag.Integration.Tests.Catching;
using static EtcdDefrag.Integration.Tests.Scene;

namespace EtcdDefrag.Integration.Tests;

/// <summary>Who interrupts a run gets a report; the member in flight is waited for, and no further one is started.</summary>
public sealed class SignalTests
{
    [Theory]
    [InlineData(Signal.Terminate, 143)]
    [InlineData(Signal.Interrupt, 130)]
    public async Task In_a_pause_the_run_ends_at_once(Signal signal, int code)
    {
        await using var cluster = await ClusterAsync();
        using var running = await StartAsync(cluster, "--wait-between-defrags", "10m");
        var first = await FirstPauseAsync(cluster, running);

        running.Send(signal);
        var result = await EndAsync(running);

        Assert.Equal(code, result.ExitCode);
        Assert.Equal([first.Name], Defragmented(cluster));
        Assert.Equal(2, result.ErrorLines.Count(line => line.Contains("Not started: ", StringComparison.Ordinal)));
        Assert.DoesNotContain("successful.", result.OutputLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public Task During_a_defragmentation_its_end_is_waited_for() => TryAsync(async () =>
    {
        await using var cluster = await ClusterAsync();
        await FillAsync(cluster);
        using var running = await StartAsync(cluster, "--keepalive-timeout", "5m");
        var busy = await CatchDefragmentingAsync(cluster, Signal.Stop);

        running.Send(Signal.Terminate);
        await running.WaitForLineAsync("waiting for the defragmentation of " + busy.ClientUrl, Stop);
        var waited = !running.HasExited;
        busy.Resume();
        var result = await EndAsync(running);

        Assert.True(waited);
        Assert.Equal(143, result.ExitCode);
        Assert.NotNull(Assert.Single(cluster.Defragmentations).Ended);
        Assert.Contains($"Finished defragmenting etcd endpoint \"{busy.ClientUrl}\"", result.Output, StringComparison.Ordinal);
        Assert.Contains($"[Post defragmentation] endpoint: {busy.ClientUrl}", result.Output, StringComparison.Ordinal);
        Assert.Equal(2, result.ErrorLines.Count(line => line.Contains("Not started: ", StringComparison.Ordinal)));
    });

    [Theory]
    [InlineData("simple")]
    [InlineData("json")]
    public Task A_second_signal_leaves_at_once_and_says_what_may_still_be_running(string format) => TryAsync(async () =>
    {
        await using var cluster = await ClusterAsync();
        await FillAsync(cluster);
        using var folder = new TemporaryFolder();
        using var running = await StartAsync(cluster, "-w", format, "--report-file", folder.File("report.json"), "--metrics-textfile", folder.File("run.prom"));
        var busy = await CatchDefragmentingAsync(cluster, Signal.Stop);
        running.Send(Signal.Terminate);
        await running.WaitForLineAsync("A second signal leaves at once.", Stop);

        running.Send(Signal.Terminate);
        var result = await EndAsync(running);

        Assert.Equal(5, result.ExitCode);
        Assert.Contains($"the defragmentation of {busy.ClientUrl} may still be running", result.Error, StringComparison.Ordinal);
        if (format == "simple")
        {
            Assert.Matches(@" >\S+ +UNKNOWN", result.Output);
        }

        if (format == "json")
        {
            var report = JsonNode.Parse(result.OutputLines[^1])!;
            Assert.Equal(("report", 5), ((string?)report["event"], (int?)report["exitCode"]));
            Assert.Equal(["notStarted", "notStarted", "unknown"], report["members"]!.AsArray().Select(member => (string?)member!["outcome"]).Order());
        }

        var left = JsonNode.Parse(await File.ReadAllTextAsync(folder.File("report.json"), Stop))!;
        Assert.Equal(5, (int?)left["exitCode"]);
        Assert.Equal(["notStarted", "notStarted", "unknown"], left["members"]!.AsArray().Select(member => (string?)member!["outcome"]).Order());
        Assert.Matches(@"(?m)^etcd_defrag_run_exit_code(\{.*\})? 5$", await File.ReadAllTextAsync(folder.File("run.prom"), Stop));
        Assert.Matches(@"(?m)^etcd_defrag_run_outcome\{(.*,)?outcome=""unknown""(,.*)?\} 1$", await File.ReadAllTextAsync(folder.File("run.prom"), Stop));
        Assert.Equal(2, Directory.GetFileSystemEntries(folder.Path).Length);
        Assert.Null(Assert.Single(cluster.Defragmentations).Ended);
    });
}
