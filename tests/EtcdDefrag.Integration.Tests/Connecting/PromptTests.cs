using System.Net;
using System.Net.Sockets;
using System.Text;
using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Etcd;
using EtcdDefrag.Testing.Processes;

namespace EtcdDefrag.Integration.Tests.Connecting;

/// <summary>The password prompt of the built binary on a real terminal: nothing that is typed is ever shown, and the terminal is left as it was.</summary>
public sealed class PromptTests(Servers servers) : IClassFixture<Servers>
{
    private const string Question = "Password: ";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string?, bool> Terminals
    {
        get
        {
            var data = new TheoryData<string?, bool>();
            foreach (var term in (string?[])["xterm", "xterm-256color", "linux", "tmux", "screen", "dumb", null])
            {
                data.Add(term, true);
                data.Add(term, false);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Terminals))]
    public async Task Nothing_that_is_typed_and_no_escape_sequence_comes_back(string? term, bool outOnTerminal)
    {
        using var terminal = new PseudoTerminal();
        using var running = await StartAsync(terminal, await ServerAsync(), term, outOnTerminal ? "<$T >$T 2>$T" : "<$T 2>$T");
        await terminal.WaitForAsync(Question, Stop);
        Assert.False(terminal.Echoes);

        terminal.Type(Servers.Password + "\n");
        var result = await EndAsync(running);

        Assert.Equal(0, result.ExitCode);
        Assert.True(terminal.Echoes);
        if (outOnTerminal)
        {
            await terminal.WaitForAsync("}\r\n", Stop);
            Assert.StartsWith(Question + "\r\n{", terminal.Shown, StringComparison.Ordinal);
        }
        else
        {
            Assert.StartsWith("{", result.Output, StringComparison.Ordinal);
            Assert.Equal(Question + "\r\n", terminal.Shown);
        }

        Assert.DoesNotContain('\e', terminal.Shown);
        Assert.DoesNotContain("hunter2", terminal.Shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("root-hunterX\u007f2-pass:word\n")]
    [InlineData("something else\u0015root-hunter2-pass:word\n")]
    public async Task The_line_can_be_edited(string typed)
    {
        using var terminal = new PseudoTerminal();
        using var running = await StartAsync(terminal, await ServerAsync());
        await terminal.WaitForAsync(Question, Stop);

        terminal.Type(typed);

        Assert.Equal(0, (await EndAsync(running)).ExitCode);
    }

    [Fact]
    public async Task Without_standard_input_and_error_it_asks_on_the_terminal_of_the_session()
    {
        using var terminal = new PseudoTerminal();
        using var running = await StartAsync(terminal, await ServerAsync(), redirections: "</dev/null");
        await terminal.WaitForAsync(Question, Stop);
        Assert.False(terminal.Echoes);

        terminal.Type(Servers.Password + "\n");
        var result = await EndAsync(running);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(Question + "\r\n", terminal.Shown);
        Assert.True(terminal.Echoes);
    }

    [Fact]
    public async Task An_empty_line_is_an_error_and_nothing_is_contacted()
    {
        using var terminal = new PseudoTerminal();
        using var running = await StartAsync(terminal, "127.0.0.1:1");
        await terminal.WaitForAsync(Question, Stop);

        terminal.Type("\n");

        Assert.Equal(2, (await EndAsync(running)).ExitCode);
        await terminal.WaitForAsync("the password is empty", Stop);
        Assert.True(terminal.Echoes);
    }

    [Fact]
    public async Task A_long_paste_arrives_whole_and_a_longer_one_than_the_terminal_passes_is_refused()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var endpoint = listener.LocalEndpoint.ToString()!;
        var password = string.Concat(Enumerable.Range(0, 200).Select(number => $"{number:x4}-"));
        Assert.Equal(1000, password.Length);
        using (var terminal = new PseudoTerminal())
        {
            using var running = await StartAsync(terminal, endpoint);
            await terminal.WaitForAsync(Question, Stop);
            terminal.Type(password + "\n");

            Assert.Contains(password, await ReceivedAsync(listener, password), StringComparison.Ordinal);
            Assert.DoesNotContain("0001", terminal.Shown, StringComparison.Ordinal);
        }

        using var other = new PseudoTerminal();
        using var refused = await StartAsync(other, endpoint);
        await other.WaitForAsync(Question, Stop);
        other.Type(new string('x', 5000) + "\n");

        Assert.Equal(2, (await EndAsync(refused)).ExitCode);
        await other.WaitForAsync("use --password-file", Stop);
        Assert.DoesNotContain("xx", other.Shown, StringComparison.Ordinal);
        Assert.False(listener.Pending());
    }

