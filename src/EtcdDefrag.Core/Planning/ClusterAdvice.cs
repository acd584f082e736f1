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
    /// <returns>Null: no member answered.</returns>
    public static ClusterAdvice? Of(
        IReadOnlyCollection<(ByteSize Size, ByteSize InUse, ByteSize? Quota)> members, bool isOutOfSpace)
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
                $"full of data: {fullest.InUse.ToHuman()} of {fullest.Quota!.Value.ToHuman()} are in use, a defragmentation gives back "
                + $"{new ByteSize(fullest.Size.Bytes - fullest.InUse.Bytes).ToHuman()}; inspect says what fills it; compact, delete or raise the quota");
        }

        var isNearQuota = members.Any(member => Share(member.Size, member.Quota) >= FullShare)
            && free >= NearQuotaShare * size.Bytes;
        var isWorth = free >= WorthBytes && free >= WorthShare * size.Bytes;
        return isOutOfSpace || isNearQuota || isWorth
            ? new ClusterAdvice(
                AdviceIds.Defragment,
                $"{new ByteSize(free).ToHuman()} of {size.ToHuman()} are free: a defragmentation gives them back{(isOutOfSpace ? "; --auto-disalarm clears NOSPACE then" : "")}",
                size,
                inUse,
                fullest.Quota)
            : new ClusterAdvice(AdviceIds.Nothing,
                $"nothing to do: {inUse.ToHuman()} in use, {new ByteSize(free).ToHuman()} free", size, inUse, fullest.Quota);

        ClusterAdvice OfFullest(string id, string text) => new(id, text, fullest.Size, fullest.InUse, fullest.Quota);
    }

    private static double Share(ByteSize size, ByteSize? quota) =>

        quota is { Bytes: > 0 } limit ? (double)size.Bytes / limit.Bytes : 0;
}

/// <summary>The kinds of advice. The names are part of the output and do not change.</summary>
public static class AdviceIds
{
    /// <summary>Much of the files is free.</summary>
    public const string Defragment = "defragment";

    /// <summary>A quota is nearly reached by data that no defragmentation gives back.</summary>
    public const string FullOfData = "full-of-data";

    /// <summary>Only the alarm is left of a full database.</summary>
    public const string ClearAlarm = "clear-alarm";

    /// <summary>All is well.</summary>
    public const string Nothing = "nothing";
}
