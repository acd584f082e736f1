using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Core.Safety;

/// <summary>A voter that was added but never started counts for the quorum and can't help to reach it.</summary>
public sealed class MembersStarted : ISafetyCheck
{
    /// <inheritdoc/>
    public string Id => "members-started";

    /// <inheritdoc/>
    public string Promise => "Every voter of the member list has started.";

    /// <inheritdoc/>
    public IEnumerable<CheckFinding> Evaluate(ClusterSnapshot snapshot)
    {
        foreach (var member in snapshot.Members.Where(member => !member.HasStarted))
        {
            yield return member.IsLearner
                ? new CheckFinding(Id, FindingSeverity.Notice,
                    $"learner {member.Id} was added to the cluster but has not started")
                : new CheckFinding(
                    Id,
                    FindingSeverity.Refusal,
                    $"voter {member.Id} was added to the cluster but has not started: it counts toward quorum but cannot vote",
                    $"start it, or remove it with 'etcdctl member remove {member.Id}'");
        }
    }
}
