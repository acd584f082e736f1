using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution.Reading;
using EtcdDefrag.Core.Planning;

namespace EtcdDefrag.Core.Execution.Running;

/// <summary>
/// Carries out a run. A plan is intent, not permission: before every member the cluster is read anew, judged by
/// the same checks as at the beginning, and ordered by the leadership of that moment. Nothing is started beside
/// anything that may still be running.
/// </summary>
public sealed class DefragRun
{
    private readonly RunContext _run;
    private readonly ClusterReader _reader;
    private readonly SafetyGate _gate;
    private readonly SnapshotWait _wait;
    private readonly IRunActions _actions;

    /// <summary>Prepares a run. Nothing is contacted yet.</summary>
    /// <param name="client">The port to etcd.</param>
    /// <param name="time">The clock.</param>
    /// <param name="request">What to do, and where.</param>
    /// <param name="observer">Who is told what happens.</param>
    public DefragRun(IClusterClient client, TimeProvider time, RunRequest request, IRunObserver observer)
    {
        _run = new RunContext(client, time, request, observer);
        _reader = new ClusterReader(_run.Client, time, request.Options, request.Endpoints);
        var dryRun = request.Options.DryRun;
        _wait = new SnapshotWait(_run, _reader, waits: !dryRun);
        _gate = new SafetyGate(_run, _reader, _wait);
        _actions = dryRun ? new PlannedActions(_run) : new ClusterActions(_run, _reader, _gate, _wait);
    }

