using EtcdDefrag.Core.Fleet;
using EtcdDefrag.Testing.Model.Time;

namespace EtcdDefrag.Simulation.Tests;

/// <summary>The plan of a fleet, as the driver carries it out, over made-up clusters under virtual time.</summary>
public sealed class FleetTests
{
    private const int Seeds = 4000;

    [Fact]
    public void No_fleet_makes_the_plan_break_a_promise()
    {
        var met = new HashSet<string>();
        for (var seed = 0; seed < Seeds; seed++)
        {
            var fleet = new FleetScene(seed);
            fleet.Run();
            var violation = fleet.Violations().FirstOrDefault();
            Assert.True(violation is null, $"seed {seed}: {violation}\n{fleet.Journal}");
            met.UnionWith(fleet.Met());
        }

        Assert.Equal(["all-done", "canary-failed", "failures", "interrupted", "locked-again", "refused", "run-timeout", "unknown"], met.Order());
    }

    [Fact]
    public void The_fullest_goes_first_and_a_canary_in_the_order_of_the_inventory()
    {
        FleetCandidate[] candidates = [new("a", 0.1), new("b", 0.9), new("c", 0.5)];

        Assert.Equal(["b", "c", "a"], StartsOf(new FleetLimits(1, 0, 1, null), candidates));
        Assert.Equal(["a", "b", "c"], StartsOf(new FleetLimits(1, 1, 1, null), candidates));
    }

    [Fact]
    public void A_canary_that_was_refused_or_had_nothing_to_do_is_replaced()
    {
        var plan = new FleetPlan(new FleetLimits(4, 1, 1, null), [new("a", 0), new("b", 0), new("c", 0), new("d", 0), new("e", 0)]);

        foreach (var (name, outcome) in new[] { ("a", ClusterOutcome.Refused), ("b", ClusterOutcome.NothingToDo), ("c", ClusterOutcome.Done) })
        {
            Assert.Equal(new FleetStep.Start(name), plan.Next(default));
            Assert.Equal(new FleetStep.Wait(null), plan.Next(default));
            plan.Ended(name, outcome, default);
        }

        Assert.Equal(new FleetStep.Start("d"), plan.Next(default));
        Assert.Equal(new FleetStep.Start("e"), plan.Next(default));
    }

    [Fact]
    public void An_end_that_nobody_started_is_a_fault_of_the_caller() =>
        Assert.Throws<ArgumentException>(() => new FleetPlan(new FleetLimits(1, 0, 1, null), [new("a", 0)]).Ended("a", ClusterOutcome.Done, default));

    private static List<string> StartsOf(FleetLimits limits, FleetCandidate[] candidates)
    {
        var plan = new FleetPlan(limits, candidates);
        var names = new List<string>();
        while (plan.Next(default) is FleetStep.Start start)
        {
            names.Add(start.Name);
            plan.Ended(start.Name, ClusterOutcome.Done, default);
        }

        return names;
    }
}

/// <summary>One made-up fleet and what happened to it.</summary>
internal sealed class FleetScene
{
    private readonly VirtualTime _time = new();
    private readonly FleetLimits _limits;
    private readonly List<Cluster> _clusters = [];
    private readonly TimeSpan? _stopAt;
    private readonly List<Entry> _entries = [];
    private readonly FleetPlan _plan;

    public FleetScene(int seed)
    {
#pragma warning disable CA5394 // made-up fleets, no secrets
        var random = new Random(seed);
        _limits = new FleetLimits(random.Next(1, 5), random.Next(3), random.Next(1, 4), random.Next(4) == 0 ? TimeSpan.FromSeconds(random.Next(1, 120)) : null);
        _stopAt = random.Next(5) == 0 ? TimeSpan.FromSeconds(random.Next(1, 120)) : null;
        var trouble = random.Next(8);
        for (var i = random.Next(1, 12); i > 0; i--)
        {
            ClusterOutcome Draw() => random.Next(10) >= trouble ? ClusterOutcome.Done : (ClusterOutcome)random.Next((int)ClusterOutcome.Unknown + 1) is var drawn
                && drawn is ClusterOutcome.NotStarted or ClusterOutcome.Interrupted or ClusterOutcome.WorkNeeded ? ClusterOutcome.Refused : drawn;
            _clusters.Add(new Cluster($"c{i:00}", random.NextDouble(), [Draw(), Draw()], TimeSpan.FromSeconds(random.Next(1, 40))));
        }
#pragma warning restore CA5394
        _plan = new FleetPlan(_limits, _clusters.Select(cluster => new FleetCandidate(cluster.Name, cluster.Fullness)));
    }

    public string Journal => $"{_limits}, stop at {_stopAt}\n{string.Join('\n', _clusters)}\n{string.Join('\n', _entries)}";

    public void Run() => _time.Run(async () =>
    {
        using var stop = new CancellationTokenSource();
        await using var timer = _stopAt is { } at ? _time.CreateTimer(_ => stop.Cancel(), null, at, Timeout.InfiniteTimeSpan) : null;
        await FleetDriver.RunAsync(_plan, _time, _limits.RunTimeout, RunOneAsync, stop.Token);
    });

