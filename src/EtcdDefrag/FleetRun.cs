using System.Globalization;
using EtcdDefrag.Cli;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Fleet;
using EtcdDefrag.Etcd;
using EtcdDefrag.Fleet;
using EtcdDefrag.Output.Fleet;

namespace EtcdDefrag;

/// <summary>A fleet's run: a look at every cluster, then work on those that need it.</summary>
internal sealed class FleetRun : IDisposable
{
    private const int UsualMembers = 3;

    private readonly FleetSettings _settings;
    private readonly IReadOnlyList<FleetCluster> _clusters;
    private readonly TimeProvider _time;
    private readonly StopSignal _stop;
    private readonly FleetScreen _screen;
    private readonly FleetRecords _records;
    private readonly ClusterWork _work;
    private readonly DateTimeOffset _started;
    private FleetPlan? _plan;
    private bool _tooManyUnready;

    private FleetRun(FleetSettings settings, ClusterBinder binder, IReadOnlyList<FleetCluster> clusters, FleetScreen screen, FleetRecords records, TimeProvider time, StopSignal stop)
    {
        (_settings, _clusters, _screen, _records, _time, _stop) = (settings, clusters, screen, records, time, stop);
        _work = new ClusterWork(binder, screen, time, stop);
        _started = time.GetUtcNow();
    }

    /// <summary>Makes sure that reports can be written. Contacts nothing.</summary>
    /// <returns>Null: they can't; the user has been told.</returns>
    public static FleetRun? Prepare(FleetSettings settings, ClusterBinder binder, IReadOnlyList<FleetCluster> clusters, Terminal terminal, TimeProvider time, StopSignal stop)
    {
#pragma warning disable CA2000 // ended with the run, or holds nothing yet
        var screen = new FleetScreen(settings.Common.Output, settings.OnlyStatus, terminal, time, stop);
#pragma warning restore CA2000
        return FleetRecords.Prepare(settings, terminal, screen.Error, time) is { } records
            ? new FleetRun(settings, binder, clusters, screen, records, time, stop)
            : null;
    }

    public async Task<ExitCode> RunAsync()
    {
        _stop.Leaving = _ => Leave();
        EtcdClusterClient.PrepareFor(Math.Min(_settings.Looks, _clusters.Count) * UsualMembers);
        try
        {
            await LookAsync();
            if (!_settings.OnlyStatus && !_tooManyUnready)
            {
                await WorkAsync();
            }
        }
        catch (OperationCanceledException) when (_stop.Token.IsCancellationRequested)
        {
            // Between two clusters, or in a look: nothing is in flight.
        }

        return await EndAsync();
    }

    public void Dispose() => _screen.Dispose();

