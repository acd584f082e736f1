using System.Net;
using System.Net.Sockets;
using System.Text;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Etcd.Tests.Faults;

namespace EtcdDefrag.Etcd.Tests;

/// <summary>Connections that break, stall, or lead to something that is no etcd. None hangs, none is a success, none makes a call go out twice.</summary>
public sealed class BrokenConnections
{
    private const int NoError = 0;
    private const int InternalError = 2;
    private const int Refused = 7;
    private const int Cancel = 8;

    [Fact]
    public async Task Server_that_takes_the_call_and_never_answers_times_out_with_the_outcome_open()
    {
        var time = new StoppedTime();
        var error = await FaultCase.NoAnswerAsync(
            async peer =>
            {
                await peer.TakeRequestAsync();
                time.Run();
                await peer.WaitForEverAsync();
            },
            timeout: FaultCase.ShortWait,
            time: time);

        Assert.Equal(NoAnswerKind.TimedOut, error.Kind);
        Assert.True(error.RequestMayHaveRun);
    }

    [Fact]
    public async Task Port_that_says_nothing_is_given_up_within_the_dial_timeout()
    {
        var time = new StoppedTime();
        var error = await FaultCase.NoAnswerAsync(
            async peer =>
            {
                await peer.ReadPrefaceAsync(); // it is connected
                time.Run();
                await peer.WaitForEverAsync();
            },
            dial: FaultCase.ShortWait,
            time: time);

        Assert.Equal(NoAnswerKind.TimedOut, error.Kind);
        Assert.Contains("connected, but it sent nothing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Slow_drip_ends_with_the_calls_time()
    {
        var time = new StoppedTime();
        var error = await FaultCase.NoAnswerAsync(
            async peer =>
            {
                var id = await peer.TakeRequestAsync();
                await peer.OkHeadersAsync(id);
                await peer.DataAsync(id, Peer.Frame([], announced: 4000));
                time.Run();
                while (true)
                {
                    await peer.DataAsync(id, [0]);
                    await Task.Delay(20, peer.Stop);
                }
            },
            timeout: FaultCase.ShortWait,
            time: time);

        Assert.Equal(NoAnswerKind.TimedOut, error.Kind);
    }

    [Theory]
    [InlineData(Cancel, "CANCEL", "Canceled")]
    [InlineData(InternalError, "INTERNAL_ERROR", "Internal")]
    [InlineData(NoError, "NO_ERROR", "Internal")]
    [InlineData(11, "ENHANCE_YOUR_CALM", "ResourceExhausted")]
    public async Task Reset_of_the_call_leaves_the_outcome_open(int errorCode, string name, string code)
    {
        var error = await FaultCase.NoAnswerAsync(async peer => await peer.ResetAsync(await peer.TakeRequestAsync(), errorCode));

        Assert.Equal(NoAnswerKind.ConnectionLost, error.Kind);
        Assert.True(error.RequestMayHaveRun);
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.Contains(code, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refused_call_did_not_run_and_is_not_sent_again()
    {
        var error = await FaultCase.NoAnswerAsync(async peer =>
        {
            await peer.ResetAsync(await peer.TakeRequestAsync(), Refused);
            await peer.NextRequestAsync();
        });

        Assert.Equal(NoAnswerKind.ConnectionLost, error.Kind);
        Assert.False(error.RequestMayHaveRun);
        Assert.Contains("not repeated", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Goaway_below_our_call_means_it_did_not_run_and_it_is_not_sent_again()
    {
        var error = await FaultCase.NoAnswerAsync(async peer =>
        {
            await peer.TakeRequestAsync();
            await peer.GoAwayAsync(0, NoError);
            await peer.WaitForEverAsync();
        });

        Assert.Equal(NoAnswerKind.ConnectionLost, error.Kind);
        Assert.False(error.RequestMayHaveRun);
    }

    [Fact]
    public async Task Goaway_that_covers_our_call_lets_it_finish()
    {
        await using var server = new FaultServer(async peer =>
        {
            var id = await peer.TakeRequestAsync();
            await peer.GoAwayAsync(id, NoError);
            await peer.OkHeadersAsync(id);
            await peer.DataAsync(id, Peer.Frame([]));
            await peer.OkTrailersAsync(id);
        });
        using var client = EtcdClusterClient.Create(FaultCase.Options(), TimeProvider.System);

        await client.DefragmentAsync(server.Endpoint, FaultCase.LongWait, TestContext.Current.CancellationToken);

        Assert.Equal(1, server.Defragments);
    }

    [Fact]
    public async Task Goaway_that_covers_our_call_and_a_closed_connection_leave_the_outcome_open()
    {
        var error = await FaultCase.NoAnswerAsync(async peer =>
        {
            await peer.GoAwayAsync(await peer.TakeRequestAsync(), NoError);
            peer.Close();
        });

        Assert.Equal(NoAnswerKind.ConnectionLost, error.Kind);
        Assert.True(error.RequestMayHaveRun);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Connection_closed_after_the_request_leaves_the_outcome_open(bool abort)
    {
        var error = await FaultCase.NoAnswerAsync(async peer =>
        {
            await peer.TakeRequestAsync();
            if (abort)
            {
                peer.Abort();
            }
            else
            {
                peer.Close();
            }
        });

        Assert.Equal(NoAnswerKind.ConnectionLost, error.Kind);
        Assert.True(error.RequestMayHaveRun);
    }

    [Fact]
    public async Task Port_that_closes_at_once_is_told_apart()
    {
        var error = await FaultCase.NoAnswerAsync(peer =>
        {
            peer.Close();
            return Task.CompletedTask;
        });

        Assert.Equal(NoAnswerKind.ConnectionLost, error.Kind);
        Assert.Contains("closed the connection at once", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")]
    [InlineData("HTTP/1.0 505 HTTP Version Not Supported\r\n\r\n")]
    public async Task Web_server_is_recognised(string answer)
    {
        var error = await FaultCase.NoAnswerAsync(async peer =>
        {
            await peer.ReadPrefaceAsync();
            await peer.RawAsync(Encoding.ASCII.GetBytes(answer));
            peer.EndWriting();
        });

        Assert.Equal(NoAnswerKind.ProtocolError, error.Kind);
        Assert.False(error.RequestMayHaveRun);
        Assert.Contains("HTTP/1.1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tls_server_behind_an_http_endpoint_is_recognised()
    {
        var error = await FaultCase.NoAnswerAsync(async peer =>
        {
            await peer.ReadPrefaceAsync();
            await peer.RawAsync([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x46]);
            peer.EndWriting();
        });

        Assert.Equal(NoAnswerKind.TlsFailed, error.Kind);
        Assert.Contains("use https://", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Banner_of_some_other_server_is_no_answer()
    {
        var error = await FaultCase.NoAnswerAsync(async peer =>
        {
            await peer.RawAsync("SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n"u8.ToArray());
            await peer.WaitForEverAsync();
        });

        Assert.Contains(error.Kind, new[] { NoAnswerKind.ProtocolError, NoAnswerKind.ConnectionLost });
    }

    [Fact]
    public async Task Endless_header_block_is_bounded()
    {
        var error = await FaultCase.NoAnswerAsync(async peer =>
        {
            var id = await peer.TakeRequestAsync();
            await peer.SendAsync(Peer.HeadersFrame, 0, id, Peer.Encode([(":status", "200")]));
            var more = Peer.Encode([("x-filler", new string('x', 8000))]);
            while (true)
            {
                await peer.SendAsync(Peer.ContinuationFrame, 0, id, more);
            }
        });

        Assert.Equal(NoAnswerKind.ProtocolError, error.Kind);
        Assert.Contains("headers are larger", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refused_connection_is_told_at_once_and_nothing_was_sent()
    {
        int port;
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        using var client = EtcdClusterClient.Create(FaultCase.Options(), TimeProvider.System);

        var error = await Assert.ThrowsAsync<NoAnswerException>(() =>
            client.DefragmentAsync(Endpoint.Parse($"127.0.0.1:{port}"), FaultCase.LongWait, TestContext.Current.CancellationToken));

        Assert.Equal(NoAnswerKind.ConnectFailed, error.Kind);
        Assert.False(error.RequestMayHaveRun);
        Assert.Contains("connection refused", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Host_that_does_not_accept_is_given_up_after_the_dial_timeout()
    {
        using var full = new FullBacklog();
        using var client = EtcdClusterClient.Create(FaultCase.Options(dial: FaultCase.ShortWait), TimeProvider.System);

        var error = await Assert.ThrowsAsync<NoAnswerException>(() =>
            client.DefragmentAsync(full.Endpoint, FaultCase.LongWait, TestContext.Current.CancellationToken));

        Assert.Equal(NoAnswerKind.ConnectFailed, error.Kind);
        Assert.False(error.RequestMayHaveRun);
        Assert.Contains("--dial-timeout", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Callers_cancellation_is_no_timeout()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        await using var server = new FaultServer(async peer =>
        {
            await peer.TakeRequestAsync();
            await cancel.CancelAsync();
            await peer.WaitForEverAsync();
        });
        using var client = EtcdClusterClient.Create(FaultCase.Options(), TimeProvider.System);

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.DefragmentAsync(server.Endpoint, FaultCase.LongWait, cancel.Token));

        Assert.Equal(cancel.Token, error.CancellationToken);
        Assert.Equal(1, server.Defragments);
    }

    [Fact]
    public async Task Call_without_time_left_is_not_sent()
    {
        await using var server = new FaultServer(peer => peer.ReadToEndAsync());
        using var client = EtcdClusterClient.Create(FaultCase.Options(), TimeProvider.System);

        var error = await Assert.ThrowsAsync<NoAnswerException>(() =>
            client.DefragmentAsync(server.Endpoint, TimeSpan.Zero, TestContext.Current.CancellationToken));

        Assert.Equal((NoAnswerKind.TimedOut, false), (error.Kind, error.RequestMayHaveRun));
        Assert.Equal(0, server.Accepted);
    }

    [Fact]
    public async Task Socket_that_is_not_there_is_told()
    {
        using var client = EtcdClusterClient.Create(FaultCase.Options(), TimeProvider.System);

        var error = await Assert.ThrowsAsync<NoAnswerException>(() =>
            client.DefragmentAsync(Endpoint.Parse("unix:///nowhere/etcd.sock"), FaultCase.LongWait, TestContext.Current.CancellationToken));

        Assert.Equal(NoAnswerKind.ConnectFailed, error.Kind);
        Assert.Contains("no such socket", error.Message, StringComparison.Ordinal);
    }
}
