using System.Globalization;
using System.Text;
using EtcdDefrag.Core.Inspection;
using EtcdDefrag.Core.Keyspace;
using EtcdDefrag.Storage;

namespace EtcdDefrag.Output.Inspection;

/// <summary>What etcd's own buckets say, and how the file is built, for people.</summary>
internal static class InspectFactsText
{
    private const int MostNames = 10;

    public static void Append(StringBuilder text, FileInspection found, KeyNames names)
    {
        var database = found.Database;
        if (database is { Facts: { } facts, Check.Etcd: { } etcd })
        {
            Line($"\netcd: {Versions(facts, etcd)}, consistent index {etcd.ConsistentIndex}{(etcd.Term > 0 ? $", raft term {etcd.Term}" : "")}");
            Line($"members: {List(facts.Members, member => $"{(member.Name.Length > 0 ? names.Name(member.Name) : "without a name")} ({InspectFactsJson.Hex(member.Id)}{(member.IsLearner ? ", learner" : "")})")}"
                + $"{(facts.RemovedMembers > 0 ? $"; {facts.RemovedMembers} removed over time" : "")}");
            Line($"alarms: {List(facts.Alarms, alarm => $"{alarm.Name} of member {InspectFactsJson.Hex(alarm.MemberId)}")}");
            Line($"leases: {Leases(facts.Leases)}");
            Line($"auth: {(facts.AuthEnabled ? "on" : "off")}; users: {List(facts.Users, user => names.Name(user.Span))}; roles: {List(facts.Roles, role => names.Name(role.Span))}");
            Line($"hashes: {(database.Check.IsSound ? $"{database.Check.Hash:x8} (of all buckets)" : "none, the file is damaged")}{(database.HashKv is { } hash ? $", HashKV {hash}" : "")}");
        }

        var (pages, shape) = (database.Check.Pages, database.Check.Shape);
        Line($"pages: {pages.Total} of {database.Check.Meta?.PageSize ?? 0} bytes: {pages.Leaf} leaf, {pages.Branch} branch, {pages.Freelist} freelist, {pages.Free} free; {shape.OverflowPages} of them overflow; {shape.Depth} levels");
        Line($"leaf pages by fill: {string.Join(", ", shape.LeavesByFill.Select((count, i) => (count, i)).Where(one => one.count > 0).Select(one => $"{one.i * 10}-{(one.i * 10) + 10}%: {one.count}"))}; "
            + $"{InspectText.Percent(shape.LeafBytesUsed, shape.LeafBytes)} of their bytes are used");

        void Line(string line) => text.Append(line).Append('\n');
    }

    private static string Versions(BucketFacts facts, EtcdFacts etcd)
    {
        var cluster = facts.ClusterVersion is { } version ? $"cluster version {InspectFactsJson.Printable(version)}" : "no cluster version";
        var storage = etcd.StorageVersion is { } stored ? $", storage version {InspectFactsJson.Printable(stored)}" : "";
        return $"{cluster}{storage}{(facts.DowngradeTo is { } target ? $", being downgraded to {InspectFactsJson.Printable(target)}" : "")}";
    }

    private static string Leases(StoredLeases leases) => leases.Count == 0 ? "none"
        : string.Create(CultureInfo.InvariantCulture, $"{leases.Count}, granted for {leases.ShortestTtl} to {leases.LongestTtl} seconds")
            + (leases.WithRemaining > 0 ? $"; of {leases.WithRemaining} the remaining time is stored, {leases.ShortestRemaining} seconds or more" : "");

    private static string List<T>(IReadOnlyList<T> items, Func<T, string> name) => items.Count == 0 ? "none"
        : string.Join(", ", items.Take(MostNames).Select(name)) + (items.Count > MostNames ? $" and {items.Count - MostNames} more" : "");
}
