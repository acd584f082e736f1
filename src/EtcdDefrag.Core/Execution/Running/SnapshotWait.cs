using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution.Reading;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Core.Safety;

namespace EtcdDefrag.Core.Execution.Running;

/// <summary>Waits until nobody reads a snapshot of a member, and until somebody else's defragmentation has ended.</summary>
/// <param name="run">The run.</param>
/// <param name="reader">Reads the members' metrics pages.</param>
/// <param name="waits">Whether the run waits at all: one that changes nothing need not.</param>
internal sealed class SnapshotWait(RunContext run, ClusterReader reader, bool waits)
{
    /// <summary>Chosen: a page of 150 kB each time.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<MemberId, TimeSpan> _waited = [];
    private readonly HashSet<MemberId> _blind = [];
    private readonly HashSet<MemberId> _elsewhere = [];

    /// <summary>Whether nothing is waited for: the run changes nothing, or the user lets it pass.</summary>
    public bool IsSkipped => !waits || run.Options.SkippedChecks.Contains(NoSnapshotRunning.CheckId);

    /// <summary>Notes that it has been told which members' backups can't be seen.</summary>
    public void HasTold(ClusterSnapshot snapshot) =>
        _blind.UnionWith(snapshot.Voters.Where(view => view.MetricsProblem is not null).Select(view => view.Id));

    /// <summary>Looks at the member's page now, right before its defragmentation.</summary>
    /// <returns>What the page says. That it can't be read is told once.</returns>
    public async Task<MemberView> LookAsync(MemberView view, CancellationToken cancellationToken)
    {
        if (IsSkipped)
        {
            return view with { Metrics = null, IsMetricsOfAnother = false };
        }

        var looked = await reader.ReadMetricsAsync(view, cancellationToken);
        if (looked.MetricsProblem is { } problem && _blind.Add(view.Id))
        {
            run.Emit(new RunEvent.Warned($"whether a backup of {view.Label} runs can't be seen: {problem}"));
        }

        return looked;
    }

    /// <summary>
    /// Whether the page just read is another member's, for the first time. Then the endpoint may lead to that member since the
    /// checks, and they must be repeated. Only once for each member: if they pass again, only the page comes from elsewhere
    /// (--metrics-url).
    /// </summary>
    public bool MayLeadElsewhere(MemberView looked) => looked.IsMetricsOfAnother && _elsewhere.Add(looked.Id);

    /// <summary>Waits until no snapshot of the member is read.</summary>
    /// <returns>How long this member was waited for in all, if it is still read after the time given; null: it is not.</returns>
    public Task<TimeSpan?> ForSnapshotAsync(MemberView view, CancellationToken cancellationToken) =>
        WaitAsync(view, metrics => metrics.IsSnapshotOpen, NoSnapshotRunning.OfSnapshot(view.Label, view.Metrics!),
            cancellationToken);

    /// <summary>Waits until no defragmentation runs on the member.</summary>
    /// <returns>As for a snapshot.</returns>
    public Task<TimeSpan?> ForDefragmentationAsync(MemberView view, CancellationToken cancellationToken) =>
        WaitAsync(view, metrics => metrics.Defragmenting == true, NoSnapshotRunning.OfDefragmentation(view), cancellationToken);

    /// <summary>What the member's page says that it does, after a call whose outcome is unknown.</summary>
    /// <returns>To be added to a sentence; empty where the page does not tell.</returns>
    public async Task<string> WhatRunsAsync(Target target)
    {
        var view = new MemberView { Member = new Member(target.MemberId, "", [], IsLearner: false), Endpoint = target.Endpoint };
        return (await reader.ReadMetricsAsync(view, CancellationToken.None)).Metrics switch
        {
            { IsSnapshotOpen: true } => "; by its metrics a snapshot is being read, and a defragmentation waits until that ends",
            { Defragmenting: true } => "; by its metrics a defragmentation is running",
            { Defragmenting: false } => "; by its metrics no defragmentation is running",
            _ => "",
        };
    }

    private async Task<TimeSpan?> WaitAsync(
        MemberView view, Func<MemberMetrics, bool> isBusy, string reason, CancellationToken cancellationToken)
    {
        var before = _waited.GetValueOrDefault(view.Id);
        var left = run.Options.SnapshotWait - before;
        if (run.Options.RunTimeout is { } bound && bound - run.Time.GetElapsedTime(run.Started) is var rest && rest < left)
        {
            left = rest;
        }

        if (left <= TimeSpan.Zero)
        {
            return before;
        }

        var started = run.Time.GetTimestamp();
        run.Emit(new RunEvent.SnapshotWaitStarted(view.Endpoint!, reason, left));
        await Task.Delay(PollInterval, run.Time, cancellationToken); // it was busy just now
        var busy = await Poll.UntilAsync(run.Time, left - PollInterval, async _ =>
            // Seen running, and a page that cannot be read says nothing else.
            (await reader.ReadMetricsAsync(view, cancellationToken)).Metrics is not { } metrics || isBusy(metrics),
            busy => busy ? PollInterval : null, cancellationToken);
        var took = run.Time.GetElapsedTime(started);
        _waited[view.Id] = before + took;
        run.Emit(new RunEvent.SnapshotWaitFinished(view.Endpoint!, took, !busy));
        return busy ? before + took : null;
    }
}