    [Theory]
    [InlineData("\u0003", null, 130)]
    [InlineData("\u001c", null, 130)] // Ctrl-\
    [InlineData("\u0004", null, 130)] // Ctrl-D
    [InlineData("half\u0003", null, 130)]
    [InlineData("half", Signal.Interrupt, 130)]
    [InlineData("half", Signal.Terminate, 143)]
    [InlineData("half", Signal.HangUp, 143)]
    public async Task However_it_is_left_the_echo_is_on_again(string typed, Signal? signal, int code)
    {
        using var terminal = new PseudoTerminal();
        using var running = await StartAsync(terminal, "127.0.0.1:1");
        await terminal.WaitForAsync(Question, Stop);

        terminal.Type(typed);
        if (signal is { } sent)
        {
            running.Send(sent);
        }

        Assert.Equal(code, (await EndAsync(running)).ExitCode);
        Assert.True(terminal.Echoes);
        Assert.DoesNotContain("half", terminal.Shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closed_terminal_ends_it()
    {
        using var terminal = new PseudoTerminal();
        using var running = await StartAsync(terminal, "127.0.0.1:1");
        await terminal.WaitForAsync(Question, Stop);

        terminal.HangUp();

        // The kernel sends SIGHUP more than once; 129: the last one came when the process was on its way out.
        Assert.Contains((await EndAsync(running)).ExitCode, (int[])[129, 130, 143]);
    }

    [Fact]
    public async Task Suspended_and_resumed_by_a_shell_it_asks_again_and_shows_nothing()
    {
        using var terminal = new PseudoTerminal();
        using var shell = await terminal.StartAsync(
            "/bin/bash", ["--norc", "--noprofile", "-i"], new Dictionary<string, string> { ["TERM"] = "dumb", ["PS1"] = "$ ", ["TOOL"] = Tool.Binary, ["SERVER"] = await ServerAsync() });
        await terminal.WaitForAsync("$ ", Stop);
        terminal.Type("\"$TOOL\" status --endpoints \"$SERVER\" --user root -w json; echo over $?\n");
        await terminal.WaitForAsync(Question, Stop);

        terminal.Type("\u001a"); // Ctrl-Z
        await terminal.WaitForAsync("Stopped", Stop);
        var before = terminal.Shown.Length;
        terminal.Type("fg\n");
        await Wait.UntilAsync("it asks again", () => terminal.Shown[before..].Contains(Question, StringComparison.Ordinal), Stop);
        Assert.False(terminal.Echoes);
        terminal.Type(Servers.Password + "\n");
        await Wait.UntilAsync("the answer", () => terminal.Shown[before..].Contains("}\r\n", StringComparison.Ordinal), Stop);

        Assert.DoesNotContain("hunter2", terminal.Shown, StringComparison.Ordinal);
        Assert.Contains("\"schemaVersion\"", terminal.Shown[before..], StringComparison.Ordinal);
    }

    private async Task<string> ServerAsync() => (await servers.GetAsync(EtcdBinaries.Newest.ToString(), "simple token", Stop)).Members[0].ClientUrl;

    private static Task<RunningProcess> StartAsync(PseudoTerminal terminal, string endpoint, string? term = "xterm", string redirections = "<$T >$T 2>$T") =>
        terminal.StartAsync(
            Tool.Binary,
            ["status", "--endpoints", endpoint, "--user", "root", "-w", "json"],
            term is null ? [] : new Dictionary<string, string> { ["TERM"] = term },
            redirections);

    private static Task<ProcessResult> EndAsync(RunningProcess running) => running.FinishAsync(TimeSpan.FromMinutes(1), Stop);

    /// <summary>What a client sends until it has sent this text, or closes.</summary>
    private static async Task<string> ReceivedAsync(TcpListener listener, string until)
    {
        using var client = await listener.AcceptTcpClientAsync(Stop);
        var received = new StringBuilder();
        var buffer = new byte[4096];
        int count;
        while (!received.ToString().Contains(until, StringComparison.Ordinal) && (count = await client.GetStream().ReadAsync(buffer, Stop)) > 0)
        {
            received.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }

        return received.ToString();
    }
}
