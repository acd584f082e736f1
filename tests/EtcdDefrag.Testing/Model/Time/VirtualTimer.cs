namespace EtcdDefrag.Testing.Model.Time;

/// <summary>A timer of the virtual clock. What <c>Task.Delay</c>, <c>CancellationTokenSource</c> and <c>PeriodicTimer</c> are built on.</summary>
internal sealed class VirtualTimer(VirtualTime time, TimerCallback callback, object? state) : ITimer
{
    private TimeSpan _period = Timeout.InfiniteTimeSpan;

    /// <summary>Changes with every re-arming, so that older entries in the queue are known to be stale.</summary>
    internal int Version { get; private set; }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        if (Version < 0)
        {
            return false;
        }

        Version++;
        _period = period;
        if (dueTime != Timeout.InfiniteTimeSpan)
        {
            time.Enqueue(this, Version, dueTime.Ticks);
        }

        return true;
    }

    public void Dispose() => Version = -1;

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    internal void Fire()
    {
        if (_period > TimeSpan.Zero)
        {
            time.Enqueue(this, Version, _period.Ticks);
        }

        callback(state);
    }
}
