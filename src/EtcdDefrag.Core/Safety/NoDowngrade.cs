using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Core.Safety;

/// <summary>A downgrade rewrites the storage's version; leave the cluster alone until it is over.</summary>
public sealed class NoDowngrade : ISafetyCheck
{
    /// <inheritdoc/>
    public string Id => "no-downgrade";

    /// <inheritdoc/>
    public string Promise => "No downgrade of the cluster is in progress.";

    /// <inheritdoc/>
    public IEnumerable<CheckFinding> Evaluate(ClusterSnapshot snapshot) =>
        from view in snapshot.Views
        where view.Status?.DowngradeTarget is not null
        select new CheckFinding(
            Id,
            FindingSeverity.Refusal,
            $"{view.Label} is being downgraded to {view.Status!.DowngradeTarget}",
            "finish the downgrade, or cancel it with 'etcdctl downgrade cancel'");
}
