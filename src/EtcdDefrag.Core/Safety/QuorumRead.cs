using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Core.Safety;

/// <summary>Status is a local answer. A linearizable read shows that the member and a quorum really work together.</summary>
public sealed class QuorumRead : ISafetyCheck
{
    /// <inheritdoc/>
    public string Id => "quorum-read";

    /// <inheritdoc/>
    public string Promise => "A linearizable read through every voter works.";

    /// <inheritdoc/>
    public IEnumerable<CheckFinding> Evaluate(ClusterSnapshot snapshot) =>
        from view in snapshot.Voters
        where view.Status is not null && view.ReadProblem is not null
        select new CheckFinding(
            Id,
            FindingSeverity.Refusal,
            $"a linearizable read through {view.Label} failed: {view.ReadProblem}",
            view.ReadTrouble is Trouble.Rights ? Advice.RootNeeded : "check that most voters are up, and check the member's log");
}
