using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution.Reading;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Core.Safety;

namespace EtcdDefrag.Core.Execution.Running;

/// <summary>How a member came back.</summary>
/// <param name="Problem">What is not well yet; null: all is.</param>
/// <param name="Blocked">From the call until the member was first seen to answer, and has answered since;
/// null when it does not.</param>
internal sealed record Recovery(string? Problem, TimeSpan? Blocked);

/// <summary>Takes fresh snapshots and judges them: before anything, before every member, and until a member is back.</summary>
internal sealed class SafetyGate(RunContext run, ClusterReader reader, SnapshotWait wait)
{
    /// <summary>How long what passes by itself is given before it counts as a refusal. Chosen: several of etcd's elections (1 s),
    /// and time to apply 1000 entries.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly string[] Transient = [new RaftInSync().Id, new OneLeader().Id];

    private static readonly string[] Consequences = [new QuorumRead().Id, new SurvivesOneLoss().Id];

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>After an unknown outcome the member must pass twice, this far apart: the call may still have been on its way when
    /// the first answer came.</summary>
    private static readonly TimeSpan SecondLook = TimeSpan.FromSeconds(1);

    /// <summary>One snapshot and its findings; read again for a while when all that refuses is that members
    /// lag, or elect a leader.</summary>
    /// <exception cref="ClusterUnreachableException">No endpoint gave the member list.</exception>
    public Task<(ClusterSnapshot Snapshot, IReadOnlyList<CheckFinding> Findings)> CheckAsync(
        CancellationToken cancellationToken) =>
        Poll.UntilAsync(run.Time, Patience, _ => LookAsync(cancellationToken),
            seen => seen.Findings.Refuse() && IsTransient(seen.Findings) ? PollInterval : null, cancellationToken);

    /// <summary>One snapshot and its findings, after somebody else's defragmentation has ended.</summary>
    private async Task<(ClusterSnapshot Snapshot, IReadOnlyList<CheckFinding> Findings)> LookAsync(
        CancellationToken cancellationToken)
    {
        while (true)
        {
            var snapshot = await reader.ReadAsync(cancellationToken, withMetrics: true);
            var findings = SafetyChecks.Evaluate(snapshot, run.Options.SkippedChecks);
            if (wait.IsSkipped
                || snapshot.Voters.FirstOrDefault(view => view.Metrics is { Defragmenting: true }) is not { } busy)
            {
                return (snapshot, findings);
            }

            if (await wait.ForDefragmentationAsync(busy, cancellationToken) is { } waited)
            {
                // Also when the run's time is over: another look would find the same, again and again.
                return (snapshot, [.. findings, TooLong(busy, waited)]);
            }

            // What was read beside it is old.
        }
    }

    /// <summary>Leave to start on a member now: a lock that is still ours, a fresh snapshot that passes all
    /// checks, and time left.</summary>
    /// <returns>The snapshot; or why nothing may be started. The findings that refuse have been told.</returns>
    /// <exception cref="ClusterUnreachableException">No endpoint gave the member list.</exception>
    public async Task<(ClusterSnapshot? Snapshot, EarlyEnd? End)> AuthorizeAsync(CancellationToken cancellationToken)
    {
        // The lock comes first: a member that hangs may make that take a while, and what was read
        // must be fresh when the call goes out.
        if (run.Lock is { } held && !await held.IsStillOursAsync())
        {
            return (null, LockLost);
        }

        var (snapshot, findings) = await CheckAsync(cancellationToken);
        foreach (var finding in findings.Where(finding => finding.Severity == FindingSeverity.Refusal))
        {
            run.Emit(new RunEvent.CheckFound(finding));
        }

        if (findings.Refuse())
        {
            return (null, EarlyEnd.Refusal(StopReason.Refused, findings));
        }

        return Ended is { } ended ? (null, ended) : (snapshot, null);
    }

    /// <summary>Why no further member may be started, by what is known without a call; null: it may.</summary>
    public EarlyEnd? Ended => run.Lock is { IsLost: true } ? LockLost : OutOfTime;

    /// <summary>The end of <c>--run-timeout</c>; null: there is time left.</summary>
    public EarlyEnd? OutOfTime => run.Options.RunTimeout is { } bound && run.Time.GetElapsedTime(run.Started) >= bound
        ? new EarlyEnd(StopReason.RunTimeout,
            $"--run-timeout {bound.TotalSeconds:0.###}s has passed: no further member is started")
        : null;

