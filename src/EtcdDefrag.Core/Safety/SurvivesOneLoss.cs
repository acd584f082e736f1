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
                $"the cluster has {voters} voter(s): writes stall while a member is defragmented");
            yield break;
        }

        // Voters that nobody looked at (--skip-healthcheck-cluster-endpoints) are taken to be well: the user asked for that.
        var unwell = snapshot.Members.Count(member => !member.IsLearner && !member.HasStarted)
            + snapshot.Voters.Count(view => view.Member.HasStarted && !IsWell(view));
        if (voters - unwell - 1 < snapshot.Quorum)
        {
            yield return new CheckFinding(
                Id,
                FindingSeverity.Refusal,
                $"{unwell} of {voters} voters are not known to be healthy: with one more blocked {Math.Max(0, voters - unwell - 1)} would be left, and a quorum needs {snapshot.Quorum}",
                "see the findings on these voters above");
        }
    }

    /// <summary>One that answers that we are not allowed is up; the check that asks for its status refuses.</summary>
    private static bool IsWell(MemberView view) => view switch
    {
        { Status: null } => view.Trouble is Trouble.Rights && (view.ReadProblem is null || view.ReadTrouble is Trouble.Rights),
        _ => view.ReadProblem is null,
    };
}
