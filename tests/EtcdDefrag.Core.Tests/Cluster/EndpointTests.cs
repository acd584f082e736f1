using EtcdDefrag.Core.Cluster;
using Xunit;

namespace EtcdDefrag.Core.Tests.Cluster;

public class EndpointTests
{
    [Theory]
    [InlineData("127.0.0.1:2379", EndpointScheme.None, "127.0.0.1", 2379)]
    [InlineData("http://h:1", EndpointScheme.Http, "h", 1)]
    [InlineData("HTTPS://Host.example:65535", EndpointScheme.Https, "Host.example", 65535)]
    [InlineData("https://h:2379/", EndpointScheme.Https, "h", 2379)]
    [InlineData("[::1]:2379", EndpointScheme.None, "::1", 2379)]
    [InlineData("http://[fe80::1]:2379", EndpointScheme.Http, "fe80::1", 2379)]
    [InlineData("https://etcd-0.example.:2379", EndpointScheme.Https, "etcd-0.example", 2379)]
    [InlineData("unix:///run/etcd.sock", EndpointScheme.Unix, "/run/etcd.sock", 0)]
    [InlineData("unix://rel.sock", EndpointScheme.Unix, "rel.sock", 0)]
    [InlineData("unix:rel.sock", EndpointScheme.Unix, "rel.sock", 0)]
    [InlineData("unixs:///run/etcd.sock", EndpointScheme.UnixTls, "/run/etcd.sock", 0)]
    public void Every_form_that_the_etcd_client_takes_is_read(string text, EndpointScheme scheme, string host, int port)
    {
        var endpoint = Endpoint.Parse(text);

        Assert.Equal((text, scheme, host, port), (endpoint.Text, endpoint.Scheme, endpoint.Host, endpoint.Port));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("a b:1", "white space")]
    [InlineData("h", "port is missing")]
    [InlineData("https://h", "port is missing")]
    [InlineData("h:", "port is missing")]
    [InlineData("h:0", "no port")]
    [InlineData("h:65536", "no port")]
    [InlineData("h:-1", "no port")]
    [InlineData("h:2379x", "no port")]
    [InlineData("::1:2379", "brackets")]
    [InlineData("[::1:2379", "closing bracket")]
    [InlineData("[h]:2379", "no IPv6 address")]
    [InlineData("ftp://h:1", "scheme \"ftp\" is unknown")]
    [InlineData("http://u:p@h:1", "credentials")]
    [InlineData("http://h:1/v3", "path")]
    [InlineData("http://h:1?x=1", "query")]
    [InlineData("unix://", "path is missing")]
    [InlineData("h!:1", "no host name")]
    public void Everything_else_is_refused_with_the_reason(string text, string words)
    {
        Assert.False(Endpoint.TryParse(text, out _, out var problem));
        Assert.Contains(words, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_never_repeats_credentials()
    {
        Assert.False(Endpoint.TryParse("http://root:secret@h:1", out _, out var problem));
        Assert.DoesNotContain("secret", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost:1", true)]
    [InlineData("http://LOCALHOST:1", true)]
    [InlineData("127.3.2.1:1", true)]
    [InlineData("[::1]:1", true)]
    [InlineData("[::ffff:127.0.0.1]:1", true)]
    [InlineData("0.0.0.0:1", true)]
    [InlineData("[::]:1", true)]
    [InlineData("unix:///x", true)]
    [InlineData("10.0.0.1:1", false)]
    [InlineData("localhost.example:1", false)]
    public void This_machine_is_recognised(string text, bool expected) => Assert.Equal(expected, Endpoint.Parse(text).IsLoopback);

    [Fact]
    public void Endpoints_are_equal_when_they_dial_the_same()
    {
        Assert.Equal(Endpoint.Parse("http://H:1"), Endpoint.Parse("http://h:1/"));
        Assert.NotEqual(Endpoint.Parse("http://h:1"), Endpoint.Parse("https://h:1"));
        Assert.NotEqual(Endpoint.Parse("unix:///A"), Endpoint.Parse("unix:///a"));
    }
}
