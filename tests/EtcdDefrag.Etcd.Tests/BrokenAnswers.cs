using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Etcd.Tests.Faults;

namespace EtcdDefrag.Etcd.Tests;

/// <summary>Answers that are HTTP/2 but no good gRPC. None of them is a success.</summary>
public sealed class BrokenAnswers
{
    [Fact]
    public async Task Missing_trailers_are_no_success()
    {
        var error = await FaultCase.NoAnswerAsync(async peer =>
        {
            var id = await peer.TakeRequestAsync();
            await peer.OkHeadersAsync(id);
            await peer.DataAsync(id, Peer.Frame([]), end: true);
        });

        Assert.Equal(NoAnswerKind.ProtocolError, error.Kind);
        Assert.True(error.RequestMayHaveRun);
        Assert.Contains("ended without a status", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trailers_only_error_is_the_servers_refusal()
    {
        var error = Assert.IsType<ServerRejectedException>(await FaultCase.DefragmentAsync(async peer =>
        {
            var id = await peer.TakeRequestAsync();
            await peer.TrailersAsync(id, (":status", "200"), ("content-type", "application/grpc"), ("grpc-status", "9"), ("grpc-message", "etcdserver: not leader"));
        }));

        Assert.Equal(("FailedPrecondition", RejectionKind.NotLeader, "etcdserver: not leader"), (error.Code, error.Kind, error.Message));
        Assert.False(error.RequestMayHaveRun);
    }

    [Fact]
    public async Task Trailers_only_with_status_zero_holds_no_message_and_is_no_success()
    {
        var error = await FaultCase.NoAnswerAsync(async peer =>
        {
            var id = await peer.TakeRequestAsync();
            await peer.TrailersAsync(id, (":status", "200"), ("content-type", "application/grpc"), ("grpc-status", "0"));
        });

        Assert.Equal(NoAnswerKind.ProtocolError, error.Kind);
        Assert.Contains("holds no message", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("application/grpcx")]
    [InlineData("application/json")]
    public async Task Other_content_types_are_named_and_refused(string contentType)
    {
        var error = await FaultCase.NoAnswerAsync(async peer =>
        {
            var id = await peer.TakeRequestAsync();
            await peer.HeadersAsync(id, (":status", "200"), ("content-type", contentType));
            await peer.DataAsync(id, Peer.Frame([]));
            await peer.OkTrailersAsync(id);
        });

        Assert.Equal(NoAnswerKind.ProtocolError, error.Kind);
        Assert.Contains(contentType, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_messages_are_one_too_many()
    {
        var error = await FaultCase.NoAnswerAsync(Answer([.. Peer.Frame([]), .. Peer.Frame([])]));

        Assert.Contains("more than one message", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Half_a_frame_before_status_zero_is_no_success()
    {
        var error = await FaultCase.NoAnswerAsync(Answer(Peer.Frame([1, 2, 3], announced: 10)));

        Assert.Equal(NoAnswerKind.ProtocolError, error.Kind);
        Assert.Contains("cut short", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Half_a_frame_and_the_end_of_the_stream_is_no_success()
    {
        var error = await FaultCase.NoAnswerAsync(async peer =>
        {
            var id = await peer.TakeRequestAsync();
            await peer.OkHeadersAsync(id);
            await peer.DataAsync(id, [0, 0, 0], end: true);
        });

        Assert.Equal(NoAnswerKind.ProtocolError, error.Kind);
        Assert.Contains("cut short", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Half_a_frame_and_a_closed_connection_leave_the_outcome_open()
    {
        var error = await FaultCase.NoAnswerAsync(async peer =>
        {
            var id = await peer.TakeRequestAsync();
            await peer.OkHeadersAsync(id);
            await peer.DataAsync(id, [0, 0, 0]);
            peer.Close();
        });

        Assert.Equal(NoAnswerKind.ConnectionLost, error.Kind);
        Assert.True(error.RequestMayHaveRun);
    }

    [Fact]
    public async Task Compressed_message_is_refused()
    {
        var error = await FaultCase.NoAnswerAsync(Answer(Peer.Frame([], flag: 1)));

        Assert.Contains("compressed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Garbage_in_a_frame_is_no_message_of_etcds()
    {
        var error = await FaultCase.NoAnswerAsync(Answer(Peer.Frame([0xff, 0xff, 0xff])));

        Assert.Equal(NoAnswerKind.ProtocolError, error.Kind);
    }

    [Theory]
    [InlineData("404", "Unimplemented")]
    [InlineData("403", "PermissionDenied")]
    [InlineData("401", "Unauthenticated")]
    [InlineData("400", "Internal")]
    [InlineData("500", "Unknown")]
    public async Task Http_errors_without_grpc_status_are_protocol_errors(string status, string code)
    {
        var error = await FaultCase.NoAnswerAsync(HttpStatus(status));

        Assert.Equal(NoAnswerKind.ProtocolError, error.Kind);
        Assert.Contains($"HTTP {status}", error.Message, StringComparison.Ordinal);
        Assert.Contains(code, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("429")]
    [InlineData("502")]
    [InlineData("503")]
    [InlineData("504")]
    public async Task Http_errors_of_proxies_are_unavailable(string status)
    {
        var error = Assert.IsType<ServerRejectedException>(await FaultCase.DefragmentAsync(HttpStatus(status)));

        Assert.Equal((RejectionKind.Unavailable, "Unavailable"), (error.Kind, error.Code));
        Assert.True(error.RequestMayHaveRun);
        Assert.Contains($"HTTP {status}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no%20space%3A k%C3%A4se %E2%82%AC", "no space: k\u00e4se \u20ac")]
    [InlineData("100%", "100%")]
    [InlineData("%zz%4", "%zz%4")]
    [InlineData("a%1B[2Jb%0Ac", "a?[2Jb c")]
    public async Task Messages_are_percent_decoded_and_made_printable(string sent, string shown)
    {
        var error = await FaultCase.DefragmentAsync(Trailers("13", sent));

        Assert.Equal(shown, error.Message);
    }

    [Theory]
    [InlineData("99")]
    [InlineData("-1")]
    [InlineData("zero")]
    [InlineData("")]
    [InlineData(" 0")]
    public async Task Odd_status_values_are_no_success(string status)
    {
        var error = Assert.IsType<ServerRejectedException>(await FaultCase.DefragmentAsync(Trailers(status, "")));

        Assert.Equal("Unknown", error.Code);
    }

    [Fact]
    public async Task Deadline_exceeded_by_the_server_is_the_same_as_our_own_timeout()
    {
        var error = Assert.IsType<NoAnswerException>(await FaultCase.DefragmentAsync(Trailers("4", "context deadline exceeded")));

        Assert.Equal(NoAnswerKind.TimedOut, error.Kind);
        Assert.True(error.RequestMayHaveRun);
    }

    private static Func<Peer, Task> Answer(byte[] body) => async peer =>
    {
        var id = await peer.TakeRequestAsync();
        await peer.OkHeadersAsync(id);
        await peer.DataAsync(id, body);
        await peer.OkTrailersAsync(id);
    };

    private static Func<Peer, Task> Trailers(string status, string message) => async peer =>
    {
        var id = await peer.TakeRequestAsync();
        await peer.OkHeadersAsync(id);
        await peer.TrailersAsync(id, ("grpc-status", status), ("grpc-message", message));
    };

    private static Func<Peer, Task> HttpStatus(string status) => async peer =>
    {
        var id = await peer.TakeRequestAsync();
        await peer.TrailersAsync(id, (":status", status), ("content-type", "text/plain"));
    };
}
