namespace EtcdDefrag.Etcd.Grpc;

/// <summary>How a call ended, as the server said it in <c>grpc-status</c> and <c>grpc-message</c>.</summary>
/// <param name="Code">The code; <see cref="GrpcStatusCode.Unknown"/> for one that gRPC does not define.</param>
/// <param name="Message">The server's message, decoded; may be empty.</param>
internal readonly record struct GrpcStatus(GrpcStatusCode Code, string Message);
