using EtcdDefrag.Cli;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Rules;
using EtcdDefrag.Etcd;
using EtcdDefrag.Live;
using EtcdDefrag.Output;

namespace EtcdDefrag;

/// <summary>The main job.</summary>
internal static class DefragCommand
{
    public static async Task<ExitCode> RunAsync(Settings settings, Terminal terminal, TimeProvider time, StopSignal stop)
    {
        if (!RuleSource.TryRead(settings.Rule, terminal, out var rule))
        {
            return ExitCode.Usage;
        }

        var stamped = settings.Output.LogTimestamps ?? !terminal.IsOutTty;
        using var output = new StampedWriter(terminal.Out, time, stamped && settings.Output.Format == OutputFormat.Simple);
        using var error = new StampedWriter(terminal.Error, time, stamped);
#pragma warning disable CA2000 // left to the end of the process: it closes the connections just the same, without an exception in each of them
        var client = EtcdClusterClient.Create(settings.Connection, time, settings.Output.Debug ? new CallLog(terminal.Error).Write : null);
#pragma warning restore CA2000
        if (RunRecords.Prepare(settings, terminal, error, time) is not { } records)
        {
            return ExitCode.Usage;
        }

        ExitCode Judge(RunReport report) => stop.LeavingWith ?? ExitCodes.For(report, stop.By, settings.Output.ExitCode);
        using var live = terminal.Live is { } line && !settings.Output.NoProgress ? new LiveProgress(line, time, terminal.IsForeground) : null;
        var screen = new Screen(output, error)
        {
            Columns = () => terminal.OutColumns,
            OutputPaint = new Paint(terminal.UseColor && terminal.IsOutTty),
            ErrorPaint = new Paint(terminal.UseColor && terminal.IsErrorTty),
        };
        var renderer = Renderer(settings.Output, screen, time, Judge);
        var observers = new Observers(live is null ? [stop, renderer] : [stop, live, renderer], terminal.Error, time);
        stop.Leaving = observers.Close;
        var report = await RunAsync(settings, rule, client, observers, error, time, stop.Token);
        await records.WriteAsync(report, Judge(report), stop.Token);
        return Judge(report);
    }

    private static async Task<RunReport> RunAsync(
        Settings settings, DefragRule? rule, EtcdClusterClient client, IRunObserver observer, TextWriter error, TimeProvider time, CancellationToken stop)
    {
        var begun = (At: time.GetUtcNow(), Timestamp: time.GetTimestamp());
        try
        {
            var (endpoints, problem, reason) = await EndpointSource.FindAsync(settings, error, time, stop);
            return problem is null
                ? await new PlanExecutor(client, time, Request(endpoints), observer).RunAsync(stop)
                : EndEarly(reason, problem);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return EndEarly(StopReason.Interrupted, "interrupted before any member was asked");
        }

        RunRequest Request(IReadOnlyList<Endpoint> endpoints) =>
            new() { Options = settings.Defrag, Rule = rule, Endpoints = endpoints, Owner = RunOwner.Describe(time) };

        // A run without endpoints is one as well: whoever reads events, reports or metrics is told how it ended.
        RunReport EndEarly(StopReason reason, string explanation)
        {
            var builder = new RunReportBuilder(settings.Defrag.DryRun);
            var both = new Observers([builder, observer], error, time);
            both.OnEvent(new RunEvent.RunStarted(settings.Defrag.DryRun, rule?.Text, begun.At));
            both.OnEvent(new RunEvent.Stopped(reason, explanation));
            both.OnEvent(new RunEvent.RunFinished(time.GetElapsedTime(begun.Timestamp)));
            return builder.Report;
        }
    }

    private static IRunObserver Renderer(OutputOptions options, Screen screen, TimeProvider time, Func<RunReport, ExitCode> exitCode) => options.Format switch
    {
        OutputFormat.Json => new JsonRenderer(screen.Output, time, options.Hex, exitCode),
        OutputFormat.Table => new TableRenderer(screen),
        _ => new TextRenderer(screen),
    };
}
