using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution.Reading;

namespace EtcdDefrag.Core.Execution.Running;

/// <summary>Clears alarms, and reads them again to see that they are gone.</summary>
internal sealed class Disarmer(RunContext run, ClusterReader reader)
{
    /// <inheritdoc cref="IRunActions.DisarmAsync"/>
    public async Task DisarmAsync(Endpoint endpoint, IReadOnlyList<Alarm> alarms, CancellationToken cancellationToken)
    {
        var refusals = new Dictionary<Alarm, string>();
        foreach (var alarm in alarms)
        {
            try
            {
                await run.Client.DisarmAsync(endpoint, alarm, run.Options.CommandTimeout, CancellationToken.None);
            }
            catch (ClusterException e)
            {
                refusals[alarm] = e.WithoutEndpoint;
            }
        }

        await TellAsync(endpoint, alarms, refusals, cancellationToken);
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
                    ?? $"could not check that it is cleared: {e.WithoutEndpoint}"));
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
