using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Core.Safety;

/// <summary>While a member is defragmented it is as good as down: the others must be able to go on without it.</summary>
public sealed class SurvivesOneLoss : ISafetyCheck
{
    /// <inheritdoc/>
    public string Id => "survives-one-loss";

    /// <inheritdoc/>
    public string Promise => "With three voters or more, a quorum remains while one of them is blocked.";

    /// <inheritdoc/>
    public IEnumerable<CheckFinding> Evaluate(ClusterSnapshot snapshot)
    {
        var voters = snapshot.VoterCount;
        if (voters < 3)
        {
            yield return new CheckFinding(
                Id,
                FindingSeverity.Notice,
                $"the cluster has {voters} voter(s): nothing can be written while a member is being defragmented");
            yield break;
        }

        // Voters that nobody looked at (--skip-healthcheck-cluster-endpoints) are taken to be well: the user asked for that.
        var unwell = snapshot.Members.Count(member => !member.IsLearner && !member.HasStarted)
            + snapshot.Voters.Count(view => view.Member.HasStarted && (view.Status is null || view.ReadProblem is not null));
        if (voters - unwell - 1 < snapshot.Quorum)
        {
            yield return new CheckFinding(
                Id,
                FindingSeverity.Refusal,
                $"{unwell} of {voters} voters are not well: blocking one more would leave {voters - unwell - 1}, and {snapshot.Quorum} are needed for a quorum",
                "bring the members back first");
        }
    }
}