    /// <summary>Runs to the end, whatever the cluster does.</summary>
    /// <param name="cancellationToken">The user's wish to stop: no further member is started; one
    /// in flight is waited for.</param>
    /// <returns>What was done. Never throws for anything that the cluster or the user did.</returns>
    public async Task<RunReport> RunAsync(CancellationToken cancellationToken)
    {
        _run.Emit(new RunEvent.RunStarted(_run.Report.Report.DryRun, _run.Rule?.Text, _run.Time.GetUtcNow()));
        try
        {
            var (ended, begun) = await RunStepsAsync(cancellationToken);
            if (ended is not null)
            {
                _run.Emit(new RunEvent.Stopped(ended.Reason, ended.Explanation)
                {
                    Checks =
                    [.. ended.Findings.Select(finding => finding.CheckId).Distinct()],
                    Advice = ended.Advice
                });
                _run.Lock?.LeaveWhen(ended.Reason == StopReason.Unknown);
            }

            if (begun is not null)
            {
                await CloseAsync(ended, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _run.Emit(new RunEvent.Stopped(StopReason.Interrupted, "interrupted: no further member is started"));
        }
        catch (ClusterUnreachableException e)
        {
            _run.Emit(new RunEvent.Stopped(StopReason.NoAccess, e.Message));
        }
        finally
        {
            if (_run.Lock is { } held)
            {
                await held.DisposeAsync();
            }
        }

        if (_reader.Alarms.Count > 0)
        {
            _run.Emit(new RunEvent.AlarmsLeft(_reader.Alarms));
        }

        var finished = _run.Report.Finish(_run.Time.GetElapsedTime(_run.Started));
        _run.Emit(finished);
        return finished.Report;
    }

    /// <returns>Why the run ended early, and the preflight's result where there was one.</returns>
    private async Task<(EarlyEnd? Ended, PreflightResult? Begun)> RunStepsAsync(CancellationToken cancellationToken)
    {
        var (preflight, refusal) = await new Preflight(_run, _gate, _actions).LookAsync(cancellationToken);
        if (preflight is null)
        {
            return (refusal, null);
        }

        var snapshot = preflight.Snapshot;
        _wait.HasTold(snapshot);
        var quotas = await QuotasAsync(snapshot, cancellationToken);
        if (_run.Options.Verify && await VerifyBeforeAsync(snapshot, cancellationToken) is { } differ)
        {
            return (differ, null);
        }

        if (await _actions.BeginAsync(snapshot, cancellationToken) is { } refused)
        {
            return (refused, null);
        }

        var order = Planner.Order(preflight.Targets, snapshot);
        var compaction = Planner.PlanCompaction(snapshot, order, _run.Options, _run.Rule, quotas);
        if (compaction is CompactionPlan.LeaveAlone { Why: var why })
        {
            _run.Emit(new RunEvent.CompactionSkipped(why));
        }
        else if (await _actions.CompactAsync((CompactionPlan.CompactTo)compaction, snapshot, SizesDecide(order, snapshot, quotas),
            cancellationToken) is { } failed)
        {
            return (failed, preflight);
        }

        _run.Emit(new RunEvent.OrderDecided(order, Selected(order, snapshot, quotas)));
        return (await WorkAsync(order, snapshot, quotas, cancellationToken), preflight);
    }

    /// <summary>Whether some member's selection could change by what the compaction frees.</summary>
    private bool SizesDecide(IReadOnlyList<Target> order, ClusterSnapshot snapshot, IReadOnlyDictionary<MemberId, Quota> quotas) =>
        order.Any(target => snapshot.Find(target.MemberId)?.Status is { } status
            && Selection.DecideBeforeCompaction(status, quotas.GetValueOrDefault(target.MemberId) ?? Quota.Default, _run.Rule,
                _run.Options.MinReclaim)
                is Selection.UntilCompaction or Selection.Undecidable);

    private int? Selected(IReadOnlyList<Target> order, ClusterSnapshot snapshot, IReadOnlyDictionary<MemberId, Quota> quotas) =>
        _run.Rule is null && _run.Options.MinReclaim.Bytes == 0 ? null
        : order.Count(target => (_run.Settled?.GetValueOrDefault(target.MemberId)
            ?? snapshot.Find(target.MemberId)?.Status) is { } status
            && Selection.Decide(status, quotas.GetValueOrDefault(target.MemberId) ?? Quota.Default, _run.Rule,
                _run.Options.MinReclaim) is Selection.Selected);

    private async Task<EarlyEnd?> WorkAsync(
        IReadOnlyList<Target> order, ClusterSnapshot first, IReadOnlyDictionary<MemberId, Quota> quotas,
            CancellationToken cancellationToken)
    {
        var turn = new MemberTurn(_run, _gate, _wait, _actions);
        var remaining = order.ToList();
        var done = new HashSet<MemberId>();
        while (remaining.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (snapshot, refusal) = await _actions.AuthorizeAsync(first, cancellationToken);
            if (snapshot is null)
            {
                return refusal;
            }

            var target = Planner.Next(remaining, snapshot);
            remaining.Remove(target);
            var quota = quotas.GetValueOrDefault(target.MemberId) ?? Quota.Default;
            var (ended, again) = await turn.TakeAsync(target, snapshot, quota, done, remaining.Count > 0, cancellationToken);
            if (ended is not null)
            {
                return ended;
            }

            if (again)
            {
                remaining.Add(target);
                continue;
            }

            done.Add(target.MemberId);
        }

        return null;
    }

    /// <summary>What is done after the last member, also when some failed: but not beside a member that
    /// may still be blocked.</summary>
    private async Task CloseAsync(EarlyEnd? ended, CancellationToken cancellationToken)
    {
        if (ended?.Reason is StopReason.Unknown or StopReason.NotRecovered or StopReason.LockLost)
        {
            return;
        }

        if (_run.Options.AutoDisalarm)
        {
            await new DisarmStep(_run, _reader, _actions).RunAsync(cancellationToken);
        }

        if (_run.Options.Verify)
        {
            await _actions.VerifyAfterAsync(cancellationToken);
        }
    }

    private async Task<EarlyEnd?> VerifyBeforeAsync(ClusterSnapshot snapshot, CancellationToken cancellationToken) =>
        await new Verifier(_run).VerifyAsync(VerifyPhase.Before, snapshot, cancellationToken) switch
        {
            VerifyResult.Equal => null,
            VerifyResult.Different => new EarlyEnd(StopReason.DataDiffer,
                "the members' data differ, and nothing was changed yet: find out why first"),
            _ => new EarlyEnd(StopReason.Refused, "--verify: the members' data could not be compared, so nothing is changed"),
        };

    /// <summary>Asked for only where something depends on it: it may cost a call to each member.</summary>
    private async Task<IReadOnlyDictionary<MemberId, Quota>> QuotasAsync(
        ClusterSnapshot snapshot, CancellationToken cancellationToken)
    {
        if (_run.Rule is not { } rule || !(rule.Variables.Contains("dbQuota") || rule.Variables.Contains("dbQuotaUsage")))
        {
            return snapshot.Views.ToDictionary(view => view.Id, _ => Quota.Default);
        }

        var quotas = await QuotaReader.ReadAsync(_run.Client, snapshot, _run.Options.Quota, _run.Options.CommandTimeout,
            cancellationToken);
        _run.Emit(new RunEvent.QuotasRead(quotas));
        foreach (var warning in QuotaReader.Warnings(snapshot, quotas))
        {
            _run.Emit(new RunEvent.Warned(warning));
        }

        return quotas;
    }
}
