using System.Runtime.ExceptionServices;

namespace EtcdDefrag.Testing.Model.Time;

/// <summary>
/// A clock and an event loop in one: everything that is posted or due runs on one thread, in one order that depends on nothing but the program.
/// When nothing can run, time jumps to the next timer. Two runs of the same program are the same, step by step.
/// </summary>
public sealed class VirtualTime : TimeProvider
{
    private static readonly DateTimeOffset s_start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly PriorityQueue<(VirtualTimer Timer, int Version), (long Due, long Sequence)> _timers = new();
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _ready = new();
    private readonly Loop _loop;
    private long _sequence;
    private long _wallOffset;
    private int _thread;
    private volatile bool _strayPost;

    public VirtualTime() => _loop = new Loop(this);

    /// <summary>Ticks since the loop was made.</summary>
    public long Now { get; private set; }

    /// <summary>Steps (callbacks and timers) run so far.</summary>
    public long Steps { get; private set; }

    /// <summary>More steps than this mean that the program goes round and round.</summary>
    public long MaxSteps { get; set; } = 20_000_000;

    /// <summary>More virtual time than this means that the program does not end.</summary>
    public TimeSpan MaxTime { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Says what the program may be waiting for, for the error when it is stuck.</summary>
    public Func<string>? DescribePending { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long GetTimestamp() => Now;

    public override DateTimeOffset GetUtcNow() => s_start.AddTicks(Now + _wallOffset);

    /// <summary>Moves the wall clock alone, as an administrator or NTP would: timers and time stamps don't notice.</summary>
    public void JumpWallClock(TimeSpan by) => _wallOffset += by.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Runs something later.</summary>
    public ITimer After(TimeSpan delay, TimerCallback callback, object? state) => CreateTimer(callback, state, delay, Timeout.InfiniteTimeSpan);

    /// <summary>
    /// Runs something as a step of its own, after all that is ready now. Tasks are best completed in such a step: their continuations then run
    /// inline, whereas <c>RunContinuationsAsynchronously</c> would send <c>Task.WhenAll</c> to the thread pool.
    /// </summary>
    public void Post(SendOrPostCallback callback, object? state)
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            _strayPost = true;
            return;
        }

        _ready.Enqueue((callback, state));
    }

    /// <summary>Runs an asynchronous program to its end.</summary>
    /// <exception cref="SimulationStuckException">It waits for nothing that could ever happen, or takes too many steps or too much time.</exception>
    public void Run(Func<Task> program)
    {
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_loop);
        try
        {
            _thread = Environment.CurrentManagedThreadId;
            var task = program();
            while (!task.IsCompleted)
            {
                Step();
            }

            if (task.Exception is { } error)
            {
                ExceptionDispatchInfo.Throw(error.InnerExceptions[0]);
            }

            if (task.IsCanceled)
            {
                throw new OperationCanceledException("The program was cancelled.");
            }
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    internal void Enqueue(VirtualTimer timer, int version, long delay) =>
        _timers.Enqueue((timer, version), (Now + Math.Max(0, delay), _sequence++));

    private void Step()
    {
        if (_strayPost)
        {
            throw new SimulationStuckException("Something ran on another thread (Task.Run, CancelAsync, ContinueWith, a real timer): no simulation of it can be trusted.");
        }

        if (++Steps > MaxSteps)
        {
            throw new SimulationStuckException($"More than {MaxSteps} steps, at {TimeSpan.FromTicks(Now)}: it goes round and round. {DescribePending?.Invoke()}");
        }

        if (_ready.TryDequeue(out var item))
        {
            item.Callback(item.State);
            return;
        }

        while (_timers.TryDequeue(out var entry, out var when))
        {
            if (entry.Timer.Version != entry.Version)
            {
                continue;
            }

            Now = Math.Max(Now, when.Due);
            if (Now > MaxTime.Ticks)
            {
                throw new SimulationStuckException($"Not done after {MaxTime} of virtual time. {DescribePending?.Invoke()}");
            }

            entry.Timer.Fire();
            return;
        }

        throw new SimulationStuckException($"Deadlock at {TimeSpan.FromTicks(Now)}: nothing can run, no timer is set, and the program is not done. {DescribePending?.Invoke()}");
    }

    private sealed class Loop(VirtualTime time) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => time.Post(d, state);

        public override void Send(SendOrPostCallback d, object? state) => d(state);

        public override SynchronizationContext CreateCopy() => this;
    }
}
