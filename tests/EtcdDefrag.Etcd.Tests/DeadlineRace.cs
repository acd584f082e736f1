using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Etcd.Grpc;
using EtcdDefrag.Etcd.Net;
using Grpc.Core;

namespace EtcdDefrag.Etcd.Tests;

/// <summary>Both sides watch a call's time; whichever breaks it off first, it is the time that was over.</summary>
public class DeadlineRace
{
    private static readonly Endpoint Etcd = Endpoint.Parse("http://127.0.0.1:2379");

    [Theory]
    [InlineData(8, 2000, NoAnswerKind.TimedOut)] // CANCEL, as etcd answers when the time it was told is over
    [InlineData(8, 1999, NoAnswerKind.TimedOut)]
    [InlineData(8, 300, NoAnswerKind.ConnectionLost)] // long before: somebody else broke it off
    [InlineData(2, 2000, NoAnswerKind.ConnectionLost)]
    public void A_call_that_the_server_breaks_off_when_its_time_is_over_timed_out(long errorCode, int tookMilliseconds, NoAnswerKind kind)
    {
        var call = new CallContext(Etcd, "MemberList", TimeSpan.FromSeconds(2), 0);

        using var request = new HttpRequestMessage();
        var attempt = new Attempt(call.Timeout);
        attempt.Attach(request);
        Attempt.BeforeHeader("grpc-timeout", request);
        var status = new Status(StatusCode.Internal, "", new HttpProtocolException(errorCode, "reset", null));

        var error = Assert.IsType<NoAnswerException>(CallFailure.From(
            call, new RpcException(status), attempt, timedOut: false, connection: null, TimeSpan.FromMilliseconds(tookMilliseconds)));

        Assert.Equal(kind, error.Kind);
        Assert.True(error.RequestMayHaveRun);
    }
}
