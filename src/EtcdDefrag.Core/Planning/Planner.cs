using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Rules;

namespace EtcdDefrag.Core.Planning;

/// <summary>What is to happen to history before anything is defragmented. A closed family.</summary>
public abstract record CompactionPlan
{
    private protected CompactionPlan()
    {
    }

    /// <summary>History is left alone.</summary>
    /// <param name="Why">The reason, in words.</param>
    public sealed record LeaveAlone(string Why) : CompactionPlan;

    /// <summary>History before the revision is forgotten.</summary>
    /// <param name="Revision">The revision to compact to, 1 or more.</param>
    /// <param name="Target">The member that gets the call, and that is waited for.</param>
    public sealed record CompactTo(long Revision, Target Target) : CompactionPlan;
}

/// <summary>The decisions about order and compaction. Pure; asked again before every step, on fresh data.</summary>
public static class Planner
{
    /// <summary>Orders the members still to do: as they stand, the leader of this moment last. Where the voters disagree (and the
    /// user lets that pass), the one that most of them name.</summary>
    public static IReadOnlyList<Target> Order(IEnumerable<Target> targets, ClusterSnapshot snapshot) =>
        [.. targets.OrderBy(target => snapshot.LeaderVotes.GetValueOrDefault(target.MemberId))];

    /// <summary>The first of that order.</summary>
    /// <param name="targets">At least one.</param>
    /// <param name="snapshot">The cluster now.</param>
    public static Target Next(IEnumerable<Target> targets, ClusterSnapshot snapshot) =>
        targets.MinBy(target => snapshot.LeaderVotes.GetValueOrDefault(target.MemberId))!;

    /// <summary>Decides about compaction.</summary>
    /// <param name="snapshot">The cluster now.</param>
    /// <param name="targets">The members in the order of work.</param>
    /// <param name="options">What the user wants.</param>
    /// <param name="rule">The rule, or null.</param>
    /// <param name="quotas">The quota of each target.</param>
    public static CompactionPlan PlanCompaction(
        ClusterSnapshot snapshot, IReadOnlyList<Target> targets, DefragOptions options, DefragRule? rule,
            IReadOnlyDictionary<MemberId, Quota> quotas)
    {
        if (!options.Compaction)
        {
            return new CompactionPlan.LeaveAlone("--compaction=false was given");
        }

        var possible = targets.FirstOrDefault(target =>
            snapshot.Find(target.MemberId)?.Status is { } status
            && Selection.IsPossibleAfterCompaction(status, quotas[target.MemberId], rule, options.MinReclaim));
        if (possible is null)
        {
            return new CompactionPlan.LeaveAlone("no member needs defragmentation, however much compaction would free");
        }

        // The member's own revision: never one that it has not seen yet.
        var revision = snapshot.Find(possible.MemberId)!.Status!.Revision - options.CompactionRetainRevisions;
        return revision < 1
            ? new CompactionPlan.LeaveAlone(
                $"--compaction-retain-revisions {options.CompactionRetainRevisions} keeps all history")
            : new CompactionPlan.CompactTo(revision, possible);
    }
}
