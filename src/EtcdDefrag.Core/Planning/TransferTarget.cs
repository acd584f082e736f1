using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Safety;

namespace EtcdDefrag.Core.Planning;

/// <summary>Chooses who is to lead while the leader is defragmented.</summary>
public static class TransferTarget
{
    /// <summary>A healthy, caught-up voter other than the leader, one already done if there is one, never a learner. Among equals
    /// the one furthest on, then the lowest id.</summary>
    /// <param name="snapshot">The cluster now.</param>
    /// <param name="leader">The member that leads and is to be relieved.</param>
    /// <param name="done">Members already dealt with in this run: they will not be blocked any more.</param>
    /// <returns>The member, or null when there is none that would do.</returns>
    public static MemberView? Choose(ClusterSnapshot snapshot, MemberId leader, IReadOnlySet<MemberId> done) =>
        snapshot.Voters
            .Where(view => view.Id != leader && view.IsHealthy && view.Status!.RaftLag <= RaftInSync.MaxUnapplied)
            .OrderByDescending(view => done.Contains(view.Id))
            .ThenByDescending(view => view.Status!.RaftAppliedIndex)
            .ThenBy(view => view.Id)
            .FirstOrDefault();
}
