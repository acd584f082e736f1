using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution.Reading;
using EtcdDefrag.Core.Planning;

namespace EtcdDefrag.Core.Execution.Running;

/// <summary>The actions of a run that changes the cluster.</summary>
internal sealed class ClusterActions(RunContext run, ClusterReader reader, SafetyGate gate, SnapshotWait wait) : IRunActions
{
    private readonly MemberDefragmentation _member = new(run, gate, wait);

    /// <inheritdoc/>
    public Task<EarlyEnd?> CheckRightsAsync(ClusterSnapshot snapshot, CancellationToken cancellationToken) =>
        Rights.CheckAsync(run, snapshot, cancellationToken);

    /// <summary>Takes the lock if it is wanted, and looks whether there is time left.</summary>
    public async Task<EarlyEnd?> BeginAsync(ClusterSnapshot snapshot, CancellationToken cancellationToken)
    {
        if (run.Options.Lock)
        {
            // One that is down may have been let pass (--skip-check): the lock is asked for where it can be had.
            var servers = snapshot.Voters.OrderBy(view => view.Status is null).Select(view => view.Endpoint).OfType<Endpoint>();
            (run.Lock, var locked) = await RunLock.TakeAsync(run, [.. servers], cancellationToken);
            if (locked is not null)
            {
                return locked;
            }
        }

        return gate.OutOfTime; // no history is given up for members that would not be started
    }

    /// <inheritdoc/>
    public Task<EarlyEnd?> CompactAsync(
        CompactionPlan.CompactTo compaction, ClusterSnapshot snapshot, bool sizesDecide, CancellationToken cancellationToken) =>
        new Compactor(run, reader).CompactAsync(compaction, snapshot, sizesDecide, cancellationToken);

    /// <inheritdoc/>
    public Task<(ClusterSnapshot? Snapshot, EarlyEnd? End)> AuthorizeAsync(
        ClusterSnapshot first, CancellationToken cancellationToken) => gate.AuthorizeAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<(EarlyEnd? End, bool Again)> DefragmentAsync(MemberWork work, CancellationToken cancellationToken) =>
        _member.DefragmentAsync(work, cancellationToken);

    /// <inheritdoc/>
    public ClusterSnapshot AfterWork(ClusterSnapshot snapshot) => snapshot;

    /// <inheritdoc/>
    public Task DisarmAsync(Endpoint endpoint, IReadOnlyList<Alarm> alarms, CancellationToken cancellationToken) =>
        new Disarmer(run, reader).DisarmAsync(endpoint, alarms, cancellationToken);

    /// <inheritdoc/>
    public async Task VerifyAfterAsync(CancellationToken cancellationToken) =>
        await new Verifier(run).VerifyAsync(VerifyPhase.After, await reader.ReadAsync(cancellationToken), cancellationToken);
}
