using System.Globalization;
using EtcdDefrag.Core.Inspection;
using EtcdDefrag.Core.Keyspace;

namespace EtcdDefrag.Output.Inspection;

/// <summary>What etcd's own buckets say, as JSON. Ids are hexadecimal texts, as etcd logs them.</summary>
internal static class InspectFactsJson
{
    public static void Write(JsonLine line, BucketFacts facts, EtcdFacts etcd, KeyNames names)
    {
        line.Number("consistentIndex", (long)etcd.ConsistentIndex).Number("term", (long)etcd.Term).Text("storageVersion", etcd.StorageVersion);
        line.Text("clusterVersion", Printable(facts.ClusterVersion)).Text("downgradeTo", Printable(facts.DowngradeTo));
        line.Array("members", facts.Members, member => line
            .Text("id", Hex(member.Id)).Text("name", names.Name(member.Name)).Flag("learner", member.IsLearner));
        line.Number("removedMembers", facts.RemovedMembers);
        line.Array("alarms", facts.Alarms, alarm => line.Text("memberId", Hex(alarm.MemberId)).Text("alarm", alarm.Name));
        line.Object("leases", () => line
            .Number("count", facts.Leases.Count).Number("shortestTtl", facts.Leases.ShortestTtl).Number("longestTtl", facts.Leases.LongestTtl)
            .Number("withRemaining", facts.Leases.WithRemaining).Number("shortestRemaining", facts.Leases.ShortestRemaining));
        line.Flag("authEnabled", facts.AuthEnabled).Number("authRevision", (long)facts.AuthRevision);
        line.Texts("users", facts.Users.Select(user => names.Name(user.Span))).Texts("roles", facts.Roles.Select(role => names.Name(role.Span)));
    }

    public static string Hex(ulong id) => id.ToString("x", CultureInfo.InvariantCulture);

    public static string? Printable(string? text) => text is null ? null : Core.Text.Printable.Of(text);
}
