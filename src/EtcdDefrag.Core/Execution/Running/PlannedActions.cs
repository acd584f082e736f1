using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Planning;

namespace EtcdDefrag.Core.Execution.Running;

/// <summary>A dry run's actions: they tell what would be done, and send nothing.</summary>
internal sealed class PlannedActions(RunContext run) : IRunActions
{
    private static readonly Task<EarlyEnd?> GoOn = Task.FromResult<EarlyEnd?>(null);

    /// <summary>A dry run needs no more than to read: that a real run would be denied is a warning. Without a user there
    /// are no rights to ask for, and no call is spent on it.</summary>
    public async Task<EarlyEnd?> CheckRightsAsync(ClusterSnapshot snapshot, CancellationToken cancellationToken)
    {
        if (run.Options.HasIdentity && await Rights.CheckAsync(run, snapshot, cancellationToken) is { } denied)
        {
            run.Emit(new RunEvent.Warned($"a real run would end here: {denied.Explanation}"));
        }

        return null;
    }

    /// <inheritdoc/>
    public Task<EarlyEnd?> BeginAsync(ClusterSnapshot snapshot, CancellationToken cancellationToken) => GoOn;

    /// <inheritdoc/>
    public Task<EarlyEnd?> CompactAsync(
        CompactionPlan.CompactTo compaction, ClusterSnapshot snapshot, bool sizesDecide, CancellationToken cancellationToken)
    {
        run.IsBeforeCompaction = true;
        run.Emit(new RunEvent.CompactionPlanned(compaction.Revision));
        return GoOn;
    }

    /// <inheritdoc/>
    public Task<(ClusterSnapshot? Snapshot, EarlyEnd? End)> AuthorizeAsync(
        ClusterSnapshot first, CancellationToken cancellationToken) => Task.FromResult<(ClusterSnapshot?, EarlyEnd?)>((first, null));

    /// <inheritdoc/>
    public Task<(EarlyEnd? End, bool Again)> DefragmentAsync(MemberWork work, CancellationToken cancellationToken)
    {
        var transferee = work.Before.IsLeader && run.Options.MoveLeader
            ? TransferTarget.Choose(work.Snapshot, work.Target.MemberId, work.Done)
            : null;
        run.Emit(new RunEvent.DefragmentPlanned(work.Target, transferee, work.Before.DbSizeFree, work.Selection.Explanation));
        return Task.FromResult<(EarlyEnd?, bool)>((null, false));
    }

    /// <summary>The cluster as it would be after the planned defragmentations: the files hold what is in use now. An undecided
    /// member keeps its size: nobody knows yet whether it would be defragmented.</summary>
    public ClusterSnapshot AfterWork(ClusterSnapshot snapshot)
    {
        var planned = run.Report.Report.Members
            .Where(member => member.Outcome == MemberOutcome.Planned)
            .Select(member => member.Target.MemberId)
            .ToHashSet();
        return snapshot with
        {
            Views = [.. snapshot.Views.Select(view => view.Status is { } status && planned.Contains(view.Id)
                ? view with { Status = status with { DbSize = status.DbSizeInUse } }
                : view)],
        };
    }

    /// <inheritdoc/>
    public Task DisarmAsync(Endpoint endpoint, IReadOnlyList<Alarm> alarms, CancellationToken cancellationToken)
    {
        foreach (var alarm in alarms)
        {
            run.Emit(new RunEvent.DisarmPlanned(alarm));
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task VerifyAfterAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
