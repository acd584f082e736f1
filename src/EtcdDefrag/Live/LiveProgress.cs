using EtcdDefrag.Core.Execution;
using EtcdDefrag.Storage;

namespace EtcdDefrag.Live;

/// <summary>Keeps the live line up to date while a run goes on. A run that is over before the first tick shows nothing.</summary>
internal sealed class LiveProgress : IRunObserver, IDisposable
{
    /// <summary>Chosen: seconds tick evenly, and it costs next to nothing.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly Lock _lock = new();
    private readonly RunProgress _progress = new();
    private readonly LiveLine _line;
    private readonly TimeProvider _time;
    private readonly Func<bool> _mayShow;
    private readonly long _started;
    private readonly ITimer _timer;
    private int _frame;
    private bool _over;

    /// <summary>Begins to tick.</summary>
    /// <param name="line">Where to show it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="mayShow">Whether the terminal is ours at the moment.</param>
    public LiveProgress(LiveLine line, TimeProvider time, Func<bool> mayShow)
    {
        (_line, _time, _mayShow) = (line, time, mayShow);
        _started = time.GetTimestamp();
        _timer = time.CreateTimer(_ => Tick(), null, Interval, Interval);
    }

    public void OnEvent(RunEvent runEvent)
    {
        lock (_lock)
        {
            _progress.OnEvent(runEvent, _time.GetElapsedTime(_started));
            if (runEvent is RunEvent.RunFinished)
            {
                _over = true;
                _line.Show("");
            }
            else if (_frame > 0)
            {
                Show();
            }
        }
    }

    /// <summary>The work on a database file is so far.</summary>
    public void OnFile(FileProgress progress)
    {
        lock (_lock)
        {
            _progress.OnFile(progress, _time.GetElapsedTime(_started));
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        lock (_lock)
        {
            _over = true;
            _line.Show("");
        }
    }

    private void Tick()
    {
        lock (_lock)
        {
            if (!_over)
            {
                _frame++;
                Show();
            }
        }
    }

    private void Show() => _line.Show(_mayShow() ? ProgressLine.Render(_progress.At(_time.GetElapsedTime(_started)), _frame,
        _line.Room) : "");
}
