using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Fleet;
using EtcdDefrag.Core.Text;
using EtcdDefrag.Fleet;
using EtcdDefrag.Live;

namespace EtcdDefrag.Output.Fleet;

/// <summary>What a fleet is doing.</summary>
internal enum FleetPhase
{
    Looking,
    Working,
}

/// <summary>The live view of a fleet: a line of counts, and one line for each cluster in flight, as many as fit.</summary>
internal sealed class FleetLive : IDisposable
{
    private readonly Lock _lock = new();
    private readonly LiveLine _line;
    private readonly TimeProvider _time;
    private readonly Func<bool> _mayShow;
    private readonly Func<int> _rows;
    private readonly ITimer _timer;
    private readonly List<Cluster> _inFlight = [];
    private IReadOnlyCollection<FleetCluster> _clusters = [];
    private FleetPhase _phase;
    private long _since;
    private int _frame;
    private bool _over;

    /// <summary>Begins to tick.</summary>
    /// <param name="line">Where to show it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="mayShow">Whether the terminal is ours at the moment.</param>
    /// <param name="rows">The window's height now.</param>
    public FleetLive(LiveLine line, TimeProvider time, Func<bool> mayShow, Func<int> rows)
    {
        (_line, _time, _mayShow, _rows, _since) = (line, time, mayShow, rows, time.GetTimestamp());
        _timer = time.CreateTimer(_ => Tick(), null, LiveProgress.Interval, LiveProgress.Interval);
    }

    public void Show(FleetPhase phase, IReadOnlyCollection<FleetCluster> clusters)
    {
        lock (_lock)
        {
            (_phase, _clusters, _since) = (phase, clusters, _time.GetTimestamp());
        }
    }

    /// <summary>A cluster's run begins; to be told of its events.</summary>
    public IRunObserver Begin(string name)
    {
        lock (_lock)
        {
            var cluster = new Cluster(name, this);
            _inFlight.Add(cluster);
            return cluster;
        }
    }

    public void End(string name)
    {
        lock (_lock)
        {
            _inFlight.RemoveAll(cluster => cluster.Name == name);
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

    /// <summary>The counts, with the time that is left by the speed so far.</summary>
    internal static string Counts(FleetPhase phase, IReadOnlyCollection<FleetCluster> clusters, int inFlight, TimeSpan elapsed)
    {
        var ended = clusters.Count(cluster => phase == FleetPhase.Looking ? cluster.Look is not null || cluster.Resumed : cluster.Outcome != ClusterOutcome.NotStarted);
        var left = ended > 0 && ended < clusters.Count ? $", about {ShortTime.Seconds(elapsed / ended * (clusters.Count - ended))} left" : "";
        return phase == FleetPhase.Looking
            ? $"Looking: {ended} of {clusters.Count} clusters, {ShortTime.Seconds(elapsed)}{left}"
            : $"Working: {inFlight} in flight, {ended} of {clusters.Count} ended{Outcomes(clusters)}; "
                + $"{new ByteSize(clusters.Sum(cluster => cluster.ReclaimedBytes)).ToHuman()} reclaimed, {ShortTime.Seconds(elapsed)}{left}";
    }

    private static string Outcomes(IEnumerable<FleetCluster> clusters) =>
        FleetWords.Counts(clusters.Select(cluster => cluster.Outcome).Where(outcome => outcome != ClusterOutcome.NotStarted)) is { Length: > 0 } counts ? $" ({counts})" : "";

    private void Tick()
    {
        lock (_lock)
        {
            if (!_over)
            {
                _frame++;
                _line.Show(_mayShow() ? Render() : "");
            }
        }
    }

    private string Render()
    {
        var room = _line.Room;
        var lines = new List<string> { DisplayWidth.Cut(Counts(_phase, _clusters, _inFlight.Count, _time.GetElapsedTime(_since)), room) };
        var most = Math.Max(1, (_rows() / 2) - 1); // the other half is left to what scrolls by
        foreach (var cluster in _inFlight.Take(_inFlight.Count > most ? most - 1 : most))
        {
            var name = $"[{DisplayWidth.Cut(Printable.Of(cluster.Name), Math.Max(12, room / 4))}] ";
            lines.Add(name + ProgressLine.Render(cluster.Progress.At(_time.GetElapsedTime(cluster.Since)), _frame, Math.Max(20, room - DisplayWidth.Of(name))));
        }

        if (_inFlight.Count > most)
        {
            lines.Add($"… and {_inFlight.Count - most + 1} more");
        }

        return string.Join('\n', lines);
    }

    private sealed class Cluster(string name, FleetLive live) : IRunObserver
    {
        public string Name => name;

        public long Since { get; } = live._time.GetTimestamp();

        public RunProgress Progress { get; } = new();

        public void OnEvent(RunEvent runEvent)
        {
            lock (live._lock)
            {
                Progress.OnEvent(runEvent, live._time.GetElapsedTime(Since));
            }
        }
    }
}
