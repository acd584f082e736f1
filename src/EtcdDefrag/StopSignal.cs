using System.Runtime.InteropServices;
using EtcdDefrag.Core.Execution;

namespace EtcdDefrag;

/// <summary>The user's wish to stop. The first signal lets the member in flight come to its end; the second writes what is known
/// and leaves; a third does not even wait for that.</summary>
internal sealed class StopSignal(TextWriter error, Action<ExitCode> leave) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly List<InFlight> _runs = [];
    private int _signals;

    /// <summary>The code with which a second signal leaves; null: none has come. <see cref="Leaving"/> may know a worse one.</summary>
    public ExitCode? LeavingWith { get; set; }

    /// <summary>Called with what is in flight before a second signal leaves: the last chance for a report.</summary>
    public Action<string?>? Leaving { get; set; }

    public CancellationToken Token => _stop.Token;

    /// <summary>The code of the signal that came first; null: none has come.</summary>
    public ExitCode? By { get; private set; }

    /// <summary>What was sent to clusters and has not come to its end; null: nothing.</summary>
    public string? InFlight
    {
        get
        {
            lock (_lock)
            {
                var running = _runs.OrderBy(run =>
                    run.Cluster, StringComparer.Ordinal).Select(run => run.Shown).OfType<string>().ToArray();
                return running.Length == 0 ? null : string.Join(", ", running);
            }
        }
    }

    /// <summary>Keeps in mind what a run has in flight; to be told of its events.</summary>
    /// <param name="cluster">The run's cluster, for messages; null: it is the only one.</param>
    public InFlight Watch(string? cluster = null)
    {
        var run = new InFlight(cluster);
        lock (_lock)
        {
            _runs.RemoveAll(one => one.IsOver);
            _runs.Add(run);
        }

        return run;
    }

    public void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        Raise(context.Signal == PosixSignal.SIGINT ? ExitCode.Interrupted : ExitCode.Terminated);
    }

    public void Raise(ExitCode code)
    {
        int count;
        lock (_lock)
        {
            count = ++_signals;
            By ??= code;
        }

        var inFlight = InFlight;

        if (count > 2)
        {
            leave(code);
            return;
        }

        if (count == 2)
        {
            error.WriteLine(inFlight is null ? "Leaving at once."
                : $"Leaving at once: {inFlight} may still be running, and etcd can't be told to stop it.");
            LeavingWith = code;
            Leaving?.Invoke(inFlight);
            leave(LeavingWith ?? code);
            return;
        }

        error.WriteLine(inFlight is null
            ? "Interrupted: stopping."
            : $"Interrupted: no further member is started; waiting for {inFlight}, which can't be stopped. A second signal leaves at once.");
        _stop.Cancel();
    }

    public void Dispose() => _stop.Dispose();
}
