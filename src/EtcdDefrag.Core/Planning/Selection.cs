using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Rules;

namespace EtcdDefrag.Core.Planning;

/// <summary>Whether a member is worth defragmenting. A closed family.</summary>
public abstract record Selection
{
    private protected Selection()
    {
    }

    /// <summary>It is.</summary>
    /// <param name="Explanation">What the rule was evaluated with; null where there is no rule.</param>
    public sealed record Selected(string? Explanation) : Selection;

    /// <summary>It is not: the member is skipped, which is no failure.</summary>
    /// <param name="Reason">Which of the reasons.</param>
    /// <param name="Explanation">The reason in words, with the numbers it was decided on.</param>
    public sealed record Skipped(SkipReason Reason, string Explanation) : Selection;

    /// <summary>The rule could not be evaluated for this member, e.g. for a division by zero.</summary>
    /// <param name="Problem">What went wrong.</param>
    public sealed record Undecidable(string Problem) : Selection;

    /// <summary>It depends on how much compaction frees, which shows only when history has been compacted.</summary>
    /// <param name="Explanation">What the decision is now, with its numbers.</param>
    public sealed record UntilCompaction(string Explanation) : Selection;

    /// <summary>Decides by the rule and the reclaim floor.</summary>
    public static Selection Decide(MemberStatus status, Quota quota, DefragRule? rule, ByteSize minReclaim) =>
        Decide(InputFor(status, quota), rule, minReclaim);

    /// <summary>Decides by the rule and the reclaim floor, on numbers from elsewhere.</summary>
    public static Selection Decide(RuleInput input, DefragRule? rule, ByteSize minReclaim)
    {
        var free = new ByteSize(input.DbSize.Bytes - input.DbSizeInUse.Bytes);
        if (free < minReclaim)
        {
            return new Skipped(SkipReason.BelowMinReclaim, $"{free} bytes are free, less than --min-reclaim {minReclaim}");
        }

        if (rule is null)
        {
            return new Selected(null);
        }

        var evaluation = rule.Evaluate(input);
        if (evaluation.Error is { } error)
        {
            return new Undecidable(error.ToString());
        }

        var numbers = rule.Numbers(input);
        return evaluation.IsTrue
            ? new Selected($"rule {rule.Text} is true with {numbers}")
            : new Skipped(SkipReason.RuleIsFalse, $"rule {rule.Text} is false with {numbers}");
    }

    /// <summary>Decides for a run that compacts first, by figures from before its compaction.</summary>
    public static Selection DecideBeforeCompaction(MemberStatus status, Quota quota, DefragRule? rule, ByteSize minReclaim) =>
        Decide(status, quota, rule, minReclaim) switch
        {
            Skipped skipped when IsPossibleAfterCompaction(status, quota, rule, minReclaim) =>
                new UntilCompaction(skipped.Explanation),
            Selected { Explanation: { } explanation } when rule!.CouldBecomeFalse(InputFor(status, quota)) =>
                new UntilCompaction(explanation),
            var decided => decided,
        };

    /// <summary>Whether the member could be selected if compaction freed any amount of what is in use now. False only
    /// where that is certain.</summary>
    public static bool IsPossibleAfterCompaction(MemberStatus status, Quota quota, DefragRule? rule, ByteSize minReclaim) =>
        status.DbSize >= minReclaim && (rule is null || rule.CouldBecomeTrue(InputFor(status, quota)));

    private static RuleInput InputFor(MemberStatus status, Quota quota) =>
        new(status.DbSize, status.DbSizeInUse, quota.Size, status.IsLeader, status.RaftLag);
}

/// <summary>Why a member that could have been defragmented was not.</summary>
public enum SkipReason
{
    /// <summary>The rule is false for it.</summary>
    RuleIsFalse,

    /// <summary>It has less to give back than <c>--min-reclaim</c>.</summary>
    BelowMinReclaim,

    /// <summary>It has become a learner since the run began.</summary>
    BecameLearner,

    /// <summary>It has left the cluster since the run began.</summary>
    LeftCluster,
}
