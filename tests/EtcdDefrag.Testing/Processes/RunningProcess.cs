using System.Diagnostics;
using System.Text;

namespace EtcdDefrag.Testing.Processes;

/// <summary>A child process whose output can be watched and to which signals can be sent. Disposing kills it.</summary>
public sealed class RunningProcess : IDisposable
{
    private readonly Process _process;
    private readonly string _command;
    private readonly Capture _output;
    private readonly Capture _error;
    private readonly long _started = Stopwatch.GetTimestamp();

    private RunningProcess(Process process, string command)
    {
        _process = process;
        _command = command;
        _output = new Capture(process.StandardOutput);
        _error = new Capture(process.StandardError);
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Standard output so far.</summary>
    public string Output => _output.Text;

    /// <summary>Standard error so far.</summary>
    public string Error => _error.Text;

    /// <summary>Starts a program with exactly this environment, plus PATH.</summary>
    /// <param name="shown">The environment variables to show in messages; the others hold secrets.</param>
    public static async Task<RunningProcess> StartAsync(
        string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, string input = "", Func<string, bool>? shown = null)
    {
        var process = await Launcher.StartAsync(program, arguments, environment, redirect: true);
        var running = new RunningProcess(process, Describe(program, arguments, environment, shown ?? (_ => true)));
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It does not read its input: its own business.
        }

        return running;
    }

    public void Send(Signal signal) => _process.Send(signal);

    /// <summary>Waits until a line of standard output or standard error contains this text.</summary>
    public Task WaitForLineAsync(string text, CancellationToken cancellationToken) => Wait.UntilAsync(
        $"a line with \"{text}\" from {_command}\n{Output}\n{Error}",
        () => (Output + "\n" + Error).Contains(text, StringComparison.Ordinal) || (HasExited
            ? throw new InvalidOperationException($"ended with {_process.ExitCode} and never wrote \"{text}\": {_command}\n{Output}\n{Error}")
            : false),
        cancellationToken);

    /// <summary>Waits for the end.</summary>
    /// <exception cref="TimeoutException">It did not end in time; it is killed, and the message holds its output so far.</exception>
    public async Task<ProcessResult> FinishAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        both.CancelAfter(limit);
        try
        {
            await _process.WaitForExitAsync(both.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Send(Signal.Kill);
            cancellationToken.ThrowIfCancellationRequested();
            throw new TimeoutException($"not finished after {limit}: {_command}\n--- stdout\n{Output}--- stderr\n{Error}---");
        }

        await Task.WhenAll(_output.Finished, _error.Finished);
        var result = new ProcessResult(_command, _process.ExitCode, Output, Error, Stopwatch.GetElapsedTime(_started));
        TestLog.Write(result.ToString());
        return result;
    }

    public void Dispose()
    {
        _process.Send(Signal.Kill);
        _process.Dispose();
    }

    private static string Describe(string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, Func<string, bool> shown)
    {
        var variables = environment.Where(entry => shown(entry.Key)).Select(entry => $"{entry.Key}={entry.Value}");
        return string.Join(' ', [.. variables, program, .. arguments]);
    }

    private sealed class Capture
    {
        private readonly StringBuilder _text = new();

        public Capture(StreamReader reader) => Finished = ReadAsync(reader);

        public Task Finished { get; }

        public string Text
        {
            get
            {
                lock (_text)
                {
                    return _text.ToString();
                }
            }
        }

        private async Task ReadAsync(StreamReader reader)
        {
            var buffer = new char[4096];
            for (var count = await reader.ReadAsync(buffer); count > 0; count = await reader.ReadAsync(buffer))
            {
                lock (_text)
                {
                    _text.Append(buffer, 0, count);
                }
            }
        }
    }
}
