using EtcdDefrag.Core.Text;
using EtcdDefrag.Etcd.Protos;
using EtcdDefrag.Etcd.Tests.Faults;
using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Processes;
using Google.Protobuf;

namespace EtcdDefrag.Integration.Tests;

/// <summary>
/// A server that puts escape sequences, line breaks and direction marks into every string of its answers, and what the built binary makes of it:
/// nothing moves a cursor, begins a line or turns one around, in any format.
/// </summary>
public sealed class HostileServerTests : IAsyncLifetime
{
    private const string Evil = "evil\u001b[2J\u001b]0;title\u0007\r\nError: forged\u009b31m\u202e\u2028";
    private static readonly ResponseHeader Header = new() { ClusterId = 0xc1, MemberId = 1, Revision = 1000, RaftTerm = 2 };

    private readonly Dictionary<string, IMessage> _answers = [];
    private FaultServer _server = null!;

    public ValueTask InitializeAsync()
    {
        _server = new FaultServer(async peer =>
        {
            for (var id = await peer.TakeRequestAsync(); ; id = await peer.NextRequestAsync())
            {
                await AnswerAsync(peer, id);
            }
        });
        _answers["MemberList"] = new MemberListResponse
        {
            Header = Header,
            Members = { new Member { ID = 1, Name = Evil, ClientURLs = { _server.Endpoint.Text } }, new Member { ID = 2, Name = Evil, ClientURLs = { Evil, "http://" + Evil } } },
        };
        _answers["Status"] = Status("3.5.30");
        _answers["Range"] = new RangeResponse { Header = Header };
        _answers["Alarm"] = new AlarmResponse();
        _answers["Compact"] = new CompactionResponse { Header = Header };
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("simple")]
    [InlineData("table")]
    [InlineData("json")]
    public async Task Names_urls_versions_and_errors_steer_no_terminal(string format)
    {
        _answers["Status"] = Status(Evil);

        AssertHarmless(await RunAsync("status", "--cluster", "--write-out", format), format);
        AssertHarmless(await RunAsync("--cluster", "--write-out", format), format);
        AssertHarmless(await RunAsync("--write-out", format, "--debug"), format);
    }

    [Theory]
    [InlineData("simple")]
    [InlineData("table")]
    [InlineData("json")]
    public async Task Failures_and_the_locks_holder_steer_no_terminal(string format)
    {
        _answers["MemberList"] = new MemberListResponse { Header = Header, Members = { new Member { ID = 1, Name = Evil, ClientURLs = { _server.Endpoint.Text } } } };

        var failed = await RunAsync("--write-out", format, "--debug"); // Defragment is not among the answers
        _answers["LeaseGrant"] = new LeaseGrantResponse { Header = Header, ID = 7, TTL = 60 };
        _answers["LeaseRevoke"] = new LeaseRevokeResponse { Header = Header };
        _answers["Txn"] = new TxnResponse
        {
            Header = Header,
            Responses = { new ResponseOp { ResponseRange = new RangeResponse { Header = Header, Kvs = { new KeyValue { Value = ByteString.CopyFromUtf8(Evil) } } } } },
        };
        var locked = await RunAsync("--write-out", format, "--lock");

        Assert.Equal(1, _server.Defragments);
        Assert.NotEqual(0, failed.ExitCode);
        Assert.Equal(7, locked.ExitCode);
        AssertHarmless(failed, format);
        AssertHarmless(locked, format);
    }

    [Fact]
    public async Task Answer_for_which_there_is_no_memory_is_told_as_such()
    {
        await using var server = new FaultServer(async peer =>
        {
            for (var id = await peer.TakeRequestAsync(); ; id = await peer.NextRequestAsync())
            {
                await peer.OkHeadersAsync(id);
                await peer.DataAsync(id, Peer.Frame([], announced: 1024 * 1024 * 1024));
            }
        });

        var result = await Tool.RunAsync(
            ["status", "--endpoints", server.Endpoint.Text, "--max-recv-bytes", "2147483647"], Scene.Stop,
            environment: new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = "4000000" }); // hexadecimal: 64 MiB

        Assert.Equal(4, result.ExitCode);
        Assert.Contains("this process has not enough memory for the answer: give it more (ulimit -v, MemoryMax=), or lower --max-recv-bytes", result.Error, StringComparison.Ordinal);
    }

    private static StatusResponse Status(string version) => new()
    {
        Header = Header,
        Version = version,
        DbSize = 100 * Scene.Megabyte,
        DbSizeInUse = 10 * Scene.Megabyte,
        Leader = 1,
        RaftIndex = 5000,
        RaftAppliedIndex = 5000,
        RaftTerm = 2,
        Errors = { version },
        DowngradeInfo = new DowngradeInfo { Enabled = version == Evil, TargetVersion = version },
    };

    private Task<ProcessResult> RunAsync(params string[] flags) => Tool.RunAsync([.. flags, "--endpoints", _server.Endpoint.Text, "--etcd-storage-quota-bytes", "2147483648"], Scene.Stop);

    private async Task AnswerAsync(Peer peer, int id)
    {
        var call = _answers.FirstOrDefault(answer => peer.RequestOf(id).Contains($"/{answer.Key}", StringComparison.Ordinal));
        if (call.Value is null)
        {
            // HashKV is asked for a revision that is to come, to see that it may be asked.
            var (code, message) = peer.RequestOf(id).Contains("/HashKV", StringComparison.Ordinal)
                ? ("11", "etcdserver: mvcc: required revision is a future revision")
                : ("13", Uri.EscapeDataString(Evil));
            await peer.TrailersAsync(id, (":status", "200"), ("content-type", "application/grpc"), ("grpc-status", code), ("grpc-message", message));
            return;
        }

        await peer.OkHeadersAsync(id);
        await peer.DataAsync(id, Peer.Frame(call.Value.ToByteArray()));
        await peer.OkTrailersAsync(id);
    }

    private static void AssertHarmless(ProcessResult result, string format)
    {
        var all = result.Output + result.Error;
        Assert.Contains("evil", all, StringComparison.Ordinal);
        Assert.DoesNotContain(all, static c => c != '\n' && Printable.Steers(c));
        if (format == "json")
        {
            Assert.DoesNotContain("\\u001b", result.Output, StringComparison.OrdinalIgnoreCase);
        }

        Assert.DoesNotContain(all.Split('\n'), static line => line.StartsWith("Error: forged", StringComparison.Ordinal));
    }
}
