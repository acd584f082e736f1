using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Testing.Model;

/// <summary>An error in etcd's words.</summary>
/// <remarks>Source: etcd api/v3rpc/rpctypes/error.go.</remarks>
public sealed record EtcdText(RejectionKind Kind, string Code, string Detail, bool MayHaveRun = false)
{
    public static readonly EtcdText Compacted = new(RejectionKind.Compacted, "OutOfRange", "etcdserver: mvcc: required revision has been compacted");
    public static readonly EtcdText FutureRevision = new(RejectionKind.FutureRevision, "OutOfRange", "etcdserver: mvcc: required revision is a future revision");
    public static readonly EtcdText NoSpace = new(RejectionKind.NoSpace, "ResourceExhausted", "etcdserver: mvcc: database space exceeded");
    public static readonly EtcdText Corrupt = new(RejectionKind.Corrupt, "DataLoss", "etcdserver: corrupt cluster");
    public static readonly EtcdText TooManyRequests = new(RejectionKind.Unavailable, "ResourceExhausted", "etcdserver: too many requests");
    public static readonly EtcdText NotLeader = new(RejectionKind.NotLeader, "FailedPrecondition", "etcdserver: not leader");
    public static readonly EtcdText BadLeaderTransferee = new(RejectionKind.BadLeaderTransferee, "FailedPrecondition", "etcdserver: bad leader transferee");
    public static readonly EtcdText TransferTooLong = new(RejectionKind.Unavailable, "Unavailable", "etcdserver: request timed out, leader transfer took too long", true);
    public static readonly EtcdText RequestTimedOut = new(RejectionKind.Unavailable, "Unavailable", "etcdserver: request timed out", true);
    public static readonly EtcdText LearnerNew = new(RejectionKind.LearnerUnsupported, "FailedPrecondition", "etcdserver: rpc not supported for learner");
    public static readonly EtcdText LearnerOld = new(RejectionKind.LearnerUnsupported, "Unavailable", "etcdserver: rpc not supported for learner");
    public static readonly EtcdText PermissionDenied = new(RejectionKind.PermissionDenied, "PermissionDenied", "etcdserver: permission denied");
    public static readonly EtcdText UserEmpty = new(RejectionKind.NotAuthenticated, "InvalidArgument", "etcdserver: user name is empty");
    public static readonly EtcdText LeaseNotFound = new(RejectionKind.LeaseNotFound, "NotFound", "etcdserver: requested lease not found");
    public static readonly EtcdText DiskFull = new(RejectionKind.Other, "Unknown", "write /var/lib/etcd/member/snap/db.tmp.1: no space left on device");
}
