using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Core.Safety;

/// <summary>Members that disagree about the leader are partitioned or in the middle of an election.</summary>
public sealed class OneLeader : ISafetyCheck
{
    /// <inheritdoc/>
    public string Id => "one-leader";

    /// <inheritdoc/>
    public string Promise => "All voters name the same leader.";

    /// <inheritdoc/>
    public IEnumerable<CheckFinding> Evaluate(ClusterSnapshot snapshot)
    {
        const string Hint = "wait for the election to end, or repair the network between the members";
        MemberView? first = null;
        foreach (var view in snapshot.Voters)
        {
            if (view.Status is not { } status)
            {
                continue; // members-reachable speaks of it
            }

            if (status.Leader.IsNone)
            {
                yield return new CheckFinding(Id, FindingSeverity.Refusal, $"{view.Label} has no leader", Hint);
                continue;
            }

            first ??= view;
            if (status.Leader != first.Status!.Leader)
            {
                yield return new CheckFinding(
                    Id, FindingSeverity.Refusal, $"{view.Label} names {status.Leader} as the leader, {first.Label} names {first.Status.Leader}", Hint);
            }
        }
    }
}
