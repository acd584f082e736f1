namespace EtcdDefrag.Core.Fleet;

/// <summary>The limits of a fleet's run.</summary>
/// <param name="Parallel">How many clusters are worked on at once, 1 or more.</param>
/// <param name="Canary">How many clusters are done one after the other before the rest.</param>
/// <param name="MaxFailures">After so many failed clusters no further one is started, 1 or more.</param>
/// <param name="RunTimeout">After this long no further cluster is started; null: no limit.</param>
public sealed record FleetLimits(int Parallel, int Canary, int MaxFailures, TimeSpan? RunTimeout);

/// <summary>A cluster with work.</summary>
/// <param name="Name">Its name, unique.</param>
/// <param name="Fullness">The share of its quota that the fullest member uses.</param>
public sealed record FleetCandidate(string Name, double Fullness);

/// <summary>Why no further cluster is started.</summary>
public enum FleetStop
{
    /// <summary>Too many clusters failed, or a canary did.</summary>
    Failures,

    /// <summary>The outcome of a cluster is unknown.</summary>
    Unknown,

    /// <summary>The time is over.</summary>
    RunTimeout,

    /// <summary>The user wants it to end.</summary>
    Interrupted,
}

/// <summary>What is to be done now. A closed family.</summary>
public abstract record FleetStep
{
    private protected FleetStep()
    {
    }

    /// <summary>Start a run on this cluster, and ask again.</summary>
    /// <param name="Name">The cluster.</param>
    public sealed record Start(string Name) : FleetStep;

    /// <summary>Ask again when a run has ended, or at this time.</summary>
    /// <param name="Until">Time since the start; null: only when a run has ended.</param>
    public sealed record Wait(TimeSpan? Until) : FleetStep;

    /// <summary>Nothing is left to do, and nothing runs.</summary>
    public sealed record End : FleetStep;
}

/// <summary>
/// Decides which cluster is started when: canaries first, in the order of the inventory and one at a time, then the fullest first. Pure: it is told the time,
/// and knows neither clusters nor clock.
/// </summary>
public sealed class FleetPlan
{
    /// <summary>How long a locked cluster is left alone before the second try: a dead run's lock has expired by then.</summary>
    public static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(60);

    private readonly FleetLimits _limits;
    private readonly List<FleetCandidate> _waiting;
    private readonly HashSet<string> _inFlight = new(StringComparer.Ordinal);
    private readonly Queue<(string Name, TimeSpan NotBefore)> _locked = new();
    private readonly HashSet<string> _triedAgain = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ClusterOutcome> _outcomes = new(StringComparer.Ordinal);
    private int _passedCanaries;
    private int _failures;

    /// <summary>Prepares a run.</summary>
    /// <param name="limits">Its limits.</param>
    /// <param name="candidates">The clusters with work, in the order of the inventory.</param>
    public FleetPlan(FleetLimits limits, IEnumerable<FleetCandidate> candidates)
    {
        _limits = limits;
        _waiting = [.. candidates];
        foreach (var candidate in _waiting)
        {
            _outcomes.Add(candidate.Name, ClusterOutcome.NotStarted);
        }
    }

    /// <summary>What became of each cluster so far.</summary>
    public IReadOnlyDictionary<string, ClusterOutcome> Outcomes => _outcomes;

    /// <summary>Why no further cluster is started; null: they are.</summary>
    public FleetStop? Stopped { get; private set; }

    /// <summary>The cluster whose end opened the breaker; null: none did.</summary>
    public string? StoppedBy { get; private set; }

    private bool InCanaries => _passedCanaries < _limits.Canary;

    /// <summary>What is to be done at this time.</summary>
    /// <param name="now">Time since the start.</param>
    public FleetStep Next(TimeSpan now)
    {
        var idle = _waiting.Count == 0 && _locked.Count == 0;
        if (!idle && _limits.RunTimeout is { } bound && now >= bound)
        {
            Stopped ??= FleetStop.RunTimeout;
        }

        if (Stopped is not null || idle)
        {
            return _inFlight.Count == 0 ? new FleetStep.End() : new FleetStep.Wait(null);
        }

        if (_inFlight.Count >= (InCanaries ? 1 : _limits.Parallel))
        {
            return new FleetStep.Wait(null);
        }

        if (_waiting.Count > 0)
        {
            var next = InCanaries ? _waiting[0] : _waiting.MaxBy(candidate => candidate.Fullness)!;
            _waiting.Remove(next);
            return Start(next.Name);
        }

        var (name, notBefore) = _locked.Peek();
        if (now < notBefore)
        {
            return new FleetStep.Wait(_limits.RunTimeout < notBefore ? _limits.RunTimeout : notBefore);
        }

        _locked.Dequeue();
        _triedAgain.Add(name);
        return Start(name);
    }

    /// <summary>A cluster's run has ended.</summary>
    /// <param name="name">The cluster.</param>
    /// <param name="outcome">What became of it.</param>
    /// <param name="now">Time since the start.</param>
    public void Ended(string name, ClusterOutcome outcome, TimeSpan now)
    {
        if (!_inFlight.Remove(name))
        {
            throw new ArgumentException($"{name} is not in flight", nameof(name));
        }

        _outcomes[name] = outcome;
        if (outcome == ClusterOutcome.Locked && !_triedAgain.Contains(name))
        {
            _locked.Enqueue((name, now + LockPatience));
        }

        if (outcome.IsFailure())
        {
            _failures++;
            if (outcome == ClusterOutcome.Unknown || InCanaries || _failures >= _limits.MaxFailures)
            {
                Open(outcome == ClusterOutcome.Unknown ? FleetStop.Unknown : FleetStop.Failures, name);
            }
        }

        // One that was left alone, or had nothing to do, proves nothing: another takes its place.
        if (InCanaries && outcome is ClusterOutcome.Done or ClusterOutcome.WorkNeeded)
        {
            _passedCanaries++;
        }
    }

    /// <summary>The user wants it to end: no further cluster is started.</summary>
    public void Stop() => Stopped ??= FleetStop.Interrupted;

    private FleetStep.Start Start(string name)
    {
        _inFlight.Add(name);
        return new FleetStep.Start(name);
    }

    private void Open(FleetStop reason, string name)
    {
        if (Stopped is null)
        {
            (Stopped, StoppedBy) = (reason, name);
        }
    }
}