    /// <summary>What this fleet showed, so that a test knows that it has met everything.</summary>
    public IEnumerable<string> Met()
    {
        yield return _plan.Stopped switch
        {
            FleetStop.Failures => "failures",
            FleetStop.Unknown => "unknown",
            FleetStop.RunTimeout => "run-timeout",
            FleetStop.Interrupted => "interrupted",
            _ => _plan.Outcomes.Values.All(outcome => outcome == ClusterOutcome.Done) ? "all-done" : "refused",
        };
        if (_plan.Stopped == FleetStop.Failures && Failures(_entries) < _limits.MaxFailures)
        {
            yield return "canary-failed";
        }

        if (_entries.Count(entry => entry.IsStart) > _entries.Where(entry => entry.IsStart).Select(entry => entry.Name).Distinct().Count())
        {
            yield return "locked-again";
        }
    }

    /// <summary>Promises broken, told by the journal alone.</summary>
    public IEnumerable<string> Violations()
    {
        for (var i = 0; i < _entries.Count; i++)
        {
            if (!_entries[i].IsStart)
            {
                continue;
            }

            foreach (var problem in OfStart(_entries[i], _entries[..i]))
            {
                yield return $"{problem} at {_entries[i]}";
            }
        }

        foreach (var cluster in _clusters)
        {
            var ends = _entries.Where(entry => entry.Name == cluster.Name && !entry.IsStart).ToArray();
            var expected = ends.Length == 0 ? ClusterOutcome.NotStarted : ends[^1].Outcome;
            if (_plan.Outcomes[cluster.Name] != expected)
            {
                yield return $"accounted: {cluster.Name} counts as {_plan.Outcomes[cluster.Name]}, and ended as {expected}";
            }

            if (_plan.Stopped is null && (ends.Length == 0 || (ends[0].Outcome == ClusterOutcome.Locked && ends.Length == 1)))
            {
                yield return $"accounted: nothing stopped the run, and {cluster.Name} was left";
            }
        }

        if (_plan.Outcomes.Count != _clusters.Count)
        {
            yield return "accounted: clusters are missing";
        }
    }

    private IEnumerable<string> OfStart(Entry start, List<Entry> before)
    {
        var inFlight = before.Where(entry => entry.IsStart).Select(entry => entry.Name).ToList();
        before.Where(entry => !entry.IsStart).ToList().ForEach(entry => inFlight.Remove(entry.Name));
        var ends = before.Where(entry => !entry.IsStart).ToArray();
        var mine = ends.Where(entry => entry.Name == start.Name).ToArray();
        var canaries = ends.Count(entry => entry.Outcome == ClusterOutcome.Done) < _limits.Canary;
        if (inFlight.Contains(start.Name))
        {
            yield return "twice-at-once: it runs already";
        }

        if (inFlight.Count >= _limits.Parallel)
        {
            yield return $"parallel: {inFlight.Count} run already";
        }

        if (canaries && inFlight.Count > 0)
        {
            yield return "canary: beside another one";
        }

        if (Failures(ends) >= _limits.MaxFailures || ends.Any(entry => entry.Outcome == ClusterOutcome.Unknown) || FailedCanary(ends))
        {
            yield return "after-breaker: it was to stop before";
        }

        if (start.At >= _limits.RunTimeout)
        {
            yield return "run-timeout: too late";
        }

        if (start.At > _stopAt)
        {
            yield return "after-stop: the user wanted it to end";
        }

        var fresh = _clusters.Where(cluster => before.All(entry => entry.Name != cluster.Name)).ToArray();
        if (mine.Length > 0)
        {
            if (mine.Length > 1 || mine[0].Outcome != ClusterOutcome.Locked || start.At - mine[0].At < TimeSpan.FromSeconds(60) || fresh.Length > 0)
            {
                yield return "again: only a locked one, once, 60 s later, after all others";
            }
        }
        else if (start.Name != (canaries ? fresh[0] : fresh.MaxBy(cluster => cluster.Fullness)!).Name)
        {
            yield return "order: another one comes first";
        }
    }

    private static int Failures(IEnumerable<Entry> ends) => ends.Count(entry => !entry.IsStart && entry.Outcome is ClusterOutcome.Failed or ClusterOutcome.DataDiffer or ClusterOutcome.Unknown);

    /// <summary>Whether one failed before enough had ended well.</summary>
    private bool FailedCanary(Entry[] ends) =>
        ends.Select((entry, i) => Failures([entry]) > 0 && ends[..i].Count(earlier => earlier.Outcome == ClusterOutcome.Done) < _limits.Canary).Any(failed => failed);

    private async Task<ClusterOutcome> RunOneAsync(string name, TimeSpan? left)
    {
        var cluster = _clusters.Single(cluster => cluster.Name == name);
        var turn = _entries.Count(entry => entry.Name == name && entry.IsStart);
        _entries.Add(new Entry(Now, name, IsStart: true, default));
        await Task.Delay(cluster.Takes, _time, CancellationToken.None);
        var outcome = cluster.Ends[Math.Min(turn, 1)];
        _entries.Add(new Entry(Now, name, IsStart: false, outcome));
        return outcome;
    }

    private TimeSpan Now => TimeSpan.FromTicks(_time.Now);

    private sealed record Cluster(string Name, double Fullness, ClusterOutcome[] Ends, TimeSpan Takes)
    {
        public override string ToString() => $"{Name} {Fullness:0.00} {Ends[0]} {Ends[1]} {Takes}";
    }

    private sealed record Entry(TimeSpan At, string Name, bool IsStart, ClusterOutcome Outcome)
    {
        public override string ToString() => $"{At} {Name} {(IsStart ? "starts" : Outcome)}";
    }
}
