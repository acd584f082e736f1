using System.Diagnostics;
using EtcdDefrag.Testing.Processes;

namespace EtcdDefrag.Testing.Etcd;

/// <summary>One real etcd server on 127.0.0.1, to be stopped, killed, frozen and started again. Disposing kills it.</summary>
public sealed class EtcdMember(MemberOptions options) : IAsyncDisposable
{
    private Process? _process;
    private bool _suspended;

    public string Name => options.Name;

    public EtcdVersion Version => options.Version;

    public string ClientUrl => options.ClientUrl;

    public string PeerUrl => options.PeerUrl;

    /// <summary>The port clients use, for endpoints without a scheme.</summary>
    public string Endpoint => $"127.0.0.1:{options.ClientPort}";

    /// <summary>The member's HTTP gateway.</summary>
    public Gateway Gateway { get; } = new(options.ClientUrl, options.Tls);

    public int ProcessId => _process?.Id ?? throw new InvalidOperationException($"{Name} was not started");

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>The backend file, which only a defragmentation makes smaller.</summary>
    public string DatabaseFile => Path.Combine(DataFolder, "member", "snap", "db");

    /// <summary>The backend file's length in bytes.</summary>
    public long DatabaseBytes => new FileInfo(DatabaseFile).Length;

    /// <summary>Whether the file that is to replace the backend's is there.</summary>
    public bool IsDefragmenting => Directory.EnumerateFiles(Path.GetDirectoryName(DatabaseFile)!, "db.tmp*").Any();

    /// <summary>The server's log, JSON lines, over all its starts.</summary>
    public string LogFile => Path.Combine(options.Folder, Name + ".log");

    /// <summary>What the server wrote past its log: panics, flag errors.</summary>
    public string OutputFile => Path.Combine(options.Folder, Name + ".out");

    public IReadOnlyList<string> LogLines => File.Exists(LogFile) ? ReadShared(LogFile) : [];

    /// <summary>The log's text as it is now.</summary>
    public string LogText
    {
        get
        {
            using var stream = new FileStream(LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }
    }

    private string DataFolder => Path.Combine(options.Folder, Name + ".data");

    /// <summary>Starts the server on its data, without waiting for it to answer.</summary>
    public async Task StartAsync(string initialCluster, bool newCluster)
    {
        if (IsRunning)
        {
            throw new InvalidOperationException($"{Name} runs already");
        }

        string[] arguments =
        [
            options.Version.Server,
            "--name", Name,
            "--data-dir", DataFolder,
            "--listen-client-urls", ClientUrl,
            "--advertise-client-urls", options.AdvertisedClientUrls.Count > 0 ? string.Join(',', options.AdvertisedClientUrls) : ClientUrl,
            "--listen-peer-urls", options.PeerListenPort > 0 ? $"http://127.0.0.1:{options.PeerListenPort}" : PeerUrl,
            "--initial-advertise-peer-urls", PeerUrl,
            "--initial-cluster", initialCluster,
            "--initial-cluster-state", newCluster ? "new" : "existing",
            "--logger", "zap",
            "--log-outputs", LogFile,
            // Nothing here outlives the machine, and the page cache outlives a killed server. 3.4 has no such flag.
            .. options.Version.Number >= new Version(3, 5) ? (string[])["--unsafe-no-fsync"] : [],
            .. options.Tls?.ServerArguments() ?? [],
            .. options.Arguments,
        ];
        _suspended = false;
        // The shell opens the output file and becomes etcd: nobody has to read a pipe, and the process id is etcd's.
        _process = await Launcher.StartAsync(
            "/bin/sh", ["-c", "exec \"$@\" >>\"$0\" 2>&1", OutputFile, .. arguments], options.Environment, redirect: false);
    }

    /// <summary>Starts it again on the data it has.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        await StartAsync($"{Name}={PeerUrl}", newCluster: false);
        await WaitHealthyAsync(cancellationToken);
    }

    /// <summary>Asks the server to end (SIGTERM) and waits until it has.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => EndAsync(Signal.Terminate, cancellationToken);

    /// <summary>Kills the server (SIGKILL) and waits until it is gone.</summary>
    public Task KillAsync(CancellationToken cancellationToken) => EndAsync(Signal.Kill, cancellationToken);

    /// <summary>Sends a signal and does not wait for its effect: for a test that must hit a moment.</summary>
    public void Send(Signal signal)
    {
        _process?.Send(signal);
        _suspended = signal == Signal.Stop || (_suspended && signal != Signal.Continue);
    }

    /// <summary>Freezes the server (SIGSTOP): its ports stay open, nothing answers. Returns when it stands still.</summary>
    public async Task SuspendAsync(CancellationToken cancellationToken)
    {
        _process?.Send(Signal.Stop);
        _suspended = true;
        await Wait.UntilAsync($"{Name} stands still", () => StateLetters().All(state => state == 'T'), cancellationToken);
    }

    /// <summary>Lets a frozen server go on (SIGCONT).</summary>
    public void Resume()
    {
        _process?.Send(Signal.Continue);
        _suspended = false;
    }

    /// <summary>Waits until /health says that the member is well: it has a leader and answers a linearizable read.</summary>
    /// <exception cref="MemberDiedException">The server ended instead; the message holds its last words.</exception>
    public Task WaitHealthyAsync(CancellationToken cancellationToken)
    {
        // A read that etcd took before there was a leader may stay unanswered where a new one is answered at once.
        var patience = TimeSpan.FromMilliseconds(125);
        return Wait.UntilAsync(
            $"{Name} is healthy",
            async () =>
            {
                patience = TimeSpan.FromTicks(Math.Min(2 * patience.Ticks, TimeSpan.FromSeconds(10).Ticks));
                return IsRunning ? await Gateway.IsHealthyAsync(cancellationToken, patience) : throw new MemberDiedException(Name, LastWords());
            },
            cancellationToken);
    }

    /// <summary>Waits for a line of the server's log that contains this text, after the first <paramref name="skip"/> such lines.</summary>
    public Task WaitForLogAsync(string text, CancellationToken cancellationToken, int skip = 0) => Wait.UntilAsync(
        $"a log line of {Name} with \"{text}\"",
        () => LogLines.Count(line => line.Contains(text, StringComparison.Ordinal)) > skip,
        cancellationToken);

    /// <summary>The end of the log and all other output, for messages.</summary>
    public string LastWords(int lines = 20) => string.Join('\n', [.. LogLines.TakeLast(lines), .. File.Exists(OutputFile) ? ReadShared(OutputFile).TakeLast(lines) : []]);

    public async ValueTask DisposeAsync()
    {
        await KillAsync(CancellationToken.None);
        _process?.Dispose();
        Gateway.Dispose();
    }

    private async Task EndAsync(Signal signal, CancellationToken cancellationToken)
    {
        if (_process is null)
        {
            return;
        }

        _process.Send(signal);
        if (_suspended)
        {
            Resume();
        }

        await _process.WaitForExitAsync(cancellationToken);
    }

    // Of every thread: the third field of its stat, after the name in parentheses.
    private IEnumerable<char> StateLetters() => Directory.EnumerateDirectories($"/proc/{ProcessId}/task").Select(thread =>
    {
        var stat = File.ReadAllText(Path.Combine(thread, "stat"));
        return stat[stat.LastIndexOf(')') + 2];
    });

    private static string[] ReadShared(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
