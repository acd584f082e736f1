using EtcdDefrag.Cli;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Execution.Reading;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Core.Text;
using EtcdDefrag.Etcd;
using EtcdDefrag.Live;
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
        var client = EtcdClusterClient.Create(settings.Connection, time, settings.Output.Debug
            ? new CallLog(terminal.Error, time).Write : null);
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
            var look = ClusterSurvey.Of(client, time, request);
            return settings.Output.WatchInterval is { } interval
                ? await WatchAsync(look, interval, settings, terminal, time, stop)
                : Show(await look(stop.Token), settings, terminal, time);
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            return stop.By ?? ExitCode.Interrupted;
        }
    }

    /// <summary>
    /// Again and again, in place on a terminal. Only the user or the end of the output ends it: a cluster that does not
    /// answer is what one watches for.
    /// The last look stays on the terminal, whole.
    /// </summary>
    private static async Task<ExitCode> WatchAsync(
        Func<CancellationToken, Task<ClusterSurvey>> look, TimeSpan interval, Settings settings, Terminal terminal,
            TimeProvider time, StopSignal stop)
    {
        var block = terminal.IsOutTty && terminal.UseColor && settings.Output.Format != OutputFormat.Json
            ? new LiveBlock(terminal.Out, terminal.Size) : null;
        var last = "";
        try
        {
            while (!terminal.IsOutUnread() && !terminal.HasLostOutput())
            {
                var survey = await look(stop.Token);
                var now = time.GetLocalNow();
                if (block is not null)
                {
                    last = Text(survey, settings, terminal);
                    block.Show($"{now:HH:mm:ss}  again every {GoDuration.Format(interval)} until Ctrl-C\n{last}");
                }
                else
                {
                    if (settings.Output.Format != OutputFormat.Json)
                    {
                        terminal.Out.WriteLine($"{now:yyyy/MM/dd HH:mm:ss}"); // JSON has the time in it
                    }

                    Show(survey, settings, terminal, time);
                }

                await Task.Delay(interval, time, stop.Token);
            }
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            block?.End(last);
            return stop.By ?? ExitCode.Interrupted;
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
        var code = ExitCodes.For(survey, IsJudged(settings));
        return settings.Output.ExitCode || code == ExitCode.NoAccess ? code : ExitCode.Ok;
    }

    private static bool IsJudged(Settings settings) => settings.Rule is not null || settings.Defrag.MinReclaim.Bytes > 0;

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
            WithVerdict: IsJudged(settings),
            terminal.OutColumns,
            new Paint(terminal.UseColor && terminal.IsOutTty),
            settings.Output.Quiet));
}
