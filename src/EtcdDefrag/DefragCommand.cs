using EtcdDefrag.Cli;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Rules;
using EtcdDefrag.Etcd;
using EtcdDefrag.Output;

namespace EtcdDefrag;

/// <summary>The main job.</summary>
internal static class DefragCommand
{
    public static async Task<ExitCode> RunAsync(Settings settings, Terminal terminal, TimeProvider time, StopSignal stop)
    {
        if (!TryReadRule(settings.Rule, terminal, out var rule))
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
        using var output = new StampedWriter(terminal.Out, time, stamped);
        using var error = new StampedWriter(terminal.Error, time, stamped);
        var renderer = new TextRenderer(output, error);
        var observers = new Observers([stop, renderer]);
        var report = await new PlanExecutor(client, time, request, observers).RunAsync(stop.Token);
        return ExitCodes.For(report, stop.By, settings.Output.ExitCode);
    }

    private static ExitCode Refuse(string problem, ExitCode code, Terminal terminal)
    {
        terminal.Error.WriteLine($"Error: {problem}");
        terminal.Error.WriteLine("Nothing was changed.");
        return code;
    }

    private static bool TryReadRule(RuleText? text, Terminal terminal, out DefragRule? rule)
    {
        rule = null;
        if (text is null)
        {
            return true;
        }

        if (DefragRule.TryParse(text.Text, out rule, out var error) && (error = rule.Validate()) is null)
        {
            return true;
        }

        terminal.Error.WriteLine($"Error: invalid rule in {text.Source}, {error.Render()}");
        return false;
    }

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
