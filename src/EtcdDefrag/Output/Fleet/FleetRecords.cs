using EtcdDefrag.Cli;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Fleet;
using EtcdDefrag.Fleet;
using EtcdDefrag.Output.Metrics;

namespace EtcdDefrag.Output.Fleet;

/// <summary>What a fleet's run leaves behind: the report, written as it goes, and metrics. Trouble with it is a warning, never the run's result.</summary>
internal sealed class FleetRecords
{
    /// <summary>How often the report is written while the run goes on.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>How long pushes may hold up who wants to leave at once. Chosen.</summary>
    private static readonly TimeSpan LeavingPatience = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly FleetSettings _settings;
    private readonly TimeProvider _time;
    private readonly TextWriter _error;
    private readonly AtomicFile? _report;
    private readonly AtomicFile? _textfile;
    private readonly Pushgateway? _gateway;
    private long? _written;

    private FleetRecords(FleetSettings settings, TextWriter error, TimeProvider time)
    {
        (_settings, _time, _error) = (settings, time, error);
        var (common, options) = (settings.Common, settings.Common.Records);
        _report = options.ReportFile is { } report ? new AtomicFile(report) : null;
        _textfile = options.MetricsTextfile is { } textfile ? new AtomicFile(textfile, RunRecords.ForAll) : null;
        _gateway = options.MetricsPushgateway is { } url
            ? new Pushgateway(url, common.Connection.DialTimeout, common.Defrag.CommandTimeout, time, common.Output.Debug ? error.WriteLine : null)
            : null;
    }

    /// <summary>Whether what a look saw goes into the report.</summary>
    public bool WantsStatus => _report is not null;

    /// <summary>Makes sure that the files can be written.</summary>
    /// <returns>Null where one can't be; the user has been told.</returns>
    public static FleetRecords? Prepare(FleetSettings settings, Terminal terminal, TextWriter error, TimeProvider time)
    {
        var records = new FleetRecords(settings, error, time);
        var reportIsGood = RunRecords.IsGood(records._report, Flags.ReportFile, terminal);
        return RunRecords.IsGood(records._textfile, Flags.MetricsTextfile, terminal) && reportIsGood ? records : null;
    }

    /// <summary>Writes the report as it stands, unless that was done a moment ago: a process that is killed leaves one to resume from.</summary>
    /// <param name="report">The report.</param>
    /// <param name="atOnce">Whether it must not wait: there is a failure to be told of.</param>
    public void WriteSoon(Func<FleetReport> report, bool atOnce)
    {
        lock (_lock)
        {
            if (_report is not null && (atOnce || _written is not { } last || _time.GetElapsedTime(last) >= Interval))
            {
                Write(_report, report());
            }
        }
    }

    /// <summary>Writes and sends everything at the end.</summary>
    /// <param name="report">The run.</param>
    /// <param name="stop">The user's wish to stop: it ends a push, unless it ended the run already.</param>
    public async Task WriteAsync(FleetReport report, CancellationToken stop)
    {
        lock (_lock)
        {
            Write(_report, report);
            Write(_textfile, report);
        }

        await PushAsync(report, stop.IsCancellationRequested ? CancellationToken.None : stop);
    }

    /// <summary>The same for who leaves before the end.</summary>
    public void WriteLeaving(FleetReport report)
    {
        lock (_lock)
        {
            Write(_report, report);
            Write(_textfile, report);
        }

        using var soon = new CancellationTokenSource(LeavingPatience, _time);
        PushAsync(report, soon.Token).GetAwaiter().GetResult();
    }

    private void Write(AtomicFile? file, FleetReport report)
    {
        if (file is null)
        {
            return;
        }

        try
        {
            if (file == _report)
            {
                _written = _time.GetTimestamp();
                file.Write(FleetJson.Report(report, _settings.Common.Output.Hex, withRuns: true));
                return;
            }

            Dictionary<string, double> before =
                RunRecords.Before(file, _error) is { } page ? FleetMetrics.LastSuccesses(page) : [];
            file.Write(MetricsText.RenderFleet(Samples(report, before), Outcomes(report), Kept(report, before)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _error.WriteLine($"Warning: {file.Path} could not be written: {FileProblem.Of(e)}");
        }
    }

    /// <summary>The last success of each cluster that got no run: it stands nowhere but in the old file.</summary>
    private static IEnumerable<(string Cluster, LastSuccess Last)> Kept(FleetReport report, Dictionary<string, double> before)
    {
        foreach (var cluster in report.Clusters.Where(cluster => report.OnlyStatus || !WasRun(cluster)))
        {
            if (before.TryGetValue(MetricsPage.Pair(FleetMetrics.ClusterLabel, cluster.Name), out var seconds))
            {
                yield return (cluster.Name, new LastSuccess(cluster.ClusterId?.ToString(), seconds));
            }
        }
    }

    /// <summary>Each cluster has a group of its own, as after a run on it alone; how many have which outcome is a group beside them.</summary>
    private async Task PushAsync(FleetReport report, CancellationToken impatience)
    {
        if (_gateway is null)
        {
            return;
        }

        var shard = _settings.Shard is { } own ? $"{own.Index}-{own.Count}" : null;
        var problem = await TryAsync(_gateway.AddressOfFleet(shard, null), MetricsText.RenderFleet([], Outcomes(report)), replace: true);
        foreach (var sample in problem ? [] : Samples(report, []))
        {
            var page = MetricsText.Render(sample.Report, sample.Code, withCluster: false, LastSuccess.After(sample.Report, sample.Code, before: null));
            if (await TryAsync(_gateway.AddressOfFleet(null, sample.Cluster), page, LastSuccess.IsSuccess(sample.Report, sample.Code)))
            {
                return;
            }
        }

        async Task<bool> TryAsync(Uri address, string page, bool replace)
        {
            var problem = await _gateway.PushAsync(address, page, replace, impatience);
            if (problem is not null)
            {
                _error.WriteLine($"Warning: the metrics could not be pushed to {address}: {problem}");
            }

            return problem is not null;
        }
    }

    /// <summary>One for each cluster that a run could have changed; one with nothing to do is a success as well.</summary>
    private static IEnumerable<FleetSample> Samples(FleetReport report, Dictionary<string, double> before)
    {
        foreach (var cluster in report.OnlyStatus ? [] : report.Clusters.Where(WasRun))
        {
            var run = cluster.Report ?? new RunReport { DryRun = report.DryRun, Started = report.Started, Took = TimeSpan.Zero, ClusterId = cluster.ClusterId };
            var id = run.ClusterId?.ToString();
            yield return new FleetSample(cluster.Name, run, cluster.Code, LastSuccess.IsSuccess(run, cluster.Code) ? new LastSuccess(id, MetricsText.Seconds(run.Ended))
                : before.TryGetValue(MetricsPage.Pair(FleetMetrics.ClusterLabel, cluster.Name), out var seconds) ? new LastSuccess(id, seconds) : null);
        }
    }

    /// <summary>One that has work and got no run is none: too many did not answer, or the look was interrupted.</summary>
    private static bool WasRun(FleetCluster cluster) =>
        cluster.Outcome != ClusterOutcome.NotStarted && (cluster.Outcome != ClusterOutcome.WorkNeeded || cluster.Report is not null) && !cluster.Resumed;

    private static Dictionary<ClusterOutcome, int> Outcomes(FleetReport report) => report.Clusters.CountBy(cluster => cluster.Outcome).ToDictionary();
}
