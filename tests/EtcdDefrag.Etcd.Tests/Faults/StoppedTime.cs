namespace EtcdDefrag.Etcd.Tests.Faults;

/// <summary>
/// A clock whose timers stand still until the script has come to what its test is about: how long a slow machine takes to get there does not count.
/// </summary>
public sealed class StoppedTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<(ITimer Timer, TimeSpan DueTime, TimeSpan Period)> _standing = [];
    private bool _runs;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        lock (_gate)
        {
            if (_runs)
            {
                return base.CreateTimer(callback, state, dueTime, period);
            }

            var timer = base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _standing.Add((timer, dueTime, period));
            return timer;
        }
    }

    /// <summary>From now on the time of all timers runs.</summary>
    public void Run()
    {
        lock (_gate)
        {
            _runs = true;
            _standing.ForEach(standing => standing.Timer.Change(standing.DueTime, standing.Period));
        }
    }
}
