using EtcdDefrag.Etcd.Protos;
using Google.Protobuf;
using Grpc.Core;

namespace EtcdDefrag.Etcd.Grpc;

/// <summary>One call of etcd, for the gRPC library.</summary>
/// <remarks>
/// The library sees bytes, the same two types for every call, instead of the generated client's pair of types each: in a native
/// binary it builds the types of each pair at run time, which took longer than all else in a dry run (bench/RESULTS.md).
/// </remarks>
/// <param name="type">Unary, or the kind of stream.</param>
/// <param name="service">The service, e.g. <c>Maintenance</c>.</param>
/// <param name="name">The name that messages show, e.g. <c>Status</c>.</param>
/// <param name="parser">Reads the answer.</param>
/// <typeparam name="TResponse">The answer.</typeparam>
internal sealed class EtcdMethod<TResponse>(MethodType type, string service, string name, MessageParser<TResponse> parser)
    where TResponse : IMessage<TResponse>
{
    private readonly Method<byte[], byte[]> _method = new(type, service, name, Bytes.Marshaller, Bytes.Marshaller);

    /// <summary>The name that messages show.</summary>
    public string Name => name;

    /// <summary>Makes the call: one message each way, whether etcd calls that a stream or not.</summary>
    public async Task<TResponse> CallAsync(CallInvoker wire, IMessage request, CallOptions options) => parser.ParseFrom(
        type == MethodType.Unary
            ? await wire.AsyncUnaryCall(_method, null, options, request.ToByteArray()).ResponseAsync
            : await Bytes.OnceAsync(wire.AsyncDuplexStreamingCall(_method, null, options), request, options.CancellationToken));

    /// <summary>Makes the call, whose answer is a stream.</summary>
    public AsyncServerStreamingCall<byte[]> Stream(CallInvoker wire, IMessage request, CallOptions options) =>
        wire.AsyncServerStreamingCall(_method, null, options, request.ToByteArray());

    /// <summary>Reads a message of the stream.</summary>
    public TResponse Parse(byte[] message) => parser.ParseFrom(message);
}

/// <summary>Messages as bytes.</summary>
internal static class Bytes
{
    public static readonly Marshaller<byte[]> Marshaller =
        Marshallers.Create<byte[]>(static (message, context) =>
            context.Complete(message), static context => context.PayloadAsNewBuffer());

    /// <summary>A stream both ways of which one message each is wanted.</summary>
    public static async Task<byte[]> OnceAsync(
        AsyncDuplexStreamingCall<byte[], byte[]> call, IMessage request, CancellationToken cancellationToken)
    {
        using var stream = call;
        await stream.RequestStream.WriteAsync(request.ToByteArray(), cancellationToken);
        await stream.RequestStream.CompleteAsync();
        byte[]? answer = null;
        while (await stream.ResponseStream.MoveNext(cancellationToken))
        {
            answer = stream.ResponseStream.Current;
        }

        return answer ?? throw new RpcException(new Status(StatusCode.Internal, CallFailure.NoMessage));
    }
}

/// <summary>The calls that this tool makes.</summary>
/// <remarks>Source: the services of etcd api/etcdserverpb/rpc.proto.</remarks>
internal static class EtcdMethods
{
    private const string Maintenance = "etcdserverpb.Maintenance";
    private const string Cluster = "etcdserverpb.Cluster";
    private const string KeyValue = "etcdserverpb.KV";
    private const string Lease = "etcdserverpb.Lease";
    private const string Auth = "etcdserverpb.Auth";

    public static readonly EtcdMethod<StatusResponse> Status =
        new(MethodType.Unary, Maintenance, "Status", StatusResponse.Parser);

    public static readonly EtcdMethod<DefragmentResponse> Defragment =
        new(MethodType.Unary, Maintenance, "Defragment", DefragmentResponse.Parser);

    public static readonly EtcdMethod<AlarmResponse> Alarm = new(MethodType.Unary, Maintenance, "Alarm", AlarmResponse.Parser);

    public static readonly EtcdMethod<MoveLeaderResponse> MoveLeader =
        new(MethodType.Unary, Maintenance, "MoveLeader", MoveLeaderResponse.Parser);

    public static readonly EtcdMethod<HashKVResponse> HashKV =
        new(MethodType.Unary, Maintenance, "HashKV", HashKVResponse.Parser);

    public static readonly EtcdMethod<SnapshotResponse> Snapshot =
        new(MethodType.ServerStreaming, Maintenance, "Snapshot", SnapshotResponse.Parser);

    public static readonly EtcdMethod<MemberListResponse> MemberList =
        new(MethodType.Unary, Cluster, "MemberList", MemberListResponse.Parser);

    public static readonly EtcdMethod<RangeResponse> Range = new(MethodType.Unary, KeyValue, "Range", RangeResponse.Parser);

    public static readonly EtcdMethod<TxnResponse> Txn = new(MethodType.Unary, KeyValue, "Txn", TxnResponse.Parser);

    public static readonly EtcdMethod<CompactionResponse> Compact =
        new(MethodType.Unary, KeyValue, "Compact", CompactionResponse.Parser);

    public static readonly EtcdMethod<LeaseGrantResponse> LeaseGrant =
        new(MethodType.Unary, Lease, "LeaseGrant", LeaseGrantResponse.Parser);

    public static readonly EtcdMethod<LeaseRevokeResponse> LeaseRevoke =
        new(MethodType.Unary, Lease, "LeaseRevoke", LeaseRevokeResponse.Parser);

    public static readonly EtcdMethod<LeaseKeepAliveResponse> LeaseKeepAlive =
        new(MethodType.DuplexStreaming, Lease, "LeaseKeepAlive", LeaseKeepAliveResponse.Parser);

    public static readonly EtcdMethod<AuthenticateResponse> Authenticate =
        new(MethodType.Unary, Auth, "Authenticate", AuthenticateResponse.Parser);
}
