using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Planning;

namespace EtcdDefrag.Core.Execution;

/// <summary>One member's turn: decide, move leadership away, defragment, and wait until the member is truly back.</summary>
internal sealed class MemberTurn(RunContext run, SafetyGate gate, LeaderMover mover)
{
    /// <summary>The longest pause that the tool chooses by itself.</summary>
    private static readonly TimeSpan MaxAdaptivePause = TimeSpan.FromSeconds(30);

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
            return Fail(target, MemberStep.Status, TimeSpan.Zero, view.StatusProblem ?? "it gave no status");
        }

        run.Emit(new RunEvent.MemberStarted(new TargetStatus(target, before)));
        var selection = Selection.Decide(before, quota, run.Rule, run.Options.MinReclaim);
        switch (selection)
        {
            case Selection.Skipped skipped when run.OldFigures is { } why && Selection.IsPossibleAfterCompaction(before, quota, run.Rule, run.Options.MinReclaim):
                return Fail(
                    target, MemberStep.Rule, TimeSpan.Zero,
                    $"{skipped.Explanation}, but what it says is in use may be an old figure: {why}. Defragment it without --defrag-rule and --min-reclaim");
            case Selection.Skipped skipped:
                run.Emit(new RunEvent.MemberSkipped(target, skipped.Reason, skipped.Explanation + Reservation(before, quota)));
                return null;
            case Selection.Undecidable undecidable:
                return Fail(target, MemberStep.Rule, TimeSpan.Zero, undecidable.Problem);
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

        return await DefragmentAsync(target, before, othersLeft, cancellationToken);
    }

    /// <summary>A dry run judges by figures that the compaction, which it leaves out, could change.</summary>
    private string Reservation(MemberStatus status, Quota quota) =>
        run.Options is { DryRun: true, Compaction: true } && Selection.IsPossibleAfterCompaction(status, quota, run.Rule, run.Options.MinReclaim)
            ? "; the compaction of a real run may change that"
            : "";

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
            return (false, Fail(target, MemberStep.MoveLeader, run.Time.GetElapsedTime(started), problem));
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
            ? (false, Fail(target, MemberStep.MoveLeader, run.Time.GetElapsedTime(started), "leadership was moved away, but it came back"))
            : (true, null);
    }

    private async Task<Stop?> DefragmentAsync(Target target, MemberStatus before, bool othersLeft, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        run.Emit(new RunEvent.DefragmentStarted(target));
        var started = run.Time.GetTimestamp();
        try
        {
            // Never cancelled: etcd can't be told to stop, and we want to know how it ends.
            await run.RawClient.DefragmentAsync(target.Endpoint, run.Options.DefragTimeout, CancellationToken.None);
            run.Emit(new RunEvent.DefragmentFinished(target, run.Time.GetElapsedTime(started)));
        }
        catch (ClusterException e) when (!e.RequestMayHaveRun)
        {
            return Fail(target, MemberStep.Defragment, run.Time.GetElapsedTime(started), e.Message);
        }
        catch (ClusterException e)
        {
            run.Emit(new RunEvent.OutcomeUnknown(target, run.Time.GetElapsedTime(started), e.Message, run.Options.RecoveryTimeout));
            return await AfterUnknownAsync(target, before, started, othersLeft, cancellationToken);
        }

        var blocked = run.Time.GetElapsedTime(started);
        // Also after an interrupt: what became of the member in flight is what the report is for.
        var (told, doubt) = await TellDoneAsync(target, before, () => run.Time.GetElapsedTime(started));
        var failed = doubt is null ? null : Fail(target, MemberStep.Defragment, blocked, doubt);
        var recovery = await gate.WaitUntilWellAsync(target, started, afterUnknown: false, cancellationToken);
        if (!told && recovery.Blocked is { } silent)
        {
            (_, doubt) = await TellDoneAsync(target, before, () => silent);
            failed = doubt is null ? null : Fail(target, MemberStep.Defragment, blocked, doubt);
        }

        if (recovery.Problem is { } problem)
        {
            return new Stop(StopReason.NotRecovered, $"{target.Endpoint} was defragmented, but {run.Options.RecoveryTimeout.TotalSeconds:0.###}s later the cluster is not well: {problem}");
        }

        if (failed is null)
        {
            await PauseAsync(blocked, othersLeft, cancellationToken);
        }

        return failed;
    }

    private async Task<Stop?> AfterUnknownAsync(Target target, MemberStatus before, long started, bool othersLeft, CancellationToken cancellationToken)
    {
        // The user's interrupt does not end this wait: the member is in flight, and its outcome is what the report is for.
        var (problem, answered) = await gate.WaitUntilWellAsync(target, started, afterUnknown: true, CancellationToken.None);
        var blocked = answered ?? run.Time.GetElapsedTime(started);
        var after = problem is null ? await StatusAsync(target) : null;
        if (after is null || after.MemberId != target.MemberId)
        {
            return new Stop(
                StopReason.Unknown,
                $"the outcome of {target.Endpoint} is unknown: it may still be defragmenting ({problem ?? "it stopped answering again"}). "
                + $"Start nothing else on this cluster until 'etcd-defrag status --endpoints {target.Endpoint}' shows it again");
        }

        if (after.DbSize < before.DbSize)
        {
            run.Emit(new RunEvent.DefragmentFinishedLate(target, blocked));
            run.Emit(new RunEvent.MemberDone(new TargetStatus(target, after), blocked));
            await PauseAsync(blocked, othersLeft, cancellationToken);
            return null;
        }

        if (after.IsLearner)
        {
            // A learner takes no linearizable reads, and its status alone proves nothing: 3.4 answers that in the middle of a defragmentation.
            return new Stop(StopReason.Unknown, $"the outcome of {target.Endpoint} is unknown: it has become a learner, of which nothing shows whether it is still defragmenting");
        }

        run.Emit(new RunEvent.MemberDone(new TargetStatus(target, after), blocked));
        if (Fail(target, MemberStep.Defragment, blocked, "the answer was lost; the member is back, but its file has not shrunk: nothing shows that it was rewritten") is { } stop)
        {
            return stop;
        }

        await PauseAsync(blocked, othersLeft, cancellationToken);
        return null;
    }

    private async Task PauseAsync(TimeSpan blocked, bool othersLeft, CancellationToken cancellationToken)
    {
        var adaptive = run.Options.WaitBetweenDefrags is null;
        var pause = run.Options.WaitBetweenDefrags ?? (blocked < MaxAdaptivePause ? blocked : MaxAdaptivePause);
        cancellationToken.ThrowIfCancellationRequested();
        if (!othersLeft || pause <= TimeSpan.Zero)
        {
            return;
        }

        run.Emit(new RunEvent.Pausing(pause, adaptive));
        await Task.Delay(pause, run.Time, cancellationToken);
    }

    /// <summary>Tells the member's status after a defragmentation that etcd confirmed.</summary>
    /// <returns>Whether it gave one; and why it does not bear out what etcd confirmed, null where it does.</returns>
    private async Task<(bool Told, string? Doubt)> TellDoneAsync(Target target, MemberStatus before, Func<TimeSpan> blocked)
    {
        if (await StatusAsync(target) is not { } after)
        {
            return (false, null);
        }

        if (after.MemberId != target.MemberId)
        {
            return (true, $"etcd confirmed a defragmentation, but this endpoint leads to member {after.MemberId} now: nothing shows which of the two was rewritten");
        }

        run.Emit(new RunEvent.MemberDone(new TargetStatus(target, after), blocked()));
        // Chosen: more than pages that are filled differently and a moment's writes can take up again.
        var noticeable = (before.DbSizeInUse.Bytes / 8) + (1024 * 1024);
        return (true, after.DbSize < before.DbSize || before.DbSizeFree.Bytes < noticeable
            ? null
            : $"etcd confirmed a defragmentation, but the file is as large as before although {before.DbSizeFree.ToHuman()} of it were free: see where this endpoint leads");
    }

    /// <summary>Also after an interrupt: what became of the member is what the report is for.</summary>
    private async Task<MemberStatus?> StatusAsync(Target target)
    {
        try
        {
            return await run.Client.GetStatusAsync(target.Endpoint, run.Options.CommandTimeout, CancellationToken.None);
        }
        catch (ClusterException)
        {
            return null; // the recovery gate asks again, and says what is wrong
        }
    }

    private Stop? Fail(Target target, MemberStep step, TimeSpan took, string problem)
    {
        run.Emit(new RunEvent.MemberFailed(target, step, took, problem));
        return run.Options.ContinueOnError
            ? null
            : new Stop(StopReason.MemberFailed, $"{target.Endpoint} failed, and --continue-on-error=false was given");
    }
}
