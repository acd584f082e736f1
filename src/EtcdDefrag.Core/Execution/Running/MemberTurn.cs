using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Core.Safety;

namespace EtcdDefrag.Core.Execution.Running;

/// <summary>One member's turn: decide, move leadership away, and have it defragmented.</summary>
internal sealed class MemberTurn(RunContext run, SafetyGate gate, SnapshotWait wait, LeaderMover mover)
{
    private readonly Defragmenter _defragmenter = new(run, gate, wait);

    /// <summary>Takes the turn.</summary>
    /// <param name="target">The member.</param>
    /// <param name="snapshot">The cluster now; it has just passed all checks.</param>
    /// <param name="quota">The member's quota.</param>
    /// <param name="done">Members dealt with before.</param>
    /// <param name="othersLeft">Whether members are left after this one: then a pause follows.</param>
    /// <param name="cancellationToken">The user's wish to stop: ends waits, never the defragmentation.</param>
    /// <returns>Why not on to the next, null where it is; and whether the member is to have another turn, after a wait that made what was read old.</returns>
    public async Task<(EarlyEnd? End, bool Again)> TakeAsync(
        Target target, ClusterSnapshot snapshot, Quota quota, IReadOnlySet<MemberId> done, bool othersLeft, CancellationToken cancellationToken)
    {
        if (!MayBeWorkedOn(target, snapshot))
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
        if (!run.Options.DryRun && (selection is Selection.Selected || mayBeHeldBack) && !wait.IsSkipped && view.Metrics is { IsSnapshotOpen: true })
        {
            return await WaitAsync(target, view, cancellationToken);
        }

        if (mayBeHeldBack)
        {
            run.HeldBack.Remove(target.MemberId);
            await new SizeSettling(run).RenewAsync(target.Endpoint, cancellationToken);
            return (null, true);
        }

        run.Emit(new RunEvent.MemberStarted(new TargetStatus(target, before)));
        switch (selection)
        {
            case Selection.Skipped skipped when run.StaleSizes is { } why && Selection.IsPossibleAfterCompaction(before, quota, run.Rule, run.Options.MinReclaim):
                return (run.Fail(
                    target, MemberStep.Rule, TimeSpan.Zero,
                    $"{skipped.Explanation}, but what it says is in use may be an old figure: {why}. Defragment it without --defrag-rule and --min-reclaim"), false);
            case Selection.Skipped skipped:
                run.Emit(new RunEvent.MemberSkipped(target, skipped.Reason, skipped.Explanation));
                return (null, false);
            case Selection.UntilCompaction undecided:
                run.Emit(new RunEvent.MemberUndecided(target, undecided.Explanation));
                return (null, false);
            case Selection.Undecidable undecidable:
                return (run.Fail(target, MemberStep.Rule, TimeSpan.Zero, undecidable.Problem), false);
            default:
                break;
        }

        if (run.Options.DryRun)
        {
            var transferee = before.IsLeader && run.Options.MoveLeader ? TransferTarget.Choose(snapshot, target.MemberId, done) : null;
            run.Emit(new RunEvent.DefragmentPlanned(target, transferee, before.DbSizeFree, (selection as Selection.Selected)?.Explanation));
            return (null, false);
        }

        if (before.IsLeader && run.Options.MoveLeader)
        {
            var (moved, end) = await TransferLeadershipAsync(target, snapshot, done, cancellationToken);
            if (!moved || end is not null)
            {
                return (end, false);
            }
        }

        // The last look before the call: nothing else comes between.
        var looked = await wait.LookAsync(view, cancellationToken);
        if (looked.Metrics is { IsSnapshotOpen: true })
        {
            return await WaitAsync(target, looked, cancellationToken);
        }

        if (wait.MayLeadElsewhere(looked))
        {
            return (null, true);
        }

        // The look takes up to 5 s: meanwhile the run's time may have ended, or the lock been lost.
        return gate.Ended is { } ended
            ? (ended, false)
            : (await _defragmenter.DefragmentAsync(target, before, othersLeft, cancellationToken), false);
    }

    /// <summary>Waits for a snapshot of the member to end; too long is a failure of the member, to which nothing was sent.</summary>
    private async Task<(EarlyEnd? End, bool Again)> WaitAsync(Target target, MemberView view, CancellationToken cancellationToken)
    {
        if (await wait.ForSnapshotAsync(view, cancellationToken) is not { } waited)
        {
            return (null, true);
        }

        return gate.OutOfTime is { } late
            ? (late, false)
            : (run.Fail(
                target, MemberStep.Snapshot, waited,
                $"{NoSnapshotRunning.OfSnapshot(view.Label, view.Metrics!)}, still after {waited.TotalSeconds:0.#}s "
                + "(--snapshot-wait): a defragmentation would block the member until it ends, so none was sent"), false);
    }

    /// <summary>Whether it is still a voter of this cluster; tells when it is not.</summary>
    private bool MayBeWorkedOn(Target target, ClusterSnapshot snapshot)
    {
        var (reason, explanation) = snapshot.Find(target.MemberId) switch
        {
            null => (SkipReason.LeftCluster, "it is no longer a member of the cluster"),
            { IsVoter: false } => (SkipReason.BecameLearner, "it is a learner now, and etcd does not defragment learners"),
            _ => (default, ""),
        };
        if (explanation.Length > 0)
        {
            run.Emit(new RunEvent.MemberSkipped(target, reason, explanation));
        }

        return explanation.Length == 0;
    }

    private async Task<(bool Moved, EarlyEnd? End)> TransferLeadershipAsync(
        Target target, ClusterSnapshot snapshot, IReadOnlySet<MemberId> done, CancellationToken cancellationToken)
    {
        if (snapshot.VoterCount == 1)
        {
            run.Emit(new RunEvent.Noted("Skip moving leader as there is only one member in the cluster"));
            return (true, null);
        }

        var started = run.Time.GetTimestamp();
        var problem = await mover.MoveAsync(target, snapshot, done);
        if (problem is not null)
        {
            return (false, run.Fail(target, MemberStep.MoveLeader, run.Time.GetElapsedTime(started), problem));
        }

        if (run.Options.WaitBetweenDefrags is { } pause)
        {
            await Task.Delay(pause, run.Time, cancellationToken);
        }

        // The cluster has just changed: what was allowed before the move is not what is allowed now.
        var (after, refusal) = await gate.AuthorizeAsync(cancellationToken);
        if (after is null)
        {
            return (false, refusal);
        }

        if (!MayBeWorkedOn(target, after))
        {
            return (false, null);
        }

        return after.LeaderVotes.ContainsKey(target.MemberId)
            ? (false, run.Fail(target, MemberStep.MoveLeader, run.Time.GetElapsedTime(started), "leadership was moved away, but it came back"))
            : (true, null);
    }
}
