using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Core.Safety;

/// <summary>No two clusters in one run: their members would be taken for each other's.</summary>
public sealed class SameCluster : ISafetyCheck
{
    /// <inheritdoc/>
    public string Id => "same-cluster";

    /// <inheritdoc/>
    public string Promise => "All endpoints belong to one cluster.";

    /// <inheritdoc/>
    public IEnumerable<CheckFinding> Evaluate(ClusterSnapshot snapshot)
    {
        foreach (var given in snapshot.Given)
        {
            if (given.ClusterId is { } cluster && cluster != snapshot.ClusterId)
            {
                yield return Refusal($"endpoint {given.Endpoint} belongs to cluster {cluster}, the others to cluster {snapshot.ClusterId}");
            }
            else if (given.MemberId is { } id && snapshot.Members.All(member => member.Id != id))
            {
                yield return Refusal($"endpoint {given.Endpoint} answers as member {id}, which is not in the member list of cluster {snapshot.ClusterId}");
            }
        }

        foreach (var endpoint in snapshot.Unidentified)
        {
            yield return new(
                Id, FindingSeverity.Warning, $"endpoint {endpoint} does not answer, and no member of cluster {snapshot.ClusterId} advertises it: it may belong to another cluster",
                "if it belongs to another cluster, run once for each cluster; if it is outdated, remove it");
        }

        foreach (var view in snapshot.Views)
        {
            if (view.Status is { } status && status.ClusterId != snapshot.ClusterId)
            {
                yield return Refusal($"endpoint {view.Label} belongs to cluster {status.ClusterId}, the others to cluster {snapshot.ClusterId}");
            }
        }
    }

    private CheckFinding Refusal(string message) =>
        new(Id, FindingSeverity.Refusal, message, "give endpoints of one cluster only, and run once for each cluster");
}
