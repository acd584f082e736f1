using System.Text.RegularExpressions;
using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Etcd;
using EtcdDefrag.Testing.Processes;

using static EtcdDefrag.Integration.Tests.Catching;
using static EtcdDefrag.Integration.Tests.Scene;

namespace EtcdDefrag.Integration.Tests;

/// <summary>The built binary in a real terminal, as a person sees it: in the middle of a run, at its end, and after Ctrl-C.</summary>
public sealed partial class TerminalTests
{
    [Theory]
    [InlineData(80, 24)]
    [InlineData(200, 50)]
    public Task A_person_sees_what_goes_on_and_nothing_is_left_of_it(int columns, int rows) => TryAsync(async () =>
    {
        await using var cluster = await ClusterAsync();
        await FillAsync(cluster);
        await using var terminal = await TmuxSession.StartAsync(columns, rows, Stop);
        var catching = CatchDefragmentingAsync(cluster, Signal.Stop);
        await terminal.TypeAsync($"{Tool.Binary} --endpoints {cluster.Endpoints} --keepalive-timeout 5m --wait-between-defrags 1s", Stop);

        var first = await catching;
        var screen = await terminal.WaitForAsync("the first member's line", text => LiveLines(text).Any(line => FirstLine(first).IsMatch(line)), Stop);
        AssertOneLiveLine(screen, columns);
        Assert.Contains("to come", LiveLines(screen)[0], StringComparison.Ordinal);

        // A window made narrower and wide again leaves no pieces of the line behind.
        await terminal.ResizeAsync(columns - 30, rows, Stop);
        await terminal.WaitForAsync("the line in a narrow window", text => LiveLines(text).Length == 1 && text.Split('\n')[^1].Length <= columns - 30, Stop);
        await terminal.ResizeAsync(columns, rows, Stop);

        catching = CatchDefragmentingAsync(cluster, Signal.Stop, besides: first);
        first.Resume();
        var second = await catching;
        screen = await terminal.WaitForAsync(
            "an estimate", text => LiveLines(text).Any(line => line.Contains($"{second.Name}", StringComparison.Ordinal) && Estimate().IsMatch(line)), Stop);
        AssertOneLiveLine(screen, columns);
        Assert.Contains("1 done", LiveLines(screen)[0], StringComparison.Ordinal);

        second.Resume();
        screen = await terminal.WaitForAsync("the end", IsOver, Stop);
        Assert.Empty(LiveLines(await terminal.CaptureAsync(Stop, history: true)));
        Assert.Contains("\n  total ", screen, StringComparison.Ordinal);
        Assert.EndsWith("3 of 3 done\nThe defragmentation is successful.\n$", screen.TrimEnd(), StringComparison.Ordinal);
        Assert.True(await terminal.IsInOrderAsync(Stop));
    });

    [Fact]
    public Task Ctrl_c_twice_leaves_the_screen_in_order() => TryAsync(async () =>
    {
        await using var cluster = await ClusterAsync();
        await FillAsync(cluster);
        await using var terminal = await TmuxSession.StartAsync(80, 24, Stop);
        var catching = CatchDefragmentingAsync(cluster, Signal.Stop);
        await terminal.TypeAsync($"{Tool.Binary} --endpoints {cluster.Endpoints} --keepalive-timeout 5m", Stop);
        var first = await catching;
        await terminal.WaitForAsync("the live line", text => LiveLines(text).Any(line => FirstLine(first).IsMatch(line)), Stop);

        await terminal.PressAsync("C-c", Stop);
        var screen = await terminal.WaitForAsync("the answer to Ctrl-C", text => text.Contains("A second signal leaves at once.", StringComparison.Ordinal) && LiveLines(text).Length > 0, Stop);
        AssertOneLiveLine(screen, 80);

        await terminal.PressAsync("C-c", Stop);
        screen = await terminal.WaitForAsync("the prompt", IsOver, Stop);
        await terminal.TypeAsync("echo \"exit $?\"", Stop);
        await terminal.WaitForAsync("the exit code of an unknown outcome", text => text.Contains("\nexit 5", StringComparison.Ordinal), Stop);

        Assert.Contains("may still be running", screen.ReplaceLineEndings(""), StringComparison.Ordinal);
        Assert.Empty(LiveLines(await terminal.CaptureAsync(Stop, history: true)));
        Assert.True(await terminal.IsInOrderAsync(Stop));
        first.Resume();
    });