    private async Task LookAsync()
    {
        var looked = _clusters.Where(cluster => !cluster.Resumed).ToArray();
        _screen.Show(FleetPhase.Looking, _clusters);
        if (!_settings.OnlyStatus)
        {
            _screen.Tell($"Looking at {looked.Length} cluster(s), {_settings.Looks} at once{(looked.Length < _clusters.Count ? $"; {_clusters.Count - looked.Length} were done by an earlier run" : "")}");
        }

        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, Math.Min(_settings.Looks, looked.Length)).Select(_ => LookOnAsync()));
        RefuseTwins();
        foreach (var cluster in looked)
        {
            _screen.Looked(cluster, _settings.OnlyStatus);
            cluster.StatusJson = _records.WantsStatus ? cluster.StatusJson : null;
        }

        var unready = looked.Count(cluster => cluster.Outcome == ClusterOutcome.Unreachable);
        if (unready > _settings.MaxUnready * looked.Length)
        {
            _tooManyUnready = true;
            _screen.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"Refused: {unready} of {looked.Length} clusters do not answer or do not let us in, more than --max-unready {_settings.MaxUnready:0.##%}: check this machine's network, DNS and credentials first. Nothing was changed."));
        }

        async Task LookOnAsync()
        {
            while (Interlocked.Increment(ref next) is var mine && mine < looked.Length)
            {
                _stop.Token.ThrowIfCancellationRequested();
                await _work.LookAsync(looked[mine], _records.WantsStatus || _screen.Options.Format == OutputFormat.Json);
            }
        }
    }

    /// <summary>Two entries that lead to one cluster would be two runs on it. The first one in the inventory stays.</summary>
    private void RefuseTwins()
    {
        var first = new Dictionary<ClusterId, string>();
        foreach (var cluster in _clusters)
        {
            if (cluster.ClusterId is { } id && !first.TryAdd(id, cluster.Name) && cluster.Look is { } look)
            {
                cluster.Seen(look with { Outcome = ClusterOutcome.Refused, Message = $"it is the same cluster as {first[id]} (id {id}); remove one of the two entries" });
            }
        }
    }

    private async Task WorkAsync()
    {
        var work = _clusters.Where(cluster => cluster.Outcome == ClusterOutcome.WorkNeeded).ToDictionary(cluster => cluster.Name, StringComparer.Ordinal);
        _screen.Tell($"{FleetWords.Counts(_clusters.Select(cluster => cluster.Outcome))} ({_clusters.Count} in all){(work.Count > 0 ? $"; {Math.Min(_settings.Limits.Parallel, work.Count)} at once" : "")}");
        foreach (var cluster in work.Values)
        {
            cluster.Outcome = ClusterOutcome.NotStarted;
        }

        _screen.Show(FleetPhase.Working, work.Values);
        _records.WriteSoon(() => Report(null), atOnce: true); // an earlier run's must not be taken for this one's
        _plan = new FleetPlan(_settings.Limits, work.Values.Select(cluster => new FleetCandidate(cluster.Name, cluster.Look!.Fullness)));
        await FleetDriver.RunAsync(_plan, _time, _settings.Limits.RunTimeout, RunOneAsync, _stop.Token);
        if (_plan.Stopped is { } reason && work.Values.Count(cluster => cluster.Outcome == ClusterOutcome.NotStarted) is > 0 and var left)
        {
            _screen.Error.WriteLine($"Stopped: {left} cluster(s) not started: {Why(reason)}");
        }

        async Task<ClusterOutcome> RunOneAsync(string name, TimeSpan? left)
        {
            var outcome = await _work.RunAsync(work[name], left);
            _records.WriteSoon(() => Report(null), outcome.IsFailure());
            return outcome;
        }
    }

    private string Why(FleetStop reason) => reason switch
    {
        FleetStop.Failures => $"{_plan!.StoppedBy} failed{(_settings.Limits.MaxFailures > 1 ? $", and --max-failures is {_settings.Limits.MaxFailures}" : "")}; find out why, then run again",
        FleetStop.Unknown => $"the outcome of {_plan!.StoppedBy} is unknown; it may still be defragmenting",
        FleetStop.RunTimeout => "--run-timeout is over",
        _ => "interrupted",
    };

    private async Task<ExitCode> EndAsync()
    {
        var outcomes = _clusters.Select(cluster => cluster.Outcome).ToArray();
        var code = CodeOf(_stop.By);
        var report = Report(code);
        _screen.End(report);
        if (outcomes.Count(outcome => outcome.IsLeftAlone()) is > 0 and var leftAlone)
        {
            _screen.Error.WriteLine($"Warning: {leftAlone} of {outcomes.Length} cluster(s) were left as they are: {FleetWords.Counts(outcomes.Where(outcome => outcome.IsLeftAlone()))}");
        }

        await _records.WriteAsync(report, _stop.Token);
        return code;
    }

    /// <summary>A second signal: what is known now is all that there will be.</summary>
    private void Leave()
    {
        foreach (var output in _work.InFlight)
        {
            output.Observers.Close(output.InFlight.Shown, output.Known);
            var cluster = _clusters.First(cluster => cluster.Name == output.Cluster);
            _work.Note(cluster, output.Known.Report, ExitCodes.For(output.Known.Report, _stop.By));
        }

        _stop.LeavingWith = CodeOf(_stop.LeavingWith);
        _records.WriteLeaving(Report(_stop.LeavingWith));
    }

    private ExitCode CodeOf(ExitCode? interruptedBy) => ClusterOutcomes.CodeOf(
        [.. _clusters.Select(cluster => cluster.Outcome)], interruptedBy, _tooManyUnready, _settings.Strict,
        _settings.Common.Output.ExitCode);

    private FleetReport Report(ExitCode? code)
    {
        var now = _time.GetUtcNow();
        return new FleetReport(
            _clusters, _started, now, code is null ? null : now, code, _settings.Common.Defrag.DryRun, _settings.OnlyStatus,
            _tooManyUnready ? "tooManyUnready" : _plan?.Stopped is { } stopped ? Output.JsonLine.Camel(stopped.ToString()) : null, _plan?.StoppedBy);
    }
}
