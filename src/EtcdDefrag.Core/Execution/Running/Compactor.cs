using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution.Reading;
using EtcdDefrag.Core.Planning;

namespace EtcdDefrag.Core.Execution.Running;

/// <summary>Compacts history once, and waits until every member has freed what that made free.</summary>
internal sealed class Compactor(RunContext run, ClusterReader reader)
{
    /// <inheritdoc cref="IRunActions.CompactAsync"/>
    public async Task<EarlyEnd?> CompactAsync(
        CompactionPlan.CompactTo compaction, ClusterSnapshot snapshot, bool sizesDecide, CancellationToken cancellationToken)
    {
        run.Emit(new RunEvent.CompactionStarted(compaction.Revision, compaction.Target.Endpoint));
        Target? reference = compaction.Target;
        try
        {
            // Not cancelled when the user interrupts: the member would go on with it all the same.
            await run.Client.CompactAsync(compaction.Target.Endpoint, compaction.Revision, run.Options.DefragTimeout,
                CancellationToken.None);
            run.Emit(new RunEvent.CompactionFinished(compaction.Revision, null));
        }
        catch (ServerRejectedException e) when (e.Kind == RejectionKind.Compacted)
        {
            run.Emit(new RunEvent.CompactionFinished(compaction.Revision, null, AlreadyDone: true));
            if (!sizesDecide)
            {
                // Whoever compacted may have done so just now: where a figure decides on a member it has to be fresh. Else not.
                return null;
            }
        }
        catch (ClusterException e)
        {
            var unknown = e.RequestMayHaveRun ? "; it may still be running" : "";
            run.Emit(new RunEvent.CompactionFinished(compaction.Revision, e.Message + unknown)
            {
                MayBeRunning = e.RequestMayHaveRun,
            });
            if (!run.Options.ContinueOnError)
            {
                return new EarlyEnd(StopReason.MemberFailed, "compaction failed, and --continue-on-error=false was given");
            }

            // Where nobody said that it was done no member is a measure for the others: each has to stand still.
            reference = e.RequestMayHaveRun ? null : reference;
        }

        if (sizesDecide)
        {
            var looks = await Task.WhenAll(
                snapshot.Voters.Where(view => view.Endpoint is not null).Select(view =>
                reader.ReadMetricsAsync(view, cancellationToken)));
            run.HeldBack.UnionWith(looks.Where(view => view.Metrics is { IsSnapshotOpen: true }).Select(view => view.Id));
        }

        await new SizeSettling(run).SettleAsync(snapshot, reference, sizesDecide, cancellationToken);
        return null;
    }
}
