using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution.Reading;

namespace EtcdDefrag.Core.Execution.Running;

/// <summary>Whether the user that we are has the rights that a run needs.</summary>
internal static class Rights
{
    /// <summary>
    /// Whether we may do what will be done, which only the root role may. Reading is allowed to others in many versions, so the
    /// rights would be found missing halfway. The question is a hash up to a revision that never comes: rights are looked at
    /// first, then there is nothing to hash.
    /// </summary>
    /// <remarks>Source: etcd server/etcdserver/api/v3rpc/maintenance.go, authMaintenanceServer.HashKV; mvcc HashByRev.</remarks>
    public static async Task<EarlyEnd?> CheckAsync(
        RunContext run, ClusterSnapshot snapshot, CancellationToken cancellationToken)
    {
        foreach (var view in snapshot.Voters.Where(view => view.Status is not null && view.Endpoint is not null))
        {
            try
            {
                await run.Client.HashKeySpaceAsync(view.Endpoint!, long.MaxValue, run.Options.CommandTimeout, cancellationToken);
                return null;
            }
            catch (ServerRejectedException e) when (e.Kind is RejectionKind.FutureRevision or RejectionKind.Compacted)
            {
                return null; // who may not ask would not have been told
            }
            catch (ServerRejectedException e) when (
                e.Kind is RejectionKind.Unavailable or RejectionKind.NoLeader or RejectionKind.Unimplemented)
            {
                // It can't tell now: another one may.
            }
            catch (ServerRejectedException e)
            {
                return new EarlyEnd(StopReason.NoAccess,
                    $"endpoint {view.Endpoint}: {e.WithoutEndpoint}{MemberReader.AccessHint(e)}");
            }
            catch (NoAnswerException)
            {
                // Rights are the same on every member: another one can tell.
            }
        }

        return null;
    }
}
