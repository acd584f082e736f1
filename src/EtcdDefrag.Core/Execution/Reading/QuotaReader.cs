using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Planning;

namespace EtcdDefrag.Core.Execution.Reading;

/// <summary>Finds out each member's quota: what the user said, else what the member says, else etcd's default.</summary>
public static class QuotaReader
{
    /// <summary>The quotas of the members that were looked at.</summary>
    /// <param name="client">The port.</param>
    /// <param name="snapshot">The cluster.</param>
    /// <param name="given">The quota that the user gave; null: none.</param>
    /// <param name="timeout">Bound of each call.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<IReadOnlyDictionary<MemberId, Quota>> ReadAsync(
        IClusterClient client, ClusterSnapshot snapshot, ByteSize? given, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var quotas = await Task.WhenAll(
            snapshot.Views.Select(async view => (view.Id,
            Quota: await OfAsync(client, view, given, timeout, cancellationToken))));
        return quotas.ToDictionary(pair => pair.Id, pair => pair.Quota);
    }

    private static async Task<Quota> OfAsync(
        IClusterClient client, MemberView view, ByteSize? given, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (given is { } size)
        {
            return new Quota(size, QuotaSource.Flag);
        }

        if (view.Status?.DbSizeQuota is { } told)
        {
            return new Quota(told, QuotaSource.Status);
        }

        if (view.Status is null || view.Endpoint is null)
        {
            return Quota.Default;
        }

        if (view.Metrics is not null || view.MetricsProblem is not null)
        {
            return Of(view.Metrics, view.MetricsProblem); // one read for both
        }

        try
        {
            var metrics = await client.ReadMetricsAsync(view.Endpoint, timeout, cancellationToken);
            return Of(metrics, metrics is null ? MemberReader.NoPage : null);
        }
        catch (ClusterException e)
        {
            return Of(null, e.Message); // no reason to end the run here
        }
    }

    private static Quota Of(MemberMetrics? metrics, string? problem) => metrics?.Quota is { } told
        ? new Quota(told, QuotaSource.Metrics)
        : Quota.Default with { Unread = problem ?? "its metrics page does not tell" };

    /// <summary>What to tell of quotas that could not be read: what is judged by them may be judged wrongly.</summary>
    public static IEnumerable<string> Warnings(ClusterSnapshot snapshot, IReadOnlyDictionary<MemberId, Quota> quotas) =>
        from view in snapshot.Views
        let why = quotas.GetValueOrDefault(view.Id)?.Unread
        where why is not null
        group view.Label by why into same
        select $"the quota of {string.Join(", ", same)} is not known ({same.Key}), so etcd's default of {Quota.Default.Size.ToHuman()} is used; set it with --etcd-storage-quota-bytes, or name the page with --metrics-url";
}
