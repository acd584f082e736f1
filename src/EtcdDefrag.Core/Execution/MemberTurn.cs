using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Planning;

namespace EtcdDefrag.Core.Execution;

/// <summary>One member's turn: decide, move leadership away, and have it defragmented.</summary>
internal sealed class MemberTurn(RunContext run, SafetyGate gate, LeaderMover mover)
{
    private readonly Defragmenter _defragmenter = new(run, gate);

    /// <summary>Takes the turn.</summary>
    /// <param name="target">The member.</param>
    /// <param name="snapshot">The cluster now; it has just passed all checks.</param>
    /// <param name="quota">The member's quota.</param>
    /// <param name="done">Members dealt with before.</param>
    /// <param name="othersLeft">Whether members are left after this one: then a pause follows.</param>
    /// <param name="cancellationToken">The user's wish to stop: ends waits, never the defragmentation.</param>
    /// <returns>Null: on to the next; otherwise why not.</returns>
    public async Task<Stop?> TakeAsync(
        Target target, ClusterSnapshot snapshot, Quota quota, IReadOnlySet<MemberId> done, bool othersLeft, CancellationToken cancellationToken)
    {
        if (!MayBeWorkedOn(target, snapshot))
        {
            return null;
        }

        var view = snapshot.Find(target.MemberId)!;
        if (view.Status is not { } before)
        {
            return run.Fail(target, MemberStep.Status, view.ReadTook, view.StatusProblem ?? "it gave no status");
        }

        run.Emit(new RunEvent.MemberStarted(new TargetStatus(target, before)));
        var selection = run.IsBeforeCompaction
            ? Selection.DecideBeforeCompaction(before, quota, run.Rule, run.Options.MinReclaim)
            : Selection.Decide(before, quota, run.Rule, run.Options.MinReclaim);
        switch (selection)
        {
            case Selection.Skipped skipped when run.OldFigures is { } why && Selection.IsPossibleAfterCompaction(before, quota, run.Rule, run.Options.MinReclaim):
                return run.Fail(
                    target, MemberStep.Rule, TimeSpan.Zero,
                    $"{skipped.Explanation}, but what it says is in use may be an old figure: {why}. Defragment it without --defrag-rule and --min-reclaim");
            case Selection.Skipped skipped:
                run.Emit(new RunEvent.MemberSkipped(target, skipped.Reason, skipped.Explanation));
                return null;
            case Selection.UntilCompaction undecided:
                run.Emit(new RunEvent.MemberUndecided(target, undecided.Explanation));
                return null;
            case Selection.Undecidable undecidable:
                return run.Fail(target, MemberStep.Rule, TimeSpan.Zero, undecidable.Problem);
            default:
                break;
        }

        if (run.Options.DryRun)
        {
            var heir = before.IsLeader && run.Options.MoveLeader ? TransferTarget.Choose(snapshot, target.MemberId, done) : null;
            run.Emit(new RunEvent.DefragmentPlanned(target, heir, before.DbSizeFree, (selection as Selection.Selected)?.Explanation));
            return null;
        }

        if (before.IsLeader && run.Options.MoveLeader)
        {
            var (moved, stop) = await RelieveAsync(target, snapshot, done, cancellationToken);
            if (!moved || stop is not null)
            {
                return stop;
            }
        }

        return await _defragmenter.DefragmentAsync(target, before, othersLeft, cancellationToken);
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

    private async Task<(bool Moved, Stop? Stop)> RelieveAsync(
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

        return after.Naming.ContainsKey(target.MemberId)
            ? (false, run.Fail(target, MemberStep.MoveLeader, run.Time.GetElapsedTime(started), "leadership was moved away, but it came back"))
            : (true, null);
    }
}
