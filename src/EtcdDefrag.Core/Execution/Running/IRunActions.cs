using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Planning;

namespace EtcdDefrag.Core.Execution.Running;

/// <summary>What a run does to a cluster, and what it needs to be allowed to. A run chooses once between
/// <see cref="ClusterActions"/> and <see cref="PlannedActions"/>; no other code asks whether it is a dry run.</summary>
internal interface IRunActions
{
    /// <summary>Whether we have the rights for what follows.</summary>
    /// <returns>Null: we have, or nobody can tell; otherwise why the run ends.</returns>
    Task<EarlyEnd?> CheckRightsAsync(ClusterSnapshot snapshot, CancellationToken cancellationToken);

    /// <summary>The last step before the first change.</summary>
    /// <returns>Null: the run may go on; otherwise why not.</returns>
    Task<EarlyEnd?> BeginAsync(ClusterSnapshot snapshot, CancellationToken cancellationToken);

    /// <summary>Compacts history.</summary>
    /// <param name="compaction">Up to where, and through which member.</param>
    /// <param name="snapshot">The cluster.</param>
    /// <param name="sizesDecide">Whether it depends on what is freed which members are defragmented.</param>
    /// <param name="cancellationToken">Ends waits, never the compaction.</param>
    /// <returns>Null: the run may go on; otherwise why not.</returns>
    Task<EarlyEnd?> CompactAsync(
        CompactionPlan.CompactTo compaction, ClusterSnapshot snapshot, bool sizesDecide, CancellationToken cancellationToken);

    /// <summary>Leave to start on a member.</summary>
    /// <param name="first">The cluster when the run began.</param>
    /// <param name="cancellationToken">The user's wish to stop.</param>
    /// <returns>The cluster now; or why nothing may be started.</returns>
    Task<(ClusterSnapshot? Snapshot, EarlyEnd? End)> AuthorizeAsync(ClusterSnapshot first, CancellationToken cancellationToken);

    /// <summary>Defragments a selected member.</summary>
    /// <returns>Why not on to the next, null where it is; and whether the member is to have another turn.</returns>
    Task<(EarlyEnd? End, bool Again)> DefragmentAsync(MemberWork work, CancellationToken cancellationToken);

    /// <summary>The cluster by which it is decided whether alarms may be cleared.</summary>
    /// <param name="snapshot">The cluster after the last member.</param>
    ClusterSnapshot AfterWork(ClusterSnapshot snapshot);

    /// <summary>Clears alarms.</summary>
    Task DisarmAsync(Endpoint endpoint, IReadOnlyList<Alarm> alarms, CancellationToken cancellationToken);

    /// <summary>Compares the members' data after the work (<c>--verify</c>).</summary>
    Task VerifyAfterAsync(CancellationToken cancellationToken);
}

/// <summary>A member that is to be defragmented.</summary>
/// <param name="Target">The member.</param>
/// <param name="View">What was read of it; it has a status.</param>
/// <param name="Snapshot">The cluster now; it has just passed all checks.</param>
/// <param name="Selection">Why it is defragmented.</param>
/// <param name="Done">Members dealt with before.</param>
/// <param name="OthersLeft">Whether members are left after this one: then a pause follows.</param>
internal sealed record MemberWork(
    Target Target, MemberView View, ClusterSnapshot Snapshot, Selection.Selected Selection, IReadOnlySet<MemberId> Done,
    bool OthersLeft)
{
    /// <summary>What the member said just now.</summary>
    public MemberStatus Before => View.Status!;
}