    [Fact]
    public async Task It_is_silent_where_the_user_says_so()
    {
        await using var cluster = await ClusterAsync();
        await using var terminal = await TmuxSession.StartAsync(120, 40, Stop);
        var seen = new Dictionary<string, bool>();
        foreach (var (before, after) in new[] { ("", ""), ("", " --no-progress"), ("NO_COLOR=1 ", ""), ("TERM=dumb ", ""), ("", " 2>/dev/null") })
        {
            var begin = terminal.Raw.Length;
            await terminal.TypeAsync($"{before}{Tool.Binary} --endpoints {cluster.Endpoints} --wait-between-defrags 500ms{after}; echo \"over $((1 + {seen.Count}))\"", Stop);
            await terminal.WaitForAsync("the end", _ => terminal.Raw.Contains($"\nover {seen.Count + 1}\r\n$ ", StringComparison.Ordinal), Stop);
            var raw = terminal.Raw[begin..];
            seen[$"{before}{after}"] = raw.Contains("\e[K", StringComparison.Ordinal);
            Assert.Equal(before.Length == 0, raw.Contains('\e')); // colour
        }

        Assert.Equal([true, false, false, false, false], seen.Values);
    }

    [Fact]
    public async Task Watching_a_status_goes_on_without_a_member_and_ends_in_order()
    {
        await using var cluster = await ClusterAsync();
        await using var terminal = await TmuxSession.StartAsync(80, 24, Stop);
        await terminal.TypeAsync($"{Tool.Binary} status --endpoints {cluster.Endpoints} --watch", Stop);
        await terminal.WaitForAsync("three members", text => text.Contains("Cluster ", StringComparison.Ordinal) && !text.Contains("DOWN", StringComparison.Ordinal), Stop);

        await cluster.Members[2].KillAsync(Stop);
        await terminal.WaitForAsync("one is down", text => Regex.IsMatch(text, "(?m)^m3 .* DOWN") && text.Contains("A run would refuse", StringComparison.Ordinal), Stop);
        await terminal.PressAsync("C-c", Stop);
        await terminal.WaitForAsync("the prompt", IsOver, Stop);
        await terminal.TypeAsync("echo \"exit $?\"", Stop);
        var screen = await terminal.WaitForAsync("the exit code", text => text.Contains("\nexit 130", StringComparison.Ordinal), Stop);

        Assert.Single(Regex.Matches(await terminal.CaptureAsync(Stop, history: true), "again every 2s"));
        Assert.All(screen.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
        Assert.True(await terminal.IsInOrderAsync(Stop));
    }

    private static bool IsOver(string screen) => screen.TrimEnd().EndsWith("\n$", StringComparison.Ordinal);

    private static string[] LiveLines(string screen) => [.. screen.Split('\n').Where(line => LiveLine().IsMatch(line))];

    /// <summary>There is one, it is the last of the screen, and it is whole.</summary>
    private static void AssertOneLiveLine(string screen, int columns)
    {
        var line = Assert.Single(LiveLines(screen));
        Assert.Equal(line, screen.Split('\n')[^1]);
        Assert.InRange(line.Length, 10, columns - 4);
    }

    private static Regex FirstLine(EtcdMember member) => new($@"^. {member.Name}.*: defragmenting.*, (\d+m)?\d+s; ");

    [GeneratedRegex(@"^[|/\\-] \S.*, (\d+m)?\d+s", RegexOptions.ExplicitCapture)]
    private static partial Regex LiveLine();

    [GeneratedRegex(@"\d+s of about (\d+m)?\d+s|longer than expected", RegexOptions.ExplicitCapture)]
    private static partial Regex Estimate();
}
