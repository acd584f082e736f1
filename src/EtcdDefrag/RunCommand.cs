using EtcdDefrag.Cli;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Rules;
using EtcdDefrag.Live;
using EtcdDefrag.Output;

namespace EtcdDefrag;

/// <summary>What a run is given to work with.</summary>
/// <param name="Rule">The rule; null: none.</param>
/// <param name="Observer">Who is told of its events.</param>
/// <param name="Error">For what is no event.</param>
/// <param name="Live">The live line; null: there is none.</param>
internal sealed record RunTools(DefragRule? Rule, Observers Observer, TextWriter Error, LiveProgress? Live);

/// <summary>What every run has around it, on a cluster or on a file: rule, output, records, exit code.</summary>
internal static class RunCommand
{
    public static async Task<ExitCode> RunAsync(Settings settings, Terminal terminal, TimeProvider time, StopSignal stop, Func<RunTools, Task<RunReport>> run)
    {
        if (!RuleSource.TryRead(settings.Rule, terminal, out var rule))
        {
            return ExitCode.Usage;
        }

        var stamped = settings.Output.LogTimestamps ?? !terminal.IsOutTty;
        using var output = new StampedWriter(terminal.Out, time, stamped && settings.Output.Format == OutputFormat.Simple);
        using var error = new StampedWriter(terminal.Error, time, stamped);
        if (RunRecords.Prepare(settings, terminal, error, time) is not { } records)
        {
            return ExitCode.Usage;
        }

        // A second signal leaves with its own code, unless a member may still be defragmenting: that matters more.
        ExitCode Judge(RunReport report) => ExitCodes.For(report, stop.By, settings.Output.ExitCode) is var code
            && code != ExitCode.Unknown && stop.LeavingWith is { } leaving ? leaving : code;
        using var live = terminal.Live is { } line && !settings.Output.NoProgress ? new LiveProgress(line, time, terminal.IsForeground) : null;
        var screen = new Screen(output, error)
        {
            Columns = () => terminal.OutColumns,
            Own = OwnCommand.Of(settings),
            IsQuiet = settings.Output.Quiet,
            OutputPaint = new Paint(terminal.UseColor && terminal.IsOutTty),
            ErrorPaint = new Paint(terminal.UseColor && terminal.IsErrorTty),
        };
        var renderer = Renderer(settings.Output, screen, time, Judge);
        var known = new RunReportBuilder(settings.Defrag.DryRun); // for a second signal, which comes before the run has a report
        var inFlight = stop.Watch();
        var observers = new Observers(live is null ? [inFlight, known, renderer] : [inFlight, known, live, renderer], terminal.Error, time);
        stop.Leaving = running =>
        {
            observers.Close(running, known);
            stop.LeavingWith = Judge(known.Report);
            records.WriteLeaving(known.Report, stop.LeavingWith.Value);
        };
        var report = await run(new RunTools(rule, observers, error, live));
        await records.WriteAsync(report, Judge(report), stop.Token);
        return Judge(report);
    }

    private static IRunObserver Renderer(OutputOptions options, Screen screen, TimeProvider time, Func<RunReport, ExitCode> exitCode) => options.Format switch
    {
        OutputFormat.Json => new JsonRenderer(screen.Output, time, options.Hex, exitCode) { OnlyReport = options.Quiet },
        OutputFormat.Table => new TableRenderer(screen),
        _ => new TextRenderer(screen),
    };
}
