using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution.Reading;
using EtcdDefrag.Core.Planning;

namespace EtcdDefrag.Core.Execution.Running;

/// <summary>Decides after the work whether NOSPACE alarms may be cleared: when every voter is below its threshold.</summary>
internal sealed class DisarmStep(RunContext run, ClusterReader reader, IRunActions actions)
{
    /// <summary>Looks at the alarms, and clears those that may be cleared.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        run.Emit(new RunEvent.DisarmStarted());
        ClusterSnapshot snapshot;
        try
        {
            snapshot = await reader.ReadAsync(cancellationToken, withMetrics: true);
        }
        catch (ClusterUnreachableException e)
        {
            run.Emit(new RunEvent.DisarmSkipped($"the cluster does not answer: {e.Message}"));
            return;
        }

        var quotas = await QuotaReader.ReadAsync(run.Client, snapshot, run.Options.Quota, run.Options.CommandTimeout,
            cancellationToken);
        run.Emit(new RunEvent.QuotasRead(quotas));
        var decision = DisarmDecision.Make(actions.AfterWork(snapshot), quotas, run.Options.DisalarmThreshold);
        var endpoint = snapshot.Voters.FirstOrDefault()?.Endpoint;
        if (decision.Alarms.Count == 0 || endpoint is null)
        {
            run.Emit(new RunEvent.DisarmSkipped(endpoint is null ? "No voter is left to ask, skipping auto-disalarm"
                : decision.Why + Reservation(snapshot)));
            return;
        }

        await actions.DisarmAsync(endpoint, decision.Alarms, cancellationToken);
    }

    /// <summary>A dry run judges by figures from before the compaction.</summary>
    private string Reservation(ClusterSnapshot snapshot) =>
        run.IsBeforeCompaction && snapshot.Alarms.Any(alarm => alarm.Kind == AlarmKind.NoSpace)
            ? "; this uses the current sizes. A real run first frees old history and may clear the alarm"
            : "";
}
