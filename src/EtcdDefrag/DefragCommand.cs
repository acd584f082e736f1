using EtcdDefrag.Cli;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Execution.Running;
using EtcdDefrag.Core.Fleet;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Core.Rules;
using EtcdDefrag.Core.Text;
using EtcdDefrag.Etcd;

namespace EtcdDefrag;

/// <summary>The main job.</summary>
internal static class DefragCommand
{
    public static Task<ExitCode> RunAsync(Settings settings, Terminal terminal, TimeProvider time, StopSignal stop) =>
        RunCommand.RunAsync(settings, terminal, time, stop, tools =>
        {
#pragma warning disable CA2000 // left to the end of the process: it closes the connections just the same, without an exception in each of them
            var client = EtcdClusterClient.Create(settings.Connection, time, settings.Output.Debug
                ? new CallLog(terminal.Error, time).Write : null);
#pragma warning restore CA2000
            return RunAsync(settings, tools.Rule, client, tools.Observer, tools.Error, time, stop.Token);
        });

    /// <summary>Runs on one cluster, to the end.</summary>
    /// <param name="settings">What is to be done.</param>
    /// <param name="rule">The rule; null: none.</param>
    /// <param name="client">The connections to the cluster.</param>
    /// <param name="observer">Who is told of the run's events.</param>
    /// <param name="error">For what is no event.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">The user's wish to stop.</param>
    public static async Task<RunReport> RunAsync(
        Settings settings, DefragRule? rule, EtcdClusterClient client, IRunObserver observer, TextWriter error, TimeProvider time,
            CancellationToken stop)
    {
        var begun = (At: time.GetUtcNow(), Timestamp: time.GetTimestamp());
        try
        {
            if (settings.Jitter > TimeSpan.Zero)
            {
                var wait = Shards.Part(settings.Jitter,
                    $"{Environment.MachineName} {settings.Discovery?.Domain} {string.Join(' ', settings.Endpoints)}");
                var told = settings.Output.Quiet ? TextWriter.Null : error;
                told.WriteLine(
                    $"Waiting {GoDuration.Format(TimeSpan.FromSeconds(Math.Round(wait.TotalSeconds)))} before the start "
                    + $"(--jitter {GoDuration.Format(settings.Jitter)})");
                await Task.Delay(wait, time, stop);
                begun = (time.GetUtcNow(), time.GetTimestamp());
            }

            var (endpoints, problem, reason) = await EndpointSource.FindAsync(settings, error, time, stop);
            return problem is null
                ? await new DefragRun(client, time, Request(endpoints), observer).RunAsync(stop)
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
            foreach (var one in (RunEvent[])[new RunEvent.RunStarted(settings.Defrag.DryRun, rule?.Text, begun.At),
                new RunEvent.Stopped(reason, explanation)])
            {
                builder.OnEvent(one);
                observer.OnEvent(one);
            }

            var finished = builder.Finish(time.GetElapsedTime(begun.Timestamp));
            observer.OnEvent(finished);
            return finished.Report;
        }
    }
}
