using System.Net.Sockets;

namespace EtcdDefrag.Testing.Processes;

/// <summary>A shell in a real terminal of a given size: tmux, with a server of its own that dies with the test run.</summary>
public sealed class TmuxSession : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static readonly Dictionary<string, string> Environment = new() { ["LANG"] = "C.UTF-8", ["TERM"] = "xterm" };

    private readonly TemporaryFolder _folder = new();
    private RunningProcess? _server;

    private TmuxSession()
    {
    }

    private string SocketFile => _folder.File("tmux");

    private string RawFile => _folder.File("raw");

    /// <summary>All that was written to the terminal, with its escape sequences.</summary>
    public string Raw => File.Exists(RawFile) ? File.ReadAllText(RawFile) : "";

    /// <summary>Opens the window and waits for the prompt, which is <c>$ </c>.</summary>
    public static async Task<TmuxSession> StartAsync(int columns, int rows, CancellationToken cancellationToken)
    {
        var session = new TmuxSession();
        session._server = await RunningProcess.StartAsync("/usr/bin/tmux", ["-S", session.SocketFile, "-f", "/dev/null", "-D"], Environment);
        await Wait.UntilAsync("tmux listens", () => session.ListensAsync(cancellationToken), cancellationToken);
        await session.TmuxAsync(
            cancellationToken, "new-session", "-d", "-x", $"{columns}", "-y", $"{rows}", "exec env -i PATH=/usr/bin:/bin TERM=screen LANG=C.UTF-8 PS1='$ ' sh -i");
        await session.WaitForAsync("the prompt", screen => screen.TrimEnd() == "$", cancellationToken);
        await session.TmuxAsync(cancellationToken, "pipe-pane", $"cat >'{session.RawFile}'");
        return session;
    }

    /// <summary>Types a line.</summary>
    public async Task TypeAsync(string line, CancellationToken cancellationToken)
    {
        await TmuxAsync(cancellationToken, "send-keys", "-l", line);
        await PressAsync("Enter", cancellationToken);
    }

    /// <summary>Presses a key, by tmux's name for it, e.g. <c>C-c</c>.</summary>
    public Task PressAsync(string key, CancellationToken cancellationToken) => TmuxAsync(cancellationToken, "send-keys", key);

    public Task ResizeAsync(int columns, int rows, CancellationToken cancellationToken) =>
        TmuxAsync(cancellationToken, "resize-window", "-x", $"{columns}", "-y", $"{rows}");

    /// <summary>What is to be seen now, or with what has scrolled away; without the empty rows at the end.</summary>
    public async Task<string> CaptureAsync(CancellationToken cancellationToken, bool history = false) =>
        (await TmuxAsync(cancellationToken, ["capture-pane", "-p", .. history ? (string[])["-S", "-"] : []])).TrimEnd('\n');

    /// <summary>Whether the terminal shows its cursor, and on its usual screen.</summary>
    public async Task<bool> IsInOrderAsync(CancellationToken cancellationToken) =>
        await TmuxAsync(cancellationToken, "display-message", "-p", "#{cursor_flag}#{alternate_on}") == "10\n";

    /// <summary>Looks until the screen is as it should be.</summary>
    /// <returns>The screen.</returns>
    public async Task<string> WaitForAsync(string what, Func<string, bool> condition, CancellationToken cancellationToken)
    {
        var screen = "";
        try
        {
            await Wait.UntilAsync(what, async () => condition(screen = await CaptureAsync(cancellationToken)), cancellationToken);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}; the screen:\n{screen}", e);
        }

        TestLog.Write($"{what}:\n{screen}");
        return screen;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await TmuxAsync(CancellationToken.None, "kill-server");
            _server.Dispose();
        }

        _folder.Dispose();
    }

    /// <summary>Whether somebody answers at the socket: its file is there a moment earlier, and a tmux that finds nobody starts a server of its own.</summary>
    private async Task<bool> ListensAsync(CancellationToken cancellationToken)
    {
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await client.ConnectAsync(new UnixDomainSocketEndPoint(SocketFile), cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task<string> TmuxAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        using var running = await RunningProcess.StartAsync("/usr/bin/tmux", ["-S", SocketFile, .. arguments], Environment);
        return (await running.FinishAsync(Limit, cancellationToken)).EnsureSuccess().Output;
    }
}
