using EtcdDefrag.Cli;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Fleet;
using EtcdDefrag.Fleet;
using EtcdDefrag.Output;
using EtcdDefrag.Output.Fleet;

namespace EtcdDefrag;

/// <summary>What the user sees of a fleet. Many clusters write at once; each line begins with its cluster's name.</summary>
internal sealed class FleetScreen : IDisposable
{
    private readonly Terminal _terminal;
    private readonly TimeProvider _time;
    private readonly StopSignal _stop;
    private readonly bool _stamped;
#pragma warning disable CA2213 // the terminal's own streams live as long as the process
    private readonly TextWriter _sharedOut;
    private readonly TextWriter _sharedError;
#pragma warning restore CA2213
    private readonly FleetLive? _live;

    public FleetScreen(OutputOptions options, bool onlyStatus, Terminal terminal, TimeProvider time, StopSignal stop)
    {
        (Options, _terminal, _time, _stop) = (options, terminal, time, stop);
        _stamped = options.LogTimestamps ?? (!terminal.IsOutTty && !onlyStatus);
        _sharedOut = TextWriter.Synchronized(terminal.Out);
        _sharedError = TextWriter.Synchronized(terminal.Error);
        Output = new StampedWriter(_sharedOut, time, _stamped && options.Format == OutputFormat.Simple);
        Error = new StampedWriter(_sharedError, time, _stamped);
        _live = terminal.Live is { } line && !options.NoProgress ? new FleetLive(line, time, terminal.IsForeground, () => terminal.Size().Rows) : null;
    }

    public OutputOptions Options { get; }

    /// <summary>Results of the whole fleet.</summary>
    public TextWriter Output { get; }

    /// <summary>The conversation about the whole fleet.</summary>
    public TextWriter Error { get; }

    /// <summary>The conversation about one cluster.</summary>
    public TextWriter ErrorOf(string cluster) => new StampedWriter(_sharedError, _time, _stamped) { Prefix = Prefix(cluster) };

    /// <summary>The output of a cluster's run.</summary>
    public ClusterOutput Begin(string cluster, Settings settings, bool dryRun)
    {
        var screen = new Screen(
            new StampedWriter(_sharedOut, _time, _stamped && Options.Format == OutputFormat.Simple) { Prefix = Options.Format == OutputFormat.Json ? "" : Prefix(cluster) },
            ErrorOf(cluster))
        {
            Columns = () => _terminal.OutColumns is { } columns ? Math.Max(40, columns - Prefix(cluster).Length) : null,
            Own = OwnCommand.Of(settings),
            IsQuiet = Options.Quiet,
            OutputPaint = new Paint(_terminal.UseColor && _terminal.IsOutTty),
            ErrorPaint = new Paint(_terminal.UseColor && _terminal.IsErrorTty),
        };
        IRunObserver renderer = Options.Format switch
        {
            OutputFormat.Json => new JsonRenderer(screen.Output, _time, Options.Hex, report => ExitCodes.For(report, _stop.By), cluster) { OnlyReport = Options.Quiet },
            OutputFormat.Table => new TextRenderer(screen with { Output = screen.Error, OutputPaint = screen.ErrorPaint }, withTable: false),
            _ => new TextRenderer(screen),
        };
        return new ClusterOutput(cluster, screen, renderer, _stop.Watch(cluster), dryRun, _time, _live);
    }

    /// <summary>Tells what goes on, where that is wanted.</summary>
    public void Tell(string text) => (Options.Quiet ? TextWriter.Null : Error).WriteLine(text);

    /// <summary>The clusters are looked at, or worked on.</summary>
    public void Show(FleetPhase phase, IReadOnlyCollection<FleetCluster> clusters) => _live?.Show(phase, clusters);

    /// <summary>A look at a cluster has ended.</summary>
    public void Looked(FleetCluster cluster, bool isResult)
    {
        if (Options.Format == OutputFormat.Json && (isResult || !Options.Quiet))
        {
            Output.WriteLine(FleetJson.Looked(cluster, Options.Hex, _time.GetUtcNow()));
        }
        else if (Options.Format != OutputFormat.Json && cluster.Message is { } message && (isResult || cluster.Outcome.IsLeftAlone()))
        {
            Error.WriteLine($"{Prefix(cluster.Name)}{FleetWords.Of(cluster.Outcome)}: {message}");
        }
    }

    /// <summary>The end: what became of all clusters.</summary>
    public void End(FleetReport report)
    {
        _live?.Dispose();
        if (Options.Format == OutputFormat.Json)
        {
            Output.Write(System.Text.Encoding.UTF8.GetString(FleetJson.Report(report, Options.Hex, withRuns: false)));
            return;
        }

        var framed = Options.Format == OutputFormat.Table;
        var table = FleetTable.Of(
            report.Clusters, !report.DryRun && !report.OnlyStatus, new Paint(_terminal.UseColor && _terminal.IsOutTty), _terminal.OutColumns, framed);
        Output.Write(framed ? table.Framed() : table.Plain());
    }

    public void Dispose() => _live?.Dispose();

    private static string Prefix(string cluster) => $"[{Core.Text.Printable.Of(cluster)}] ";
}

/// <summary>The output of one cluster's run, and what is known of it while it goes on.</summary>
internal sealed class ClusterOutput : IDisposable
{
    private readonly FleetLive? _live;

    public ClusterOutput(string cluster, Screen screen, IRunObserver renderer, InFlight inFlight, bool dryRun, TimeProvider time, FleetLive? live)
    {
        (Cluster, Error, InFlight, _live) = (cluster, screen.Error, inFlight, live);
        Known = new RunReportBuilder(dryRun);
        Observers = new Observers([inFlight, Known, .. live?.Begin(cluster) is { } progress ? (IRunObserver[])[progress] : [], renderer], screen.Error, time);
    }

    public string Cluster { get; }

    public TextWriter Error { get; }

    public InFlight InFlight { get; }

    public RunReportBuilder Known { get; }

    public Observers Observers { get; }

    public void Dispose() => _live?.End(Cluster);
}
