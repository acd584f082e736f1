using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Planning;

namespace EtcdDefrag.Core.Execution.Running;

/// <summary>One member's turn: decide, and have it defragmented.</summary>
internal sealed class MemberTurn(RunContext run, SafetyGate gate, SnapshotWait wait, IRunActions actions)
{
    /// <summary>Takes the turn.</summary>
    /// <param name="target">The member.</param>
    /// <param name="snapshot">The cluster now; it has just passed all checks.</param>
    /// <param name="quota">The member's quota.</param>
    /// <param name="done">Members dealt with before.</param>
    /// <param name="othersLeft">Whether members are left after this one: then a pause follows.</param>
    /// <param name="cancellationToken">The user's wish to stop: ends waits, never the defragmentation.</param>
    /// <returns>Why not on to the next, null where it is; and whether the member is to have another turn, after a wait that
    /// made what was read old.</returns>
    public async Task<(EarlyEnd? End, bool Again)> TakeAsync(
        Target target, ClusterSnapshot snapshot, Quota quota, IReadOnlySet<MemberId> done, bool othersLeft,
        CancellationToken cancellationToken)
    {
        if (!gate.IsStillVoter(target, snapshot))
        {
            return (null, false);
        }

        var view = snapshot.Find(target.MemberId)!;
        if (view.Status is not { } before)
        {
            return (run.Fail(target, MemberStep.Status, view.ReadTook, view.StatusProblem ?? "it gave no status"), false);
        }

        var selection = run.IsBeforeCompaction
            ? Selection.DecideBeforeCompaction(before, quota, run.Rule, run.Options.MinReclaim)
            : Selection.Decide(before, quota, run.Rule, run.Options.MinReclaim);
        var mayBeHeldBack = selection is Selection.Skipped && run.HeldBack.Contains(target.MemberId)
            && Selection.IsPossibleAfterCompaction(before, quota, run.Rule, run.Options.MinReclaim);
        if ((selection is Selection.Selected || mayBeHeldBack) && !wait.IsSkipped && view.Metrics is { IsSnapshotOpen: true })
        {
            return await gate.WaitForSnapshotAsync(target, view, cancellationToken);
        }

        if (mayBeHeldBack)
        {
            run.HeldBack.Remove(target.MemberId);
            await new SizeSettling(run).RenewAsync(target.Endpoint, cancellationToken);
            return (null, true);
        }

        run.Emit(new RunEvent.MemberStarted(new TargetStatus(target, before)));
        if (selection is Selection.Selected selected)
        {
            return await actions.DefragmentAsync(
                new MemberWork(target, view, snapshot, selected, done, othersLeft), cancellationToken);
        }

        var mayBeStale = run.StaleSizes is not null
            && Selection.IsPossibleAfterCompaction(before, quota, run.Rule, run.Options.MinReclaim);
        return (Leave(target, selection, mayBeStale ? run.StaleSizes : null), false);
    }

    /// <summary>Tells why the member is not defragmented.</summary>
    /// <param name="target">The member.</param>
    /// <param name="selection">The decision.</param>
    /// <param name="stale">Why its size in use may be an old one that decided; null: it is not.</param>
    private EarlyEnd? Leave(Target target, Selection selection, string? stale)
    {
        switch (selection)
        {
            case Selection.Skipped skipped when stale is not null:
                return run.Fail(target, MemberStep.Sizes, TimeSpan.Zero,
                    $"{skipped.Explanation}, but what it says is in use may be an old figure: {stale}. "
                    + "Defragment it without --defrag-rule and --min-reclaim");
            case Selection.Skipped skipped:
                run.Emit(new RunEvent.MemberSkipped(target, skipped.Reason, skipped.Explanation));
                return null;
            case Selection.Undecidable undecidable:
                return run.Fail(target, MemberStep.Rule, TimeSpan.Zero, undecidable.Problem);
            case Selection.UntilCompaction undecided:
                run.Emit(new RunEvent.MemberUndecided(target, undecided.Explanation));
                return null;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }
}
