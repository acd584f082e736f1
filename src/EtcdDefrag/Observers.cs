using EtcdDefrag.Core.Execution;

namespace EtcdDefrag;

/// <summary>Tells everybody. A fault in one's output costs that output: a member may be blocked just now, and the
/// run has to see to it.</summary>
internal sealed class Observers(IRunObserver[] observers, TextWriter error, TimeProvider time) : IRunObserver
{
    /// <summary>How long the output of an event may hold up a second signal: it may be stuck in a full pipe.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly long _started = time.GetTimestamp();
    private bool _closed;
    private long? _defragmentation; // when the last one began

    public void OnEvent(RunEvent runEvent)
    {
        lock (_lock)
        {
            if (!_closed)
            {
                _closed = runEvent is RunEvent.RunFinished;
                _defragmentation = runEvent is RunEvent.DefragmentStarted ? time.GetTimestamp() : _defragmentation;
                Tell(runEvent);
            }
        }
    }

    /// <summary>The end of the output, while the run itself has not come to its end. Does nothing where it has.</summary>
    /// <param name="inFlight">What may still be running; null: nothing.</param>
    /// <param name="report">One of the observers. It is told of the end even where the output of an event is stuck.</param>
    public void Close(string? inFlight, RunReportBuilder report)
    {
        var stopped = new RunEvent.Stopped(StopReason.Interrupted, inFlight is null ? "left at once"
            : $"left at once: {inFlight} may still be running")
        {
            Running = _defragmentation is { } began ? time.GetElapsedTime(began) : null,
        };
        if (!_lock.TryEnter(Patience))
        {
            report.OnEvent(stopped); // nobody else tells it anything: who would is stuck
            report.OnEvent(report.Finish(time.GetElapsedTime(_started)));
            return;
        }

        try
        {
            if (!_closed)
            {
                Tell(stopped);
                Tell(report.Finish(time.GetElapsedTime(_started)));
                _closed = true;
            }
        }
        finally
        {
            _lock.Exit();
        }
    }

    private void Tell(RunEvent runEvent)
    {
        foreach (var observer in observers)
        {
            try
            {
                observer.OnEvent(runEvent);
            }
#pragma warning disable CA1031 // see above
            catch (Exception e)
#pragma warning restore CA1031
            {
                error.WriteLine($"Error: internal error in the output of {runEvent.GetType().Name} ({e.GetType().Name}: {e.Message}); the run goes on");
            }
        }
    }
}