    /// <summary>Waits until the cluster passes all checks again after a member was blocked.</summary>
    /// <param name="target">The member that was blocked.</param>
    /// <param name="called">When it was called: the timestamp from which it was blocked.</param>
    /// <param name="afterUnknown">Whether its outcome is unknown: then it must be seen well twice.</param>
    /// <param name="cancellationToken">Ends the wait: the user wants us to stop.</param>
    /// <returns>What came of it.</returns>
    public async Task<Recovery> WaitUntilHealthyAsync(
        Target target, long called, bool afterUnknown, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(run.Options.RecoveryTimeout, run.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var state = new Recovery("it does not answer", null);
        var told = false;
        var needed = afterUnknown ? 2 : 1;
        var passes = 0;
        try
        {
            return await Poll.UntilAsync(run.Time, null, _ => LookAsync(),
                seen => seen.Problem is not null ? PollInterval : passes < needed ? SecondLook : null, either.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return state with { Problem = state.Problem ?? "it was healthy once, and there was no time to check again" };
        }

        async Task<Recovery> LookAsync()
        {
            state = await ReadRecoveryAsync(target, called, state, either.Token);
            passes = state.Problem is null ? passes + 1 : 0;
            if (state.Problem is { } problem && !told)
            {
                told = true;
                run.Emit(new RunEvent.Recovering(target, problem));
            }

            return state;
        }
    }

    private async Task<Recovery> ReadRecoveryAsync(
        Target target, long called, Recovery last, CancellationToken cancellationToken)
    {
        try
        {
            var snapshot = await reader.ReadAsync(cancellationToken);
            var findings = SafetyChecks.Evaluate(snapshot, run.Options.SkippedChecks);
            var refusal = findings.FirstOrDefault(finding => finding.Severity == FindingSeverity.Refusal);
            var member = snapshot.Find(target.MemberId);
            // The member itself must be seen well even where a check was skipped: it is the one that we blocked.
            return new Recovery(refusal?.Message ?? member?.StatusProblem ?? member?.ReadProblem,
                member?.Status is null ? null : last.Blocked ?? run.Time.GetElapsedTime(called));
        }
        catch (ClusterUnreachableException e)
        {
            return new Recovery(e.Message, null);
        }
    }

    /// <summary>Waits for a snapshot of the member to end; too long is a failure of the member, to which nothing was sent.</summary>
    /// <returns>As of a member's turn.</returns>
    public async Task<(EarlyEnd? End, bool Again)> WaitForSnapshotAsync(
        Target target, MemberView view, CancellationToken cancellationToken)
    {
        if (await wait.ForSnapshotAsync(view, cancellationToken) is not { } waited)
        {
            return (null, true);
        }

        return OutOfTime is { } late
            ? (late, false)
            : (run.Fail(
                target, MemberStep.Snapshot, waited,
                $"{NoSnapshotRunning.OfSnapshot(view.Label, view.Metrics!)}, still after {waited.TotalSeconds:0.#}s "
                + "(--snapshot-wait): a defragmentation would block the member until it ends, so none was sent"), false);
    }

    /// <summary>Whether it is still a voter of this cluster; tells when it is not.</summary>
    public bool IsStillVoter(Target target, ClusterSnapshot snapshot)
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

    private CheckFinding TooLong(MemberView view, TimeSpan waited) => new(
        NoSnapshotRunning.CheckId, FindingSeverity.Refusal,
        $"{NoSnapshotRunning.OfDefragmentation(view)}, still after {waited.TotalSeconds:0.#}s "
        + $"({(OutOfTime is null ? "--snapshot-wait" : "--run-timeout")})",
        "see who runs it; it ends by itself, or with the snapshot that it waits for");

    private static EarlyEnd LockLost => new(StopReason.LockLost,
        "the lock is lost: another run may be active, so no further member is started");

    /// <summary>Whether members lag or elect a leader, with what follows from it for their reads, and
    /// nothing else refuses.</summary>
    internal static bool IsTransient(IReadOnlyList<CheckFinding> findings)
    {
        var refusing = findings.Where(finding =>
            finding.Severity == FindingSeverity.Refusal).Select(finding => finding.CheckId).ToHashSet();
        return refusing.Overlaps(Transient) && refusing.All(id => Transient.Contains(id) || Consequences.Contains(id));
    }
}
