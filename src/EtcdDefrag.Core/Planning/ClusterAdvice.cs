using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Core.Planning;

/// <summary>What the sizes of a cluster mean: people defragment what is full of data, and raise
/// quotas of what is fragmented.</summary>
/// <param name="Id">Which advice, one of <see cref="AdviceIds"/>.</param>
/// <param name="Text">It in one sentence.</param>
/// <param name="Size">Bytes on disk: of the fullest member, or of all together where it is about free space.</param>
/// <param name="InUse">Bytes in use, of the same.</param>
/// <param name="Quota">The fullest member's quota; null: it has none.</param>
public sealed record ClusterAdvice(string Id, string Text, ByteSize Size, ByteSize InUse, ByteSize? Quota)
{
    /// <summary>From this share of the quota in use on, a database is full. Chosen: etcd's own guide warns there.</summary>
    public const double FullShare = 0.8;

    // A defragmentation is worth it from a quarter of the file on, unless that is little. Chosen.
    private const double WorthShare = 0.25;
    private const long WorthBytes = 100L << 20;

    // Near the quota, less is worth it.
    private const double NearQuotaShare = 0.1;

    // Below it, nothing but the alarm is left of a full database.
    private const double RoomyShare = 0.5;

    /// <summary>Bytes that a defragmentation gives back.</summary>
    public ByteSize Free => new(Size.Bytes - InUse.Bytes);

    /// <summary>The advice for a cluster.</summary>
    /// <param name="members">What the members that answered take, and their quotas; null: none is known.</param>
    /// <param name="isOutOfSpace">Whether the alarm NOSPACE is active.</param>
    /// <param name="silent">How many members did not answer.</param>
    /// <param name="isUndecided">Whether a rule or a reclaim floor can select a member only after compaction.</param>
    /// <returns>Null: no member answered.</returns>
    public static ClusterAdvice? Of(
        IReadOnlyCollection<(ByteSize Size, ByteSize InUse, ByteSize? Quota)> members, bool isOutOfSpace, int silent = 0,
        bool isUndecided = false)
    {
        if (members.Count == 0)
        {
            return null;
        }

        var fullest = members.MaxBy(member => Share(member.InUse, member.Quota));
        var (size, inUse) = (new ByteSize(members.Sum(one => one.Size.Bytes)), new ByteSize(members.Sum(one => one.InUse.Bytes)));
        var free = size.Bytes - inUse.Bytes;
        if (isOutOfSpace && members.All(member => member.Quota is not null && Share(member.Size, member.Quota) < RoomyShare))
        {
            return OfFullest(AdviceIds.ClearAlarm,
                "NOSPACE is active although every member is below 50 % of its quota: clear it with --auto-disalarm");
        }

        if (Share(fullest.InUse, fullest.Quota) >= FullShare)
        {
            return OfFullest(
                AdviceIds.FullOfData,
                $"full: {fullest.InUse.ToHuman()} of {fullest.Quota!.Value.ToHuman()} are in use, "
                + $"a defragmentation now gives back {new ByteSize(fullest.Size.Bytes - fullest.InUse.Bytes).ToHuman()}; "
                + "compaction may free more, and a run compacts first; inspect says what fills it; else delete keys or raise the quota");
        }

        var isFileNearQuota = members.Any(member => Share(member.Size, member.Quota) >= FullShare);
        var isNearQuota = isFileNearQuota && free >= NearQuotaShare * size.Bytes;
        var isWorth = free >= WorthBytes && free >= WorthShare * size.Bytes;
        if (isOutOfSpace || isNearQuota || isWorth)
        {
            return OfAll(AdviceIds.Defragment,
                $"{new ByteSize(free).ToHuman()} of {size.ToHuman()} are free: a defragmentation gives them back"
                + (isOutOfSpace ? "; --auto-disalarm clears NOSPACE then" : ""));
        }

        var figures = $"{inUse.ToHuman()} in use, {new ByteSize(free).ToHuman()} free";
        if (silent > 0)
        {
            return OfAll(AdviceIds.Incomplete, $"not known: {silent} member(s) did not answer; the others have {figures}");
        }

        // Compaction can free at most what is in use: where the whole files are not worth it, it changes nothing.
        var mayChange = isFileNearQuota || size.Bytes >= WorthBytes;
        return isUndecided
            ? OfAll(AdviceIds.Undecided, $"not decided: {figures}; compaction may free more, and a run decides after it")
            : OfAll(AdviceIds.Nothing, mayChange
                ? $"nothing to do by the current sizes: {figures}; compaction may free more"
                : $"nothing to do: {figures}");

        ClusterAdvice OfFullest(string id, string text) => new(id, text, fullest.Size, fullest.InUse, fullest.Quota);
        ClusterAdvice OfAll(string id, string text) => new(id, text, size, inUse, fullest.Quota);
    }

    private static double Share(ByteSize size, ByteSize? quota) =>
        quota is { Bytes: > 0 } limit ? (double)size.Bytes / limit.Bytes : 0;
}

/// <summary>The kinds of advice. The names are part of the output and do not change.</summary>
public static class AdviceIds
{
    /// <summary>Much of the files is free.</summary>
    public const string Defragment = "defragment";

    /// <summary>A quota is nearly reached by what is in use: no defragmentation gives it back before compaction.</summary>
    public const string FullOfData = "full-of-data";

    /// <summary>Only the alarm is left of a full database.</summary>
    public const string ClearAlarm = "clear-alarm";

    /// <summary>Compaction decides whether a member is selected.</summary>
    public const string Undecided = "undecided";

    /// <summary>The members that answered need nothing; others did not answer.</summary>
    public const string Incomplete = "incomplete";

    /// <summary>All is well, by the current sizes.</summary>
    public const string Nothing = "nothing";
}
