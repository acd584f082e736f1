using EtcdDefrag.Cli;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Etcd;
using EtcdDefrag.Output;

namespace EtcdDefrag;

/// <summary><c>etcd-defrag status</c>: every member, and what the rule and the checks say about it. Only reads.</summary>
internal static class StatusCommand
{
    public static async Task<ExitCode> RunAsync(Settings settings, Terminal terminal, TimeProvider time, StopSignal stop)
    {
        if (!RuleSource.TryRead(settings.Rule, terminal, out var rule))
        {
            return ExitCode.Usage;
        }

#pragma warning disable CA2000 // left to the end of the process: it closes the connections just the same, without an exception in each of them
        var client = EtcdClusterClient.Create(settings.Connection, time, settings.Output.Debug ? new CallLog(terminal.Error).Write : null);
#pragma warning restore CA2000
        ClusterSurvey survey;
        try
        {
            var (endpoints, problem, reason) = await EndpointSource.FindAsync(settings, terminal.Error, time, stop.Token);
            if (problem is not null)
            {
                terminal.Error.WriteLine($"Error: {problem}");
                return reason == StopReason.Refused ? ExitCode.Refused : ExitCode.NoAccess;
            }

            var request = new RunRequest { Options = settings.Defrag, Rule = rule, Endpoints = endpoints };
            survey = await ClusterSurvey.TakeAsync(client, time, request, stop.Token);
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            return stop.By ?? ExitCode.Interrupted;
        }

        return Show(survey, settings, terminal);
    }

    private static ExitCode Show(ClusterSurvey survey, Settings settings, Terminal terminal)
    {
        if (survey.Snapshot is null)
        {
            terminal.Error.WriteLine($"Error: {survey.Problem}");
            return ExitCode.NoAccess;
        }

        terminal.Out.Write(settings.Output.Format == OutputFormat.Json
            ? StatusJson.Render(survey, settings.Output.Hex)
            : StatusTable.Render(survey, settings.Rule is not null || settings.Defrag.MinReclaim.Bytes > 0));
        return survey.Snapshot.Voters.Any(view => view.Status is not null) ? ExitCode.Ok : ExitCode.NoAccess;
    }
}
