using EtcdDefrag.Etcd.Protos;
using Google.Protobuf;

namespace EtcdDefrag.Etcd.Grpc;

/// <summary>One call of etcd.</summary>
/// <param name="Name">The name that messages show, e.g. <c>Status</c>.</param>
/// <param name="Path">The HTTP path.</param>
/// <param name="Parser">Reads the answer.</param>
/// <typeparam name="TResponse">The answer.</typeparam>
internal sealed record GrpcMethod<TResponse>(string Name, string Path, MessageParser<TResponse> Parser)
    where TResponse : IMessage<TResponse>;

/// <summary>The calls that this tool makes.</summary>
/// <remarks>Source: the services of etcd api/etcdserverpb/rpc.proto.</remarks>
internal static class EtcdMethods
{
    public static GrpcMethod<StatusResponse> Status { get; } = new("Status", "/etcdserverpb.Maintenance/Status", StatusResponse.Parser);

    public static GrpcMethod<DefragmentResponse> Defragment { get; } = new("Defragment", "/etcdserverpb.Maintenance/Defragment", DefragmentResponse.Parser);

    public static GrpcMethod<AlarmResponse> Alarm { get; } = new("Alarm", "/etcdserverpb.Maintenance/Alarm", AlarmResponse.Parser);

    public static GrpcMethod<MoveLeaderResponse> MoveLeader { get; } = new("MoveLeader", "/etcdserverpb.Maintenance/MoveLeader", MoveLeaderResponse.Parser);

    public static GrpcMethod<HashKVResponse> HashKV { get; } = new("HashKV", "/etcdserverpb.Maintenance/HashKV", HashKVResponse.Parser);

    public static GrpcMethod<MemberListResponse> MemberList { get; } = new("MemberList", "/etcdserverpb.Cluster/MemberList", MemberListResponse.Parser);

    public static GrpcMethod<RangeResponse> Range { get; } = new("Range", "/etcdserverpb.KV/Range", RangeResponse.Parser);

    public static GrpcMethod<TxnResponse> Txn { get; } = new("Txn", "/etcdserverpb.KV/Txn", TxnResponse.Parser);

    public static GrpcMethod<CompactionResponse> Compact { get; } = new("Compact", "/etcdserverpb.KV/Compact", CompactionResponse.Parser);

    public static GrpcMethod<LeaseGrantResponse> LeaseGrant { get; } = new("LeaseGrant", "/etcdserverpb.Lease/LeaseGrant", LeaseGrantResponse.Parser);

    public static GrpcMethod<LeaseRevokeResponse> LeaseRevoke { get; } = new("LeaseRevoke", "/etcdserverpb.Lease/LeaseRevoke", LeaseRevokeResponse.Parser);

    /// <summary>A stream in etcd's proto; with one message each way it looks like any other call on the wire.</summary>
    public static GrpcMethod<LeaseKeepAliveResponse> LeaseKeepAlive { get; } =
        new("LeaseKeepAlive", "/etcdserverpb.Lease/LeaseKeepAlive", LeaseKeepAliveResponse.Parser);

    public static GrpcMethod<AuthenticateResponse> Authenticate { get; } = new("Authenticate", "/etcdserverpb.Auth/Authenticate", AuthenticateResponse.Parser);
}
