using System.Net;
using System.Net.Sockets;
using EtcdDefrag.Etcd.Discovery;

namespace EtcdDefrag.Etcd.Tests.Discovery;

/// <summary>Discovery against servers that lie, are silent, broken, or merely complicated. All end within their time, with both names in the words.</summary>
public sealed class Discoveries
{
    private static readonly byte[] Self = DnsBytes.Pointer(12);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Both_services_are_found_and_the_one_with_tls_comes_first()
    {
        using var server = new DnsServer(question => [Records(question, DnsBytes.Srv(Self, 0, 0, IsSecure(question) ? 1 : 2, DnsBytes.Name("m.example.com")))]);

        var found = await FindAsync(server.Line);

        Assert.Equal("https://m.example.com:1 http://m.example.com:2", string.Join(' ', found.Endpoints));
    }

    [Fact]
    public async Task One_service_is_enough()
    {
        using var server = new DnsServer(question =>
            [IsSecure(question) ? Code(question, 3) : Records(question, DnsBytes.Srv(Self, 0, 0, 2379, DnsBytes.Name("m")))]);

        Assert.Equal("http://m:2379", Assert.Single((await FindAsync(server.Line)).Endpoints).Text);
    }

    [Fact]
    public async Task Service_name_is_added_to_both_names()
    {
        using var server = new DnsServer(question => [Code(question, 3)]);

        var error = await FailsAsync(server.Line, serviceName: "prod");

        Assert.StartsWith("dns lookup errors: lookup _etcd-client-ssl-prod._tcp.example.com on 127.0.0.1:", error, StringComparison.Ordinal);
        Assert.Contains(": no such host and lookup _etcd-client-prod._tcp.example.com on 127.0.0.1:", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Forged_answer_is_not_believed_and_the_server_is_asked_again(int which)
    {
        var forged = new Func<byte[], byte[]>[]
        {
            question => [(byte)~question[0], question[1], .. Records(question, DnsBytes.Srv(Self, 0, 0, 666, DnsBytes.Name("evil")))[2..]],
            question => Records([.. question[..12], .. DnsBytes.Name("_etcd-client._tcp.evil.example"), 0, 33, 0, 1], DnsBytes.Srv(Self, 0, 0, 666, DnsBytes.Name("evil"))),
            question => question,
            _ => [],
            _ => [1, 2, 3],
        };
        var asked = 0;
        using var server = new DnsServer(question =>
            [Interlocked.Increment(ref asked) <= 2 ? forged[which](question) : Records(question, DnsBytes.Srv(Self, 0, 0, 2379, DnsBytes.Name("m")))]);

        var found = await FindAsync(server.Line + "options attempts:5");

        Assert.All(found.Endpoints, endpoint => Assert.Equal("m", endpoint.Host));
    }

    [Fact]
    public async Task Mute_server_is_given_up_after_the_dial_timeout_as_often_as_it_is_asked()
    {
        using var silent = new DnsServer(_ => []);
        var patience = TimeSpan.FromSeconds(1);
        var discovery = new EndpointDiscovery(silent.Line, patience, TimeProvider.System, Random.Shared.Next);

        var error = await Assert.ThrowsAsync<DiscoveryException>(() =>
            discovery.FindAsync("example.com", null, TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));

        Assert.Contains("no answer within 1s", error.Message, StringComparison.Ordinal);
        Assert.Equal(4, silent.Asked); // two services, two attempts each
    }

    [Fact]
    public async Task Broken_answer_and_failing_server_make_the_next_one_be_asked()
    {
        using var broken = new DnsServer(question => [DnsBytes.Answer(question, DnsBytes.ResponseFlags, 9)]);
        using var failing = new DnsServer(question => [Code(question, 2)]);
        using var good = new DnsServer(question => [Records(question, DnsBytes.Srv(Self, 0, 0, 2379, DnsBytes.Name("m")))]);

        var found = await FindAsync(broken.Line + failing.Line + good.Line);

        Assert.Equal(2, found.Endpoints.Count);
        Assert.Equal((2, 2, 2), (broken.Asked, failing.Asked, good.Asked));
    }

    [Theory]
    [InlineData(2, "SERVFAIL")]
    [InlineData(5, "REFUSED")]
    [InlineData(9, "response code 9")]
    public async Task Failing_servers_are_asked_as_often_as_configured_and_named_with_what_they_said(int code, string words)
    {
        using var server = new DnsServer(question => [Code(question, code)]);

        var error = await FailsAsync(server.Line + "options attempts:3");

        Assert.Contains(words, error, StringComparison.Ordinal);
        Assert.Equal(6, server.Asked);
    }

    [Fact]
    public async Task Truncated_answer_is_asked_for_again_over_tcp()
    {
        var many = Enumerable.Range(1, 500).Select(number => DnsBytes.Srv(Self, 0, 0, number, DnsBytes.Name($"member-{number}.example.com"))).ToArray();
        using var server = new DnsServer(
            question => [DnsBytes.Answer(question, DnsBytes.ResponseFlags | DnsBytes.Truncated, 0)],
            question => Framed(Records(question, many)));

        Assert.Equal(1000, (await FindAsync(server.Line)).Endpoints.Count);
    }

    [Theory]
    [InlineData("closes")]
    [InlineData("announces more than it sends")]
    [InlineData("sends another answer")]
    public async Task Lies_over_tcp_are_a_clear_error(string lie)
    {
        using var server = new DnsServer(
            question => [DnsBytes.Answer(question, DnsBytes.ResponseFlags | DnsBytes.Truncated, 0)],
            question => lie switch
            {
                "closes" => [],
                "announces more than it sends" => [0xff, 0xff, 1, 2, 3],
                _ => Framed([1, 2, 3, 4]),
            });

        var error = await FailsAsync(server.Line + "options attempts:1");

        Assert.Contains(lie == "sends another answer" ? "its answer is broken" : "it closed the connection before its answer was complete", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Truncated_answer_without_tcp_behind_it_is_told()
    {
        using var server = new DnsServer(question => [DnsBytes.Answer(question, DnsBytes.ResponseFlags | DnsBytes.Truncated, 0)]);

        Assert.Contains("connection refused", await FailsAsync(server.Line + "options attempts:1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Port_on_which_nothing_listens_is_told_as_such_without_waiting()
    {
        using var reserved = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        using var elsewhere = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        elsewhere.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        reserved.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await reserved.ConnectAsync(elsewhere.LocalEndPoint!, TestContext.Current.CancellationToken); // takes datagrams from there alone

        // The test ends before the patience of 30 s, or fails by the time of the whole look-up.
        var error = await FailsAsync($"nameserver {reserved.LocalEndPoint}\noptions attempts:1");

        Assert.Contains("connection refused: nothing listens there", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Alias_is_followed_in_the_same_answer_and_by_another_question(bool same)
    {
        var elsewhere = DnsBytes.Name("_etcd._tcp.elsewhere.example");
        var target = DnsBytes.Srv(elsewhere, 0, 0, 2379, DnsBytes.Name("m"));
        using var server = new DnsServer(question => IsFor(question, "elsewhere")
            ? [Records(question, target)]
            : [Records(question, [DnsBytes.Alias(Self, elsewhere), .. same ? (byte[][])[target] : []])]);

        Assert.Equal("m", (await FindAsync(server.Line)).Endpoints[0].Host);
    }

    [Fact]
    public async Task Aliases_in_a_circle_end()
    {
        using var server = new DnsServer(question =>
            [Records(question, DnsBytes.Alias(Self, DnsBytes.Name(IsFor(question, "there") ? "here.example" : "there.example")))]);

        Assert.Contains("aliases (CNAME)", await FailsAsync(server.Line), StringComparison.Ordinal);
        Assert.InRange(server.Asked, 2, 40);
    }

    [Fact]
    public async Task Name_without_such_records_is_told_apart()
    {
        using var server = new DnsServer(question => [Records(question)]);

        Assert.Contains("the name has no SRV records", await FailsAsync(server.Line), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Target_of_a_lone_dot_says_that_the_service_is_not_offered()
    {
        using var server = new DnsServer(question => [Records(question, DnsBytes.Srv(Self, 0, 0, 0, [0]))]);

        Assert.Contains("not offered", await FailsAsync(server.Line), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Records_that_are_no_endpoints_are_named_and_left_out()
    {
        using var server = new DnsServer(question =>
            [Records(question, DnsBytes.Srv(Self, 0, 0, 0, DnsBytes.Name("m")), DnsBytes.Srv(Self, 0, 0, 1, [3, (byte)'a', 27, (byte)'b', 0]), DnsBytes.Srv(Self, 0, 0, 2379, DnsBytes.Name("good")))]);

        var found = await FindAsync(server.Line);

        Assert.All(found.Endpoints, endpoint => Assert.Equal("good", endpoint.Host));
        Assert.Equal(4, found.Notes.Count);
        Assert.All(found.Notes, note => Assert.DoesNotContain(note, char.IsControl));
    }

    [Fact]
    public async Task Search_domains_are_tried_for_a_name_that_is_not_absolute()
    {
        using var server = new DnsServer(question =>
            [IsFor(question, "local") ? Records(question, DnsBytes.Srv(Self, 0, 0, 2379, DnsBytes.Name("m"))) : Code(question, 3)]);

        var found = await FindAsync(server.Line + "search svc.local");
        var absolute = await FailsAsync(server.Line + "search svc.local", domain: "example.com.");

        Assert.Equal(2, found.Endpoints.Count);
        Assert.Contains("no such host", absolute, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whole_discovery_ends_with_its_time()
    {
        using var silent = new DnsServer(_ => []);

        var error = await Assert.ThrowsAsync<DiscoveryException>(() =>
            new EndpointDiscovery(silent.Line, Patience, TimeProvider.System, Random.Shared.Next).FindAsync("example.com", null, TimeSpan.FromMilliseconds(300), TestContext.Current.CancellationToken));

        Assert.Contains("no answer within 300ms (--command-timeout)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Callers_cancellation_is_no_failure()
    {
        using var silent = new DnsServer(_ => []);
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new EndpointDiscovery(silent.Line, Patience, TimeProvider.System, Random.Shared.Next).FindAsync("example.com", null, TimeSpan.FromSeconds(60), cancel.Token));
    }

    private static Task<DiscoveredEndpoints> FindAsync(string conf, string domain = "example.com", string? serviceName = null) =>
        new EndpointDiscovery(conf, Patience, TimeProvider.System, Random.Shared.Next).FindAsync(domain, serviceName, TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

    private static async Task<string> FailsAsync(string conf, string domain = "example.com", string? serviceName = null) =>
        (await Assert.ThrowsAsync<DiscoveryException>(() => FindAsync(conf, domain, serviceName))).Message;

    private static bool IsSecure(byte[] question) => IsFor(question, "_etcd-client-ssl");

    private static bool IsFor(byte[] question, string label) => System.Text.Encoding.ASCII.GetString(question).Contains(label, StringComparison.Ordinal);

    private static byte[] Records(byte[] question, params byte[][] records) => DnsBytes.Answer(question, DnsBytes.ResponseFlags, records.Length, records);

    private static byte[] Code(byte[] question, int code) => DnsBytes.Answer(question, DnsBytes.ResponseFlags | code, 0);

    private static byte[] Framed(byte[] answer) => [.. DnsBytes.Two(answer.Length), .. answer];
}
