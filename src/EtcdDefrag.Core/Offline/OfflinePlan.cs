using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Core.Rules;

namespace EtcdDefrag.Core.Offline;

/// <summary>Whether a file is rewritten. A closed family.</summary>
public abstract record OfflinePlan
{
    private protected OfflinePlan()
    {
    }

    /// <summary>It is.</summary>
    /// <param name="Explanation">What the rule was evaluated with; null where there is no rule.</param>
    public sealed record Rewritten(string? Explanation) : OfflinePlan;

    /// <summary>It is not, which is no failure.</summary>
    /// <param name="Reason">Which of the reasons.</param>
    /// <param name="Explanation">The reason in words, with the numbers it was decided on.</param>
    public sealed record Skipped(SkipReason Reason, string Explanation) : OfflinePlan;

    /// <summary>The rule could not be evaluated, e.g. for a division by zero.</summary>
    /// <param name="Problem">What went wrong.</param>
    public sealed record Undecidable(string Problem) : OfflinePlan;

    /// <summary>It would be, but there is no room for the new file.</summary>
    /// <param name="Needed">In bytes.</param>
    /// <param name="Available">In bytes.</param>
    public sealed record NoRoom(ByteSize Needed, ByteSize Available) : OfflinePlan;

    /// <summary>Decides by the rule, the reclaim floor and the room on the disk.</summary>
    /// <param name="sizes">The file's sizes.</param>
    /// <param name="quota">etcd's quota as the flag says; its size is 0 or less where there is none.</param>
    /// <param name="rule">The rule; null: none.</param>
    /// <param name="minReclaim">How much has to be free at least.</param>
    /// <param name="room">Bytes that the new file may take; null: unknown.</param>
    public static OfflinePlan Decide(OfflineSizes sizes, Quota quota, DefragRule? rule, ByteSize minReclaim, ByteSize? room)
    {
        var input = new RuleInput(sizes.File, sizes.InUse, quota.Size);
        return Selection.Decide(input, rule, minReclaim) switch
        {
            Selection.Skipped skipped => new Skipped(skipped.Reason, skipped.Explanation),
            Selection.Undecidable undecidable => new Undecidable(undecidable.Problem),
            _ when room is { } available && available < sizes.Needed => new NoRoom(sizes.Needed, available),
            Selection.Selected selected => new Rewritten(selected.Explanation),
            var other => throw new InvalidOperationException($"unknown selection {other}"),
        };
    }
}
