using System.Net;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Etcd.Grpc;
using EtcdDefrag.Etcd.Net;
using FsCheck;
using FsCheck.Fluent;
using Grpc.Core;

namespace EtcdDefrag.Etcd.Tests;

public sealed class StatusReader
{
    [Fact]
    public void No_status_makes_it_throw_and_only_a_plain_zero_is_ok()
    {
        Prop.ForAll<string, string>((status, message) =>
        {
            using var response = new HttpResponseMessage();
            response.TrailingHeaders.TryAddWithoutValidation("grpc-status", status);
            response.TrailingHeaders.TryAddWithoutValidation("grpc-message", message);
            var read = ServerStatus.Read(response);
            return read is null || ((read.Value.StatusCode != StatusCode.OK || status.Trim('0').Length == 0) && !read.Value.Detail.Any(char.IsControl));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
    }

    [Theory]
    [InlineData(400, "Internal")]
    [InlineData(401, "Unauthenticated")]
    [InlineData(403, "PermissionDenied")]
    [InlineData(404, "Unimplemented")]
    [InlineData(429, "Unavailable")]
    [InlineData(502, "Unavailable")]
    [InlineData(503, "Unavailable")]
    [InlineData(504, "Unavailable")]
    [InlineData(301, "Unknown")]
    [InlineData(500, "Unknown")]
    public void Http_status_maps_as_the_grpc_table_says(int status, string code) =>
        Assert.Equal(code, ServerStatus.FromHttp((HttpStatusCode)status).ToString());

    [Theory]
    [InlineData(13, "etcdserver: mvcc: required revision has been compacted", RejectionKind.Compacted)]
    [InlineData(14, "etcdserver: rpc not supported for learner", RejectionKind.LearnerUnsupported)]
    [InlineData(9, "etcdserver: rpc not supported for learner", RejectionKind.LearnerUnsupported)]
    [InlineData(2, "auth: user name is empty", RejectionKind.NotAuthenticated)]
    [InlineData(2, "auth: permission denied", RejectionKind.PermissionDenied)]
    [InlineData(2, "open /var/lib/etcd/member/snap/db.tmp.1: permission denied", RejectionKind.Other)]
    [InlineData(8, "etcdserver: mvcc: database space exceeded", RejectionKind.NoSpace)]
    [InlineData(8, "etcdserver: too many requests", RejectionKind.Unavailable)]
    [InlineData(14, "etcdserver: no leader", RejectionKind.NoLeader)]
    [InlineData(14, "etcdserver: leader changed", RejectionKind.Unavailable)]
    [InlineData(15, "etcdserver: corrupt cluster", RejectionKind.Corrupt)]
    [InlineData(12, "unknown service", RejectionKind.Unimplemented)]
    public void Etcds_errors_are_told_by_text_then_by_code(int code, string text, RejectionKind kind) =>
        Assert.Equal(kind, EtcdErrors.Classify(new Status((StatusCode)code, text)));

    [Theory]
    [InlineData(0.0001, "1m")]
    [InlineData(0.4, "400m")]
    [InlineData(30, "30000m")]
    [InlineData(600, "600000m")]
    [InlineData(99_999_999, "99999999S")]
    [InlineData(100_000, "100001S")]
    public void Timeouts_fit_into_eight_digits(double seconds, string header) => Assert.Equal(header, Attempt.FormatTimeout(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData("http://h:1", true, false)]
    [InlineData("https://h:1", false, true)]
    [InlineData("h:1", false, false)]
    [InlineData("h:1", true, true)]
    [InlineData("unix:///s", false, false)]
    [InlineData("unix:///s", true, true)]
    [InlineData("unixs:///s", false, true)]
    public void Tls_is_decided_by_scheme_then_by_configuration(string endpoint, bool configured, bool tls) =>
        Assert.Equal(tls, DialTarget.From(Endpoint.Parse(endpoint), configured).Tls);

    [Theory]
    [InlineData("http://[::1]:2379", "http://[::1]:2379/")]
    [InlineData("https://ETCD.example:2379", "https://etcd.example:2379/")]
    [InlineData("unix:///run/etcd.sock", "http://localhost/")]
    [InlineData("[fe80::1%25eth0]:2379", "http://[fe80::1]:2379/")]
    public void Authority_is_one_that_servers_understand(string endpoint, string authority)
    {
        Assert.SkipUnless(Endpoint.TryParse(endpoint, out var parsed, out _), "no endpoint");

        Assert.Equal(authority, DialTarget.From(parsed!, false).BaseAddress.AbsoluteUri);
    }
}
