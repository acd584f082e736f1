using EtcdDefrag.Core.Bolt;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Keyspace;

namespace EtcdDefrag.Storage;

/// <summary>What is wrong around a database. Pure.</summary>
internal static class FolderFindings
{
    public static IEnumerable<Finding> Of(SnapFolder folder, EtcdFacts? etcd)
    {
        // Source: etcd server/etcdserver/api/snap/db.go and bootstrap: a raft snapshot that the database has not applied needs
        // the database that came with it.
        if (folder.NewestSnapshot is { } newest && etcd is { ConsistentIndex: var index } && index > 0 && newest > index
            && !folder.ReceivedDatabases.Contains(newest))
        {
            yield return new Finding(FindingIds.BehindSnapshot, FindingSeverity.Error,
                $"the newest raft snapshot is at index {newest}, the database at {index}, and no {newest:x16}.snap.db is there: etcd will not start")
            {
                Advice = "take this member's data from the others (member remove, member add), or restore a snapshot",
            };
        }

        if (folder.Leftovers.Count > 0)
        {
            var names = string.Join(", ", folder.Leftovers.Take(3)) + (folder.Leftovers.Count > 3 ? ", …" : "");
            yield return new Finding(FindingIds.Leftovers, FindingSeverity.Notice,
                $"{folder.Leftovers.Count} file(s) beside the database take {new ByteSize(folder.LeftoverBytes).ToHuman()}: {names}")
            {
                Advice = "etcd removes db.tmp* at its start; .snap.db and .broken files may be deleted while etcd is stopped, once the member is well",
            };
        }
    }
}
