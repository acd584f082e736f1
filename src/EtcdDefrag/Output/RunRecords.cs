using EtcdDefrag.Cli;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Output.Metrics;

namespace EtcdDefrag.Output;

/// <summary>What a run leaves behind for those who did not watch it: the report as a file, and its metrics. Trouble with it is a
/// warning, never the run's result.</summary>
internal sealed class RunRecords
{
    /// <summary>Readable for all: node_exporter is a user of its own.</summary>
    public const UnixFileMode ForAll =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>How long a push may hold up who wants to leave at once. Chosen.</summary>
    private static readonly TimeSpan LeavingPatience = TimeSpan.FromSeconds(2);

    private readonly TextWriter _error;
    private readonly TimeProvider _time;
    private readonly AtomicFile? _report;
    private readonly AtomicFile? _textfile;
    private readonly Pushgateway? _gateway;
    private readonly bool _hex;

    private RunRecords(Settings settings, TextWriter error, Action<string>? debug, TimeProvider time)
    {
        var options = settings.Records;
        _error = error;
        _time = time;
        _hex = settings.Output.Hex;
        _report = options.ReportFile is { } report ? new AtomicFile(report) : null;
        _textfile = options.MetricsTextfile is { } textfile ? new AtomicFile(textfile, ForAll) : null;
        _gateway = options.MetricsPushgateway is { } url
            ? new Pushgateway(url, settings.Connection.DialTimeout, settings.Defrag.CommandTimeout, time, debug)
            : null;
    }

    /// <summary>Makes sure that the files can be written once the run is over. Contacts nothing.</summary>
    /// <param name="settings">What was asked for.</param>
    /// <param name="terminal">For what is wrong now.</param>
    /// <param name="error">For what goes wrong once the run is over.</param>
    /// <param name="time">The clock.</param>
    /// <returns>Null where one can't be; the user has been told.</returns>
    public static RunRecords? Prepare(Settings settings, Terminal terminal, TextWriter error, TimeProvider time)
    {
        var records = new RunRecords(settings, error, settings.Output.Debug ? terminal.Error.WriteLine : null, time);
        var reportIsGood = IsGood(records._report, Flags.ReportFile, terminal);
        return IsGood(records._textfile, Flags.MetricsTextfile, terminal) && reportIsGood ? records : null;
    }

    /// <summary>Whether a file can be written later; the user has been told why not.</summary>
    public static bool IsGood(AtomicFile? file, Flag flag, Terminal terminal)
    {
        if (file?.FindProblem() is { } problem)
        {
            terminal.Error.WriteLine($"Error: {flag.Display} \"{file.Path}\": {problem}");
            return false;
        }

        return true;
    }

    /// <summary>Writes and sends everything that was asked for.</summary>
    /// <param name="report">The run.</param>
    /// <param name="exitCode">How it ends.</param>
    /// <param name="stop">The user's wish to stop: it ends a push, unless it ended the run already.</param>
    public async Task WriteAsync(RunReport report, ExitCode exitCode, CancellationToken stop)
    {
        var impatience = stop.IsCancellationRequested ? CancellationToken.None : stop;
        WriteFiles(report, exitCode);
        await PushAsync(report, exitCode, impatience);
    }

    /// <summary>The same for who leaves before the run has ended: as far as it is known, and without a long
    /// wait for a Pushgateway.</summary>
    public void WriteLeaving(RunReport report, ExitCode exitCode)
    {
        WriteFiles(report, exitCode);
        using var soon = new CancellationTokenSource(LeavingPatience, _time);
        PushAsync(report, exitCode, soon.Token).GetAwaiter().GetResult();
    }

    private void WriteFiles(RunReport report, ExitCode exitCode)
    {
        Write(_report, file => file.Write(JsonReport.Render(report, exitCode, _hex, report.Ended ?? _time.GetUtcNow()) + "\n"));
        Write(_textfile, file => file.Write(MetricsText.Render(report, exitCode, withCluster: true,
            LastSuccess.After(report, exitCode, Before(file, _error)))));
    }

    private async Task PushAsync(RunReport report, ExitCode exitCode, CancellationToken impatience)
    {
        if (_gateway is not null)
        {
            // A run that failed must leave the last success where it is, and with it everything that it has no value for.
            var page = MetricsText.Render(report, exitCode, withCluster: false,
                LastSuccess.After(report, exitCode, before: null));
            var address = _gateway.AddressOf(report.ClusterId?.ToString());
            if (await _gateway.PushAsync(address, page, replace: LastSuccess.IsSuccess(report, exitCode),
                impatience) is { } problem)
            {
                _error.WriteLine($"Warning: the metrics could not be pushed to {address}: {problem}");
            }
        }
    }

    private void Write(AtomicFile? file, Action<AtomicFile> write)
    {
        try
        {
            if (file is not null)
            {
                write(file);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _error.WriteLine($"Warning: {file!.Path} could not be written: {FileProblem.Of(e)}");
        }
    }

    /// <summary>What the run before left in a file; null: nothing, or nothing that can be read, which is told.</summary>
    public static string? Before(AtomicFile file, TextWriter error)
    {
        try
        {
            return file.Read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"Warning: {file.Path} could not be read, so the time of the last success is lost: {FileProblem.Of(e)}");
            return null;
        }
    }
}
