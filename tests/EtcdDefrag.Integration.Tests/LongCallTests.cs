using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Etcd.Grpc;
using EtcdDefrag.Etcd.Net;
using EtcdDefrag.Etcd.Protos;
using EtcdDefrag.Testing.Etcd;
using Google.Protobuf;
using Grpc.Core;

using static EtcdDefrag.Integration.Tests.Scene;

namespace EtcdDefrag.Integration.Tests;

/// <summary>A call may take as long as a defragmentation does.</summary>
public sealed class LongCallTests
{
    /// <summary>etcd cuts off a client that pings more often than every 5 s at its third ping too many: 2 s, the default wish, would show well before.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(40);

    // LockRequest begins with the name, as RangeRequest does with the key; LockResponse has the key of the holder where AuthenticateResponse has the token.
    private static readonly EtcdMethod<AuthenticateResponse> Lock = new(MethodType.Unary, "v3lockpb.Lock", "Lock", AuthenticateResponse.Parser);

    [Fact]
    public async Task A_call_held_open_is_not_cut_off_for_too_many_pings()
    {
        await using var cluster = await ClusterAsync(new ClusterOptions { Members = 1 });
        var endpoint = Endpoint.Parse(cluster.Members[0].ClientUrl);
        var options = new ConnectionOptions();
        using var caller = new GrpcCaller(DialTarget.From(endpoint, tlsConfigured: false), TlsMaterial.Load(options), options, TimeProvider.System);
        Task<AuthenticateResponse> LockAsync() =>
            caller.CallAsync(endpoint, Lock, new RangeRequest { Key = ByteString.CopyFromUtf8("the lock") }, token: null, TimeSpan.FromMinutes(2), Stop);
        var holder = (await LockAsync()).Token;
        var opened = caller.ConnectionsOpened;

        var waiting = LockAsync();
        var first = await Task.WhenAny(waiting, Task.Delay(Long, Stop));
        await cluster.Members[0].Gateway.DeleteAsync(holder, holder + "\0", Stop); // now it is the other's turn

        Assert.NotSame(waiting, first);
        Assert.NotEqual(holder, (await waiting).Token);
        Assert.Equal((1, 1), (opened, caller.ConnectionsOpened));
        Assert.DoesNotContain(cluster.Members[0].LogLines, line => line.Contains("too_many_pings", StringComparison.Ordinal));
    }
}
