using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Core.Execution.Reading;

/// <summary>Statuses of which none is an answer, too.</summary>
internal static class Statuses
{
    /// <summary>Reads what the member says about itself.</summary>
    /// <returns>Null: it gave no status. The checks before the next member, or the recovery gate, say why.</returns>
    public static async Task<MemberStatus?> StatusOrNullAsync(
        this IClusterClient client, Endpoint endpoint, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            return await client.GetStatusAsync(endpoint, timeout, cancellationToken);
        }
        catch (ClusterException)
        {
            return null;
        }
    }
}
