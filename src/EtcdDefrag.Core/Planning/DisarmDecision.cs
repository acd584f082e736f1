using System.Globalization;
using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Core.Planning;

/// <summary>Decides whether NOSPACE alarms may be cleared. Pure.</summary>
/// <param name="Alarms">The alarms to clear; empty: none.</param>
/// <param name="Why">Why none is cleared; empty when some are.</param>
public sealed record DisarmDecision(IReadOnlyList<Alarm> Alarms, string Why)
{
    /// <summary>Decides.</summary>
    /// <param name="snapshot">The cluster after the work.</param>
    /// <param name="quotas">Every voter's quota.</param>
    /// <param name="threshold">The share of its quota below which each voter must be.</param>
    /// <remarks>Who gave the space back, and when, does not matter: this run, an earlier one, or somebody else.</remarks>
    public static DisarmDecision Make(ClusterSnapshot snapshot, IReadOnlyDictionary<MemberId, Quota> quotas, double threshold)
    {
        Alarm[] alarms = [.. snapshot.Alarms.Where(alarm => alarm.Kind == AlarmKind.NoSpace)];
        if (alarms.Length == 0)
        {
            return new DisarmDecision([], "No NOSPACE alarms found, skipping auto-disalarm");
        }

        if (snapshot.Alarms.FirstOrDefault(alarm => alarm.Kind != AlarmKind.NoSpace) is { } other)
        {
            return new DisarmDecision([], $"Alarm {other.Name} of member {other.MemberId} is active as well: nothing is changed, skipping auto-disalarm");
        }

        var unknown = snapshot.Members.Where(member => !member.IsLearner && snapshot.Find(member.Id)?.Status is null).ToArray();
        if (unknown.Length > 0)
        {
            return new DisarmDecision([], $"The size of member(s) {string.Join(' ', unknown.Select(member => member.Id))} is not known, skipping auto-disalarm");
        }

        // etcd's default is a guess: a member with a smaller quota may be full below it.
        foreach (var view in snapshot.Voters)
        {
            var quota = quotas.GetValueOrDefault(view.Id) ?? Quota.Default;
            if (quota.Source == QuotaSource.Default)
            {
                return new DisarmDecision([],
                    $"The quota of {view.Label} is not known ({quota.Unread ?? "nobody tells it"}), skipping auto-disalarm; give it with --etcd-storage-quota-bytes");
            }
        }

        Endpoint[] above = [.. snapshot.Voters.Where(view =>
            IsAbove(view.Status!, quotas, threshold)).Select(view => view.Endpoint!)];
        if (above.Length > 0)
        {
            var share = threshold.ToString("0.00", CultureInfo.InvariantCulture);
            return new DisarmDecision([], $"Members [{string.Join(' ', above.Select(endpoint => endpoint.Text))}] DB size is still above threshold ({share}), skipping auto-disalarm");
        }

        return new DisarmDecision(alarms, "");
    }

    private static bool IsAbove(MemberStatus status, IReadOnlyDictionary<MemberId, Quota> quotas, double threshold)
    {
        var quota = quotas[status.MemberId];
        return quota.IsLimited && status.DbSize.Bytes >= quota.Size.Bytes * threshold;
    }
}
