using EtcdDefrag.Testing.Processes;

using static EtcdDefrag.Integration.Tests.Catching;
using static EtcdDefrag.Integration.Tests.Scene;

namespace EtcdDefrag.Integration.Tests;

/// <summary>A defragmentation without an answer may still be running: nothing else is started until the member itself shows how it ended.</summary>
public sealed class UnknownOutcomeTests
{
    public static TheoryData<string> Versions => OldestAndNewest;

    [Theory]
    [InlineData(Signal.Kill)]
    [InlineData(Signal.Stop)]
    public Task One_that_stays_away_stops_the_run_whatever_was_said_about_errors(Signal signal) => TryAsync(async () =>
    {
        await using var cluster = await ClusterAsync();
        await FillAsync(cluster);
        using var running = await StartAsync(cluster, "--defrag-timeout", "2s", "--recovery-timeout", "3s", "--command-timeout", "3s", "--continue-on-error");

        var lost = await CatchDefragmentingAsync(cluster, signal);
        var result = await EndAsync(running);

        Assert.Null(Assert.Single(cluster.Defragmentations).Ended);
        Assert.Equal(5, result.ExitCode);
        Assert.Contains($"Outcome of endpoint \"{lost.ClientUrl}\" unknown", result.Error, StringComparison.Ordinal);
        Assert.Contains("may still be defragmenting", result.Error, StringComparison.Ordinal);
        Assert.Equal(2, result.ErrorLines.Count(line => line.Contains("Not started: ", StringComparison.Ordinal)));
        Assert.DoesNotContain("successful.", result.Output, StringComparison.Ordinal);
    });

    [Fact]
    public Task One_that_stands_still_is_told_by_the_ping_it_leaves_unanswered() => TryAsync(async () =>
    {
        await using var cluster = await ClusterAsync();
        await FillAsync(cluster);
        using var running = await StartAsync(cluster, "--keepalive-timeout", "2s", "--recovery-timeout", "1s", "--command-timeout", "3s");

        var still = await CatchDefragmentingAsync(cluster, Signal.Stop);
        var result = await EndAsync(running);

        Assert.Equal(5, result.ExitCode);
        var told = Assert.Single(result.ErrorLines, line => line.Contains($"Outcome of endpoint \"{still.ClientUrl}\" unknown", StringComparison.Ordinal));
        Assert.Contains("did not answer a keep-alive ping (--keepalive-timeout)", told, StringComparison.Ordinal);
        Assert.DoesNotContain("PROTOCOL_ERROR", result.Error, StringComparison.Ordinal);
    });

    [Theory]
    [MemberData(nameof(Versions))]
    public Task One_that_goes_on_in_time_is_done_late_and_the_run_goes_on(string version) => TryAsync(async () =>
    {
        await using var cluster = await ClusterAsync(version);
        await FillAsync(cluster);
        using var running = await StartAsync(cluster, "--defrag-timeout", "2s", "--command-timeout", "5s");

        var late = await CatchDefragmentingAsync(cluster, Signal.Stop);
        await running.WaitForLineAsync("unknown after", Stop);
        var meanwhile = Defragmented(cluster);
        late.Resume();
        var result = await EndAsync(running);

        Assert.Equal([late.Name], meanwhile);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains($"Finished defragmenting etcd endpoint \"{late.ClientUrl}\" late", result.Output, StringComparison.Ordinal);
        Assert.Equal(3, Defragmented(cluster).Distinct().Count());
        Assert.Equal(3, Defragmented(cluster).Count);
        AssertNeverTwoAtOnce(cluster);
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task One_that_crashed_and_came_back_unchanged_has_failed(bool continueOnError) => TryAsync(async () =>
    {
        await using var cluster = await ClusterAsync();
        await FillAsync(cluster);
        using var running = await StartAsync(cluster, $"--continue-on-error={continueOnError}", "--command-timeout", "5s");

        var crashed = await CatchDefragmentingAsync(cluster, Signal.Kill);
        await running.WaitForLineAsync("unknown after", Stop);
        await crashed.RestartAsync(Stop);
        var result = await EndAsync(running);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"Failed to defragment etcd member \"{crashed.ClientUrl}\"", result.Error, StringComparison.Ordinal);
        Assert.Contains("1 (total 3) endpoint(s) failed to be defragmented.", result.Output, StringComparison.Ordinal);
        Assert.Equal(continueOnError ? 3 : 1, Defragmented(cluster).Distinct().Count());
        Assert.Single(Defragmented(cluster), name => name == crashed.Name);
    });

    [Theory]
    [ClassData(typeof(EveryVersion))]
    public async Task One_that_takes_longer_than_the_time_out_is_waited_for(string version)
    {
        await using var cluster = await ClusterAsync(version);
        await FillAsync(cluster);
        var leader = await cluster.LeaderAsync(Stop);

        var result = await RunAsync(cluster, "--defrag-timeout", "300ms", "--compaction=false");

        // How many of them take longer than that is the machine's business. 3.4.23 answers Status meanwhile: that must not count as the end.
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(
            result.ErrorLines.Count(line => line.Contains("unknown after", StringComparison.Ordinal)),
            result.OutputLines.Count(line => line.Contains("late: ", StringComparison.Ordinal)));
        MainJobTests.AssertOneByOne(cluster, leader);
    }
}
