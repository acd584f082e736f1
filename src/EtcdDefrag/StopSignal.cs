using System.Runtime.InteropServices;
using EtcdDefrag.Core.Execution;

namespace EtcdDefrag;

/// <summary>The user's wish to stop. The first signal lets the member in flight come to its end; the second writes what is known and leaves; a third does not even wait for that.</summary>
internal sealed class StopSignal(TextWriter error, Action<ExitCode> leave) : IRunObserver, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private string? _inFlight;
    private int _signals;

    /// <summary>The code with which a second signal leaves; null: none has come.</summary>
    public ExitCode? LeavingWith { get; private set; }

    /// <summary>Called with what is in flight before a second signal leaves: the last chance for a report.</summary>
    public Action<string?>? Leaving { get; set; }

    public CancellationToken Token => _stop.Token;

    /// <summary>The code of the signal that came first; null: none has come.</summary>
    public ExitCode? By { get; private set; }

    /// <summary>What was sent to the cluster and has not come to its end; null: nothing.</summary>
    public string? InFlight
    {
        get
        {
            lock (_lock)
            {
                return _inFlight;
            }
        }
    }

    public void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        Raise(context.Signal == PosixSignal.SIGINT ? ExitCode.Interrupted : ExitCode.Terminated);
    }

    public void Raise(ExitCode code)
    {
        int count;
        string? inFlight;
        lock (_lock)
        {
            count = ++_signals;
            By ??= code;
            inFlight = _inFlight;
        }

        if (count > 2)
        {
            leave(code);
            return;
        }

        if (count == 2)
        {
            error.WriteLine(inFlight is null ? "Leaving at once." : $"Leaving at once: {inFlight} may still be running, and etcd can't be told to stop it.");
            LeavingWith = code;
            Leaving?.Invoke(inFlight);
            leave(code);
            return;
        }

        error.WriteLine(inFlight is null
            ? "Interrupted: stopping."
            : $"Interrupted: no further member is started; waiting for {inFlight}, which can't be stopped. A second signal leaves at once.");
        _stop.Cancel();
    }

    /// <summary>Keeps in mind what is in flight.</summary>
    public void OnEvent(RunEvent runEvent)
    {
        lock (_lock)
        {
            _inFlight = runEvent switch
            {
                RunEvent.CompactionStarted e => $"the compaction until revision {e.Revision} through {e.Endpoint}",
                RunEvent.DefragmentStarted { Target.Endpoint.IsFile: true } => null, // it ends at once, and nothing was changed
                RunEvent.DefragmentStarted e => $"the defragmentation of {e.Target.Endpoint}",
                RunEvent.LeaderMoveStarted e => $"the move of leadership from {e.From.MemberId} to {e.To.Id}",
                RunEvent.OutcomeUnknown => _inFlight, // unknown is still in flight
                RunEvent.Recovering => _inFlight,
                _ => null,
            };
        }
    }

    public void Dispose() => _stop.Dispose();
}
