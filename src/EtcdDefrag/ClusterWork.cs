using System.Collections.Concurrent;
using EtcdDefrag.Cli;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Execution.Reading;
using EtcdDefrag.Core.Fleet;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Etcd;
using EtcdDefrag.Etcd.Net;
using EtcdDefrag.Fleet;
using EtcdDefrag.Output;
using EtcdDefrag.Output.Fleet;

#pragma warning disable CA2000 // a writer over the terminal's streams holds nothing

namespace EtcdDefrag;

/// <summary>What a fleet does with one cluster: a look, or a run. Each has connections of its own, which
/// are closed at its end.</summary>
internal sealed class ClusterWork(ClusterBinder binder, FleetScreen screen, TimeProvider time, StopSignal stop)
{
    private readonly ConcurrentDictionary<string, ClusterOutput> _inFlight = new(StringComparer.Ordinal);

    /// <summary>The runs that go on now.</summary>
    public IEnumerable<ClusterOutput> InFlight => _inFlight.Values;

    /// <summary>Looks at a cluster; only reads.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="keepStatus">Whether all that was seen is wanted as JSON.</param>
    /// <exception cref="OperationCanceledException">The user wants us to stop.</exception>
    public async Task LookAsync(FleetCluster cluster, bool keepStatus)
    {
        var problems = new List<string>();
        var settings = binder.Bind(cluster.Entry, problems);
        if (problems.Count > 0)
        {
            cluster.Seen(ClusterLook.Failed(ClusterOutcome.Refused, string.Join("; ", problems)));
            return;
        }

        try
        {
            using var client = Connect(settings, cluster.Name);
            var (endpoints, problem, reason) = await EndpointSource.FindAsync(settings, screen.ErrorOf(cluster.Name), time,
                stop.Token);
            if (problem is not null)
            {
                cluster.Seen(ClusterLook.Failed(reason == StopReason.Refused ? ClusterOutcome.Refused
                    : ClusterOutcome.Unreachable, problem));
                return;
            }

            var request = new RunRequest { Options = settings.Defrag, Rule = binder.RuleOf(settings), Endpoints = endpoints };
            var survey = await ClusterSurvey.Of(client, time, request)(stop.Token);
            cluster.Seen(ClusterLook.Of(survey, settings.Defrag));
            if (keepStatus && survey.Snapshot is not null)
            {
                cluster.StatusJson = FleetJson.Bytes(StatusJson.Render(survey, time.GetUtcNow(), screen.Options.Hex));
            }
        }
        catch (ConnectionOptionsException e)
        {
            cluster.Seen(ClusterLook.Failed(ClusterOutcome.Refused, e.Message));
        }
#pragma warning disable CA1031 // a fault of ours must not keep the other clusters from their run
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            cluster.Seen(ClusterLook.Failed(ClusterOutcome.Refused, $"internal error ({e.GetType().Name}: {e.Message})"));
        }
    }

    /// <summary>Carries out the cluster's run, with all its checks anew.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="left">What is left of the fleet's time; null: no limit.</param>
    public async Task<ClusterOutcome> RunAsync(FleetCluster cluster, TimeSpan? left)
    {
        var problems = new List<string>();
        var settings = binder.Bind(cluster.Entry, problems);
        var options = left is { } rest && !(settings.Defrag.RunTimeout < rest) ? settings.Defrag with { RunTimeout = rest }
            : settings.Defrag;
        using var output = screen.Begin(cluster.Name, settings, options.DryRun);
        _inFlight[cluster.Name] = output;
        try
        {
            if (problems.Count > 0)
            {
                throw new ConnectionOptionsException(cluster.Name, string.Join("; ", problems));
            }

            using var client = Connect(settings, cluster.Name);
            var report = await DefragCommand.RunAsync(settings.With(options), binder.RuleOf(settings), client, output.Observers,
                output.Error, time, stop.Token);
            Note(cluster, report, ExitCodes.For(report, stop.By));
        }
        catch (ConnectionOptionsException e)
        {
            (cluster.Outcome, cluster.Message) = (ClusterOutcome.Refused, e.Message); // its files were good when it was looked at
        }
#pragma warning disable CA1031 // a fault of ours must not keep the other clusters from their run, and what runs in this one must be told
        catch (Exception e)
#pragma warning restore CA1031
        {
            (cluster.Outcome, cluster.RunCode) = output.InFlight.Shown is null ? (ClusterOutcome.Failed, ExitCode.Failed)
                : (ClusterOutcome.Unknown, ExitCode.Unknown);
            cluster.Message = $"internal error ({e.GetType().Name}: {e.Message})";
            output.Error.WriteLine($"Error: {cluster.Message}{(output.InFlight.Shown is { } call ? $"; {call} may still be running" : "")}");
        }
        finally
        {
            _inFlight.TryRemove(cluster.Name, out _);
        }

        return cluster.Outcome;
    }

    /// <summary>Notes how a cluster's run ended.</summary>
    public void Note(FleetCluster cluster, RunReport report, ExitCode code)
    {
        (cluster.RunCode, cluster.Outcome) = (code, ClusterOutcomes.Of(report, code));
        (cluster.ReclaimedBytes, cluster.Took) = (report.ReclaimedBytes, report.Took);
        cluster.Message = report.StopExplanation
            ?? report.Members.FirstOrDefault(member =>
            member.Outcome is MemberOutcome.Failed or MemberOutcome.Unknown)?.Explanation
            ?? (report.OtherFailures is [var first, ..] ? first.Text : null);
        (cluster.Report, cluster.ClusterId) = (report, report.ClusterId ?? cluster.ClusterId);
        cluster.RunJson = FleetJson.Bytes(JsonReport.Render(report, code, screen.Options.Hex, report.Ended ?? time.GetUtcNow(),
            cluster.Name));
    }

    private EtcdClusterClient Connect(Settings settings, string cluster) =>
        EtcdClusterClient.Create(settings.Connection, time, screen.Options.Debug
            ? new CallLog(screen.ErrorOf(cluster), time).Write : null);
}
