using System.Net;
using EtcdDefrag.Etcd.Discovery;
using FsCheck;
using FsCheck.Fluent;

namespace EtcdDefrag.Etcd.Tests.Discovery;

public sealed class ResolvConfs
{
    [Fact]
    public void Usual_file_is_understood()
    {
        var conf = ResolvConf.Parse("""
            # made by hand
            ; nameserver 9.9.9.9
            nameserver 10.0.0.2
            nameserver	fd00::53
            search svc.cluster.local. cluster.local
            options ndots:5 timeout:2 attempts:3 edns0
            """);

        Assert.Equal([new IPEndPoint(IPAddress.Parse("10.0.0.2"), 53), new IPEndPoint(IPAddress.Parse("fd00::53"), 53)], conf.Servers);
        Assert.Equal(["svc.cluster.local", "cluster.local"], conf.Search);
        Assert.Equal((5, 3, TimeSpan.FromSeconds(2)), (conf.Dots, conf.Attempts, conf.Timeout));
    }

    [Theory]
    [InlineData("127.0.0.1:5353", "127.0.0.1:5353")]
    [InlineData("[::1]:5353", "[::1]:5353")]
    [InlineData("::1", "[::1]:53")]
    public void Server_may_have_a_port(string written, string server) => Assert.Equal(IPEndPoint.Parse(server), Assert.Single(ResolvConf.Parse("nameserver " + written).Servers));

    [Theory]
    [InlineData("")]
    [InlineData("nameserver")]
    [InlineData("nameserver dns.example.com")]
    [InlineData("nameserver 127.0.0.1:0\nnameserver 127.0.0.1:70000")]
    [InlineData("options timeout:0 attempts:-1 ndots:x")]
    public void What_is_not_understood_is_left_out_and_the_defaults_hold(string text)
    {
        var conf = ResolvConf.Parse(text);

        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 53), Assert.Single(conf.Servers));
        Assert.InRange(conf.Timeout, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void No_more_than_three_servers_are_asked() =>
        Assert.Equal(3, ResolvConf.Parse(string.Concat(Enumerable.Repeat("nameserver 10.0.0.1\n", 9))).Servers.Count);

    [Theory]
    [InlineData("a.b.", "a.b")]
    [InlineData("a.b", "a.b, a.b.x, a.b.y.z")]
    [InlineData("a", "a.x, a.y.z, a")]
    public void Absolute_names_are_tried_alone_and_others_in_the_search_domains_too(string name, string candidates) =>
        Assert.Equal(candidates, string.Join(", ", ResolvConf.Parse("search x y.z").Candidates(name)));

    [Fact]
    public void No_text_makes_the_parser_throw()
    {
        string[] words = ["nameserver ", "options ", "search ", "timeout:", "99999999999999999999", "[::1]:", "\n", ":", "\0", " 10.0.0.1"];
        Prop.ForAll<int[], string>((picks, noise) =>
        {
            var conf = ResolvConf.Parse(string.Concat(picks.Select(pick => words[Math.Abs(pick % words.Length)])) + noise);
            return conf.Servers.Count is >= 1 and <= 3 && conf.Attempts is >= 1 and <= 5 && conf.Timeout <= TimeSpan.FromSeconds(30);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
    }
}
