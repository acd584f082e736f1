using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Core.Safety;

/// <summary>A member that is behind must not be blocked as well, nor may the others lose one that is up to date. Before 3.4.38,
/// 3.5.23 and 3.6.5 a defragmentation of a member that is being sent a snapshot could even damage its data.</summary>
/// <remarks>Source: etcd issues 20650, 20653 and 20659.</remarks>
public sealed class RaftInSync : ISafetyCheck
{
    /// <summary>How many committed entries a voter may have left to apply. Chosen: a tenth of the 5000 at which etcd itself
    /// refuses writes (v3_server.go, maxGapBetweenApplyAndCommitIndex).</summary>
    public const ulong MaxUnapplied = 500;

    /// <summary>How many entries a voter's applied index may be behind the furthest one. Chosen: a fifth of the same limit; the
    /// statuses are not read at the same instant.</summary>
    public const ulong MaxBehind = 1000;

    /// <inheritdoc/>
    public string Id => "raft-in-sync";

    /// <inheritdoc/>
    public string Promise => $"No voter has more than {MaxUnapplied} committed entries to apply or is more than {MaxBehind} entries behind the furthest.";

    /// <inheritdoc/>
    public IEnumerable<CheckFinding> Evaluate(ClusterSnapshot snapshot)
    {
        const string Hint = "wait until it has caught up; if it does not, check its disk and network";
        var furthest = snapshot.Voters.Max(view => view.Status?.RaftAppliedIndex) ?? 0;
        foreach (var view in snapshot.Voters)
        {
            if (view.Status is not { } status)
            {
                continue; // members-reachable speaks of it
            }

            if (status.RaftLag > MaxUnapplied)
            {
                yield return new CheckFinding(Id, FindingSeverity.Refusal,
                    $"{view.Label} still has {status.RaftLag} committed entries to apply", Hint);
            }
            else if (furthest - status.RaftAppliedIndex > MaxBehind)
            {
                yield return new CheckFinding(
                    Id, FindingSeverity.Refusal, $"{view.Label} is {furthest - status.RaftAppliedIndex} entries behind the furthest member", Hint);
            }
        }
    }
}
