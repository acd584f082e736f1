using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution.Reading;
using EtcdDefrag.Core.Planning;

namespace EtcdDefrag.Core.Execution.Running;

/// <summary>Defragments one member, finds out what became of it, and waits until it is truly back.</summary>
internal sealed class Defragmenter(RunContext run, SafetyGate gate, SnapshotWait wait)
{
    /// <summary>A member that was blocked for less than this needs no pause. Source: clients'
    /// leases last 10 s and more.</summary>
    private static readonly TimeSpan ShortBlock = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause that the tool chooses by itself.</summary>
    private static readonly TimeSpan MaxAdaptivePause = TimeSpan.FromSeconds(30);

    /// <summary>Defragments the member.</summary>
    /// <param name="target">The member; leadership is where it is to be.</param>
    /// <param name="before">What it said just now.</param>
    /// <param name="othersLeft">Whether members are left after this one: then a pause follows.</param>
    /// <param name="cancellationToken">The user's wish to stop: ends waits, never the defragmentation.</param>
    /// <returns>Null: on to the next; otherwise why not.</returns>
    public async Task<EarlyEnd?> DefragmentAsync(
        Target target, MemberStatus before, bool othersLeft, CancellationToken cancellationToken)
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
            return run.Fail(target, MemberStep.Defragment, run.Time.GetElapsedTime(started), e.Message);
        }
        catch (ClusterException e)
        {
            var took = run.Time.GetElapsedTime(started);
            run.Emit(new RunEvent.OutcomeUnknown(target, took, e.Message + await wait.WhatRunsAsync(target),
                run.Options.RecoveryTimeout));
            return await AfterUnknownAsync(target, before, started, othersLeft, cancellationToken);
        }

        return await AfterConfirmedAsync(target, before, started, othersLeft, cancellationToken);
    }

    private async Task<EarlyEnd?> AfterConfirmedAsync(
        Target target, MemberStatus before, long started, bool othersLeft, CancellationToken cancellationToken)
    {
        var blocked = run.Time.GetElapsedTime(started);
        // Also after an interrupt: what became of the member in flight is what the report is for.
        var (told, doubt) = await ReportDoneAsync(target, before, () => run.Time.GetElapsedTime(started));
        var failed = doubt is null ? null : run.Fail(target, MemberStep.Defragment, blocked, doubt);
        var recovery = await gate.WaitUntilHealthyAsync(target, started, afterUnknown: false, cancellationToken);
        if (!told && recovery.Blocked is { } silent)
        {
            (_, doubt) = await ReportDoneAsync(target, before, () => silent);
            failed = doubt is null ? null : run.Fail(target, MemberStep.Defragment, blocked, doubt);
        }

        if (recovery.Problem is { } problem)
        {
            return new EarlyEnd(StopReason.NotRecovered,
                $"{target.Endpoint} was defragmented, but {run.Options.RecoveryTimeout.TotalSeconds:0.###}s later "
                + $"the cluster is not healthy: {problem}");
        }

        if (failed is null)
        {
            await PauseAsync(blocked, othersLeft, cancellationToken);
        }

        return failed;
    }

    private async Task<EarlyEnd?> AfterUnknownAsync(
        Target target, MemberStatus before, long started, bool othersLeft, CancellationToken cancellationToken)
    {
        // The user's interrupt does not end this wait: the member is in flight, and its outcome is what the report is for.
        var (problem, answered) = await gate.WaitUntilHealthyAsync(target, started, afterUnknown: true, CancellationToken.None);
        var blocked = answered ?? run.Time.GetElapsedTime(started);
        var after = problem is null ? await StatusAsync(target) : null;
        if (after is null || after.MemberId != target.MemberId)
        {
            return new EarlyEnd(
                StopReason.Unknown,
                $"the outcome of {target.Endpoint} is unknown: it may still be defragmenting ({problem ?? "it stopped answering again"}). "
                + $"Start nothing else on this cluster until it answers again");
        }

        if (after.IsLearner)
        {
            // A learner takes no linearizable reads, and its status alone proves nothing: etcd 3.4 answers Status while it
            // defragments. Nor does a smaller file: another defragmentation may have shrunk it, with ours waiting behind it.
            return new EarlyEnd(
                StopReason.Unknown,
                $"the outcome of {target.Endpoint} is unknown: it is a learner now, "
                + "so the tool cannot see whether it is still defragmenting");
        }

        if (after.DbSize < before.DbSize)
        {
            run.Emit(new RunEvent.DefragmentFinishedLate(target, blocked));
            run.Emit(new RunEvent.MemberDone(new TargetStatus(target, after), blocked));
            await PauseAsync(blocked, othersLeft, cancellationToken);
            return null;
        }

        run.Emit(new RunEvent.MemberDone(new TargetStatus(target, after), blocked));
        if (run.Fail(target, MemberStep.Defragment, blocked,
            "the answer was lost; the member is back, but its file has not shrunk, so it does not count as rewritten") is { } end)
        {
            return end;
        }

        await PauseAsync(blocked, othersLeft, cancellationToken);
        return null;
    }

    private async Task PauseAsync(TimeSpan blocked, bool othersLeft, CancellationToken cancellationToken)
    {
        var adaptive = run.Options.WaitBetweenDefrags is null;
        var pause = run.Options.WaitBetweenDefrags
            ?? (blocked < ShortBlock ? TimeSpan.Zero : blocked < MaxAdaptivePause ? blocked : MaxAdaptivePause);
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
    private async Task<(bool Told, string? Doubt)> ReportDoneAsync(Target target, MemberStatus before, Func<TimeSpan> blocked)
    {
        if (await StatusAsync(target) is not { } after)
        {
            return (false, null);
        }

        if (after.MemberId != target.MemberId)
        {
            return (true, $"etcd confirmed a defragmentation, but this endpoint leads to member {after.MemberId} now: "
                + "it is unknown which of the two was rewritten");
        }

        run.Emit(new RunEvent.MemberDone(new TargetStatus(target, after), blocked()));
        return (true, Rewriting.IsConfirmed(before, after)
            ? null
            : $"etcd confirmed a defragmentation, but the file has not shrunk although {before.DbSizeFree.ToHuman()} were free: "
                + "check which member this endpoint leads to");
    }

    /// <summary>Also after an interrupt: what became of the member is what the report is for.</summary>
    private Task<MemberStatus?> StatusAsync(Target target) =>
        run.Client.StatusOrNullAsync(target.Endpoint, run.Options.CommandTimeout, CancellationToken.None);
}
