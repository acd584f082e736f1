namespace EtcdDefrag.Core.Execution.Running;

/// <summary>Moves leadership away from a member, takes the last look at it, and has it defragmented.</summary>
internal sealed class MemberDefragmentation(RunContext run, SafetyGate gate, SnapshotWait wait)
{
    private readonly Defragmenter _defragmenter = new(run, gate, wait);

    /// <inheritdoc cref="IRunActions.DefragmentAsync"/>
    public async Task<(EarlyEnd? End, bool Again)> DefragmentAsync(MemberWork work, CancellationToken cancellationToken)
    {
        if (work.Before.IsLeader && run.Options.MoveLeader)
        {
            var (moved, end) = await TransferLeadershipAsync(work, cancellationToken);
            if (!moved || end is not null)
            {
                return (end, false);
            }
        }

        // The last look before the call: nothing else comes between.
        var looked = await wait.LookAsync(work.View, cancellationToken);
        if (looked.Metrics is { IsSnapshotOpen: true })
        {
            return await gate.WaitForSnapshotAsync(work.Target, looked, cancellationToken);
        }

        if (wait.MayLeadElsewhere(looked))
        {
            return (null, true);
        }

        // The look takes up to 5 s: meanwhile the run's time may have ended, or the lock been lost.
        return gate.Ended is { } ended
            ? (ended, false)
            : (await _defragmenter.DefragmentAsync(work.Target, work.Before, work.OthersLeft, cancellationToken), false);
    }

    private async Task<(bool Moved, EarlyEnd? End)> TransferLeadershipAsync(
        MemberWork work, CancellationToken cancellationToken)
    {
        var target = work.Target;
        if (work.Snapshot.VoterCount == 1)
        {
            run.Emit(new RunEvent.Noted("Skip moving leader as there is only one member in the cluster"));
            return (true, null);
        }

        var started = run.Time.GetTimestamp();
        var problem = await new LeaderMover(run).MoveAsync(target, work.Snapshot, work.Done);
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

        if (!gate.IsStillVoter(target, after))
        {
            return (false, null);
        }

        return after.LeaderVotes.ContainsKey(target.MemberId)
            ? (false, run.Fail(target, MemberStep.MoveLeader, run.Time.GetElapsedTime(started),
                "leadership was moved away, but it came back"))
            : (true, null);
    }
}
