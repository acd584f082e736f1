using EtcdDefrag.Cli;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
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

        using var client = EtcdClusterClient.Create(settings.Connection, time, settings.Output.Debug ? new CallLog(terminal.Error).Write : null);
        IReadOnlyList<Endpoint> endpoints;
        try
        {
            (endpoints, var problem, var code) = await EndpointSource.FindAsync(settings, terminal.Error, time, stop.Token);
            if (problem is not null)
            {
                return Refuse(problem, code, terminal);
            }
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            return stop.By ?? ExitCode.Interrupted;
        }

        var request = new RunRequest
        {
            Options = settings.Defrag,
            Rule = rule,
            Endpoints = endpoints,
            Owner = RunOwner.Describe(time),
        };
        var stamped = settings.Output.LogTimestamps ?? !terminal.IsOutTty;
        using var output = new StampedWriter(terminal.Out, time, stamped && settings.Output.Format == OutputFormat.Simple);
        using var error = new StampedWriter(terminal.Error, time, stamped);
        ExitCode Judge(RunReport report) => ExitCodes.For(report, stop.By, settings.Output.ExitCode);
        using var live = terminal.Live is { } line && !settings.Output.NoProgress ? new LiveProgress(line, time, terminal.IsForeground) : null;
        var screen = new Screen(output, error)
        {
            Columns = () => terminal.OutColumns,
            OutputPaint = new Paint(terminal.UseColor && terminal.IsOutTty),
            ErrorPaint = new Paint(terminal.UseColor && terminal.IsErrorTty),
        };
        var renderer = Renderer(settings.Output, screen, time, Judge);
        var observers = new Observers(live is null ? [stop, renderer] : [stop, live, renderer]);
        var report = await new PlanExecutor(client, time, request, observers).RunAsync(stop.Token);
        return Judge(report);
    }

    private static ExitCode Refuse(string problem, ExitCode code, Terminal terminal)
    {
        terminal.Error.WriteLine($"Error: {problem}");
        terminal.Error.WriteLine("Nothing was changed.");
        return code;
    }

    private static IRunObserver Renderer(OutputOptions options, Screen screen, TimeProvider time, Func<RunReport, ExitCode> exitCode) => options.Format switch
    {
        OutputFormat.Json => new JsonRenderer(screen.Output, time, options.Hex, exitCode),
        OutputFormat.Table => new TableRenderer(screen),
        _ => new TextRenderer(screen),
    };

    private sealed class Observers(IRunObserver[] observers) : IRunObserver
    {
        public void OnEvent(RunEvent runEvent)
        {
            foreach (var observer in observers)
            {
                observer.OnEvent(runEvent);
            }
        }
    }
}
