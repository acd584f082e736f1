using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution.Reading;
using EtcdDefrag.Core.Planning;

namespace EtcdDefrag.Core.Execution.Running;

/// <summary>Clears NOSPACE alarms when every voter is below its threshold, and reads them again to
/// see that they are gone.</summary>
internal sealed class Disarmer(RunContext run, ClusterReader reader)
{
    /// <summary>Looks at the alarms, and clears those that may be cleared.</summary>
    public async Task DisarmAsync(CancellationToken cancellationToken)
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
        var decision = DisarmDecision.Make(run.Options.DryRun ? AsPlanned(snapshot) : snapshot, quotas,
            run.Options.DisalarmThreshold);
        var endpoint = snapshot.Voters.FirstOrDefault()?.Endpoint;
        if (decision.Alarms.Count == 0 || endpoint is null)
        {
            run.Emit(new RunEvent.DisarmSkipped(endpoint is null ? "No voter is left to ask, skipping auto-disalarm"
                : decision.Why + Reservation(snapshot)));
            return;
        }

        if (run.Options.DryRun)
        {
            foreach (var alarm in decision.Alarms)
            {
                run.Emit(new RunEvent.DisarmPlanned(alarm));
            }

            return;
        }

        var refusals = new Dictionary<Alarm, string>();
        foreach (var alarm in decision.Alarms)
        {
            try
            {
                await run.Client.DisarmAsync(endpoint, alarm, run.Options.CommandTimeout, CancellationToken.None);
            }
            catch (ClusterException e)
            {
                refusals[alarm] = MemberReader.Explain(e);
            }
        }

        await TellAsync(endpoint, decision.Alarms, refusals, cancellationToken);
    }

    /// <summary>The members that a real run may defragment.</summary>
    private IEnumerable<MemberId> Planned => run.Report.Report.Members
        .Where(member => member.Outcome is MemberOutcome.Planned or MemberOutcome.Undecided)
        .Select(member => member.Target.MemberId);

    /// <summary>A dry run judges by figures from before the compaction.</summary>
    private string Reservation(ClusterSnapshot snapshot) =>
        run.IsBeforeCompaction && snapshot.Alarms.Any(alarm => alarm.Kind == AlarmKind.NoSpace)
            ? "; this uses the current sizes. A real run first frees old history and may clear the alarm"
            : "";

    /// <summary>The cluster as it would be after the defragmentations that a dry run only plans: their files
    /// hold what is in use now.</summary>
    private ClusterSnapshot AsPlanned(ClusterSnapshot snapshot)
    {
        var planned = Planned.ToHashSet();
        return snapshot with
        {
            Views = [.. snapshot.Views.Select(view => view.Status is { } status && planned.Contains(view.Id)
                ? view with { Status = status with { DbSize = status.DbSizeInUse } }
                : view)],
        };
    }

    private async Task TellAsync(
        Endpoint endpoint, IReadOnlyList<Alarm> alarms, Dictionary<Alarm, string> refusals, CancellationToken cancellationToken)
    {
        IReadOnlyList<Alarm> left;
        try
        {
            left = await run.Client.ListAlarmsAsync(endpoint, run.Options.CommandTimeout, cancellationToken);
            reader.Alarms = left;
        }
        catch (ClusterException e)
        {
            foreach (var alarm in alarms)
            {
                run.Emit(new RunEvent.Disarmed(alarm, refusals.GetValueOrDefault(alarm)
                    ?? $"could not check that it is cleared: {MemberReader.Explain(e)}"));
            }

            return;
        }

        foreach (var alarm in alarms)
        {
            run.Emit(new RunEvent.Disarmed(alarm, left.Contains(alarm) ? refusals.GetValueOrDefault(alarm)
                ?? "it is active again: some member is still at its quota" : null));
        }
    }
}
