using EtcdDefrag.Cli;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Etcd;
using EtcdDefrag.Live;
using EtcdDefrag.Output;

namespace EtcdDefrag;

/// <summary><c>etcd-defrag status</c>: every member, and what the rule and the checks say about it. Only reads.</summary>
internal static class StatusCommand
{
    /// <summary>How long a member may take to answer while somebody watches.</summary>
    public static readonly TimeSpan WatchTimeout = TimeSpan.FromSeconds(3);

    /// <summary>The pause between two looks.</summary>
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(2);

    public static async Task<ExitCode> RunAsync(Settings settings, Terminal terminal, TimeProvider time, StopSignal stop)
    {
        if (!RuleSource.TryRead(settings.Rule, terminal, out var rule))
        {
            return ExitCode.Usage;
        }

#pragma warning disable CA2000 // left to the end of the process: it closes the connections just the same, without an exception in each of them
        var client = EtcdClusterClient.Create(settings.Connection, time, settings.Output.Debug ? new CallLog(terminal.Error, time).Write : null);
#pragma warning restore CA2000
        try
        {
            var (endpoints, problem, reason) = await EndpointSource.FindAsync(settings, terminal.Error, time, stop.Token);
            if (problem is not null)
            {
                ShowProblem(problem, settings, terminal, time);
                return reason == StopReason.Refused ? ExitCode.Refused : ExitCode.NoAccess;
            }

            var request = new RunRequest { Options = settings.Defrag, Rule = rule, Endpoints = endpoints };
            return settings.Output.Watch
                ? await WatchAsync(client, request, settings, terminal, time, stop.Token)
                : Show(await ClusterSurvey.TakeAsync(client, time, request, stop.Token), settings, terminal, time);
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            return stop.By ?? ExitCode.Interrupted;
        }
    }

    /// <summary>Again and again, in place on a terminal. Only the user or the end of the output ends it: a cluster that is away just now is what one watches for.</summary>
    private static async Task<ExitCode> WatchAsync(
        IClusterClient client, RunRequest request, Settings settings, Terminal terminal, TimeProvider time, CancellationToken stop)
    {
        var block = terminal.IsOutTty && terminal.UseColor && settings.Output.Format != OutputFormat.Json ? new LiveBlock(terminal.Out, terminal.Size) : null;
        while (!terminal.IsOutUnread() && !terminal.HasLostOutput())
        {
            var survey = await ClusterSurvey.TakeAsync(client, time, request, stop);
            if (block is not null)
            {
                block.Show($"{time.GetLocalNow():HH:mm:ss}  again every {WatchInterval.TotalSeconds:0}s until Ctrl-C\n{Text(survey, settings, terminal)}");
            }
            else
            {
                Show(survey, settings, terminal, time);
            }

            await Task.Delay(WatchInterval, time, stop);
        }

        return ExitCode.Ok;
    }

    private static ExitCode Show(ClusterSurvey survey, Settings settings, Terminal terminal, TimeProvider time)
    {
        if (survey.Snapshot is null)
        {
            ShowProblem(survey.Problem!, settings, terminal, time);
            return ExitCode.NoAccess;
        }

        terminal.Out.Write(settings.Output.Format == OutputFormat.Json
            ? StatusJson.Render(survey, time.GetUtcNow(), settings.Output.Hex)
            : Text(survey, settings, terminal));
        return survey.Snapshot.Voters.Any(view => view.Status is not null) ? ExitCode.Ok : ExitCode.NoAccess;
    }

    private static void ShowProblem(string problem, Settings settings, Terminal terminal, TimeProvider time)
    {
        terminal.Error.WriteLine($"Error: {problem}");
        if (settings.Output.Format == OutputFormat.Json)
        {
            terminal.Out.Write(StatusJson.Unknown(problem, time.GetUtcNow()));
        }
    }

    private static string Text(ClusterSurvey survey, Settings settings, Terminal terminal) => survey.Snapshot is null
        ? $"Error: {survey.Problem}\n"
        : StatusTable.Render(survey, new StatusLook(
            Framed: settings.Output.Format == OutputFormat.Table,
            WithVerdict: settings.Rule is not null || settings.Defrag.MinReclaim.Bytes > 0,
            terminal.OutColumns,
            new Paint(terminal.UseColor && terminal.IsOutTty)));
}
