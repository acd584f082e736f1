using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Offline;

namespace EtcdDefrag.Storage;

/// <summary>A file's numbers in the form in which a running member tells its own, so that rules, output and report
/// are the same for both.</summary>
internal static class FileStatus
{
    public static MemberStatus Of(long size, long inUse) => Of(size, inUse, new DatabaseCheck());

    public static MemberStatus Of(long size, DatabaseCheck check) =>
        Of(size, Math.Min(size, check.Pages.InUse * (check.Meta?.PageSize ?? 0)), check);

    public static MemberStatus Of(long size, long inUse, DatabaseCheck check) => new()
    {
        ClusterId = default,
        MemberId = MemberId.None,
        Version = check.Etcd?.StorageVersion ?? "",
        DbSize = new ByteSize(size),
        DbSizeInUse = new ByteSize(inUse),
        Leader = MemberId.None,
        Revision = check.Etcd?.Revision ?? 0,
        RaftTerm = check.Etcd?.Term ?? 0,
        RaftIndex = check.Etcd?.ConsistentIndex ?? 0,
        RaftAppliedIndex = check.Etcd?.ConsistentIndex ?? 0,
    };
}
