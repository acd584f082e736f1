using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution.Reading;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Core.Safety;

namespace EtcdDefrag.Core.Execution.Running;

/// <summary>What is found out before anything is changed.</summary>
/// <param name="Snapshot">The cluster as it was.</param>
/// <param name="Targets">The members to work on.</param>
internal sealed record PreflightResult(ClusterSnapshot Snapshot, IReadOnlyList<Target> Targets);

/// <summary>The first look at the cluster: everything is read and judged, nothing is changed.</summary>
internal sealed class Preflight(RunContext run, SafetyGate gate, IRunActions actions)
{
    /// <summary>Looks, tells, and either lets the run go on or says why not.</summary>
    public async Task<(PreflightResult? Result, EarlyEnd? End)> LookAsync(CancellationToken cancellationToken)
    {
        run.Emit(new RunEvent.HealthCheckStarted(run.Options.OnlyGivenEndpoints ? run.Request.Endpoints : null));
        ClusterSnapshot snapshot;
        IReadOnlyList<CheckFinding> findings;
        try
        {
            (snapshot, findings) = await gate.CheckAsync(cancellationToken);
        }
        catch (ClusterUnreachableException e) when (e.OnlyLearners)
        {
            return (null, new EarlyEnd(
                StopReason.Refused,
                "no endpoint is left to defragment: all endpoints are learners, which etcd does not defragment; give a voter. "
                + e.Message));
        }
        catch (ClusterUnreachableException e)
        {
            return (null, new EarlyEnd(StopReason.NoAccess, e.Message));
        }

        run.Emit(new RunEvent.ClusterFound(snapshot.ClusterId, snapshot.Members));
        if (run.Options is { UseCluster: true, ExcludeLocalhost: true } && snapshot.Voters.All(view => view.Endpoint is null))
        {
            return (null, NothingLeft());
        }

        Tell(snapshot, findings);
        if (findings.Refuse())
        {
            return (null, RefusalOf(snapshot, findings));
        }

        if (await actions.CheckRightsAsync(snapshot, cancellationToken) is { } denied)
        {
            return (null, denied);
        }

        return SelectTargets(snapshot);
    }

    private void Tell(ClusterSnapshot snapshot, IReadOnlyList<CheckFinding> findings)
    {
        foreach (var view in snapshot.Voters.OrderBy(view => view.Endpoint?.Text, StringComparer.Ordinal))
        {
            run.Emit(new RunEvent.HealthChecked(view));
        }

        foreach (var finding in findings)
        {
            run.Emit(new RunEvent.CheckFound(finding));
        }
    }

    private (PreflightResult? Result, EarlyEnd? End) SelectTargets(ClusterSnapshot snapshot)
    {
        var selection = TargetSelection.From(snapshot, run.Options);
        foreach (var note in selection.Notes)
        {
            run.Emit(new RunEvent.Noted(note));
        }

        if (selection.Unplaced.Count > 0)
        {
            return (null, new EarlyEnd(
                StopReason.Refused, $"it is unknown which member is behind {string.Join(' ', selection.Unplaced)}: "
                + "remove it from --endpoints, or give the member's own address"));
        }

        if (selection.Targets.Count == 0)
        {
            return (null, NothingLeft());
        }

        var statuses = selection.Targets
            .Select(target => (Target: target, snapshot.Find(target.MemberId)?.Status))
            .Where(pair => pair.Status is not null)
            .Select(pair => new TargetStatus(pair.Target, pair.Status!));
        run.Emit(new RunEvent.StatusesRead([.. statuses]));
        return (new PreflightResult(snapshot, selection.Targets), null);
    }

    private EarlyEnd NothingLeft() => new(
        StopReason.Refused,
        "no endpoint is left to defragment"
        + (run.Options.ExcludeLocalhost ? ": --exclude-localhost leaves out every one of them" : ""));

    internal static EarlyEnd RefusalOf(ClusterSnapshot snapshot, IReadOnlyList<CheckFinding> findings)
    {
        var voters = snapshot.Voters.ToArray();
        var refused = voters.Any(view => view.AccessRefused);
        // The list came from somewhere, but no voter lets us in.
        var silent = voters.Length > 0 && voters.All(view => view.Status is null && view.Member.HasStarted);
        return EarlyEnd.Refusal(refused || silent ? StopReason.NoAccess : StopReason.Refused, findings, refused
            ? Advice.RootNeeded : null);
    }
}
