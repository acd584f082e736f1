using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution.Reading;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Core.Rules;
using EtcdDefrag.Core.Text;
using EtcdDefrag.Output;
using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Model;
using EtcdDefrag.Testing.Model.Time;
using Xunit;

namespace EtcdDefrag.Cli.Tests;

/// <summary>What <c>etcd-defrag status</c> shows of a model cluster: a full one, a member that is down, a learner.</summary>
public sealed class StatusTests
{
    public static TheoryData<int> Widths => [70, 80, 100, 120, 140, 160, 200];

    [Theory]
    [InlineData("wide", null, false)]
    [InlineData("framed", null, true)]
    [InlineData("120", 120, false)]
    [InlineData("80", 80, false)]
    [InlineData("60", 60, false)]
    public void It_is_the_golden_one(string name, int? columns, bool framed) =>
        Golden.Match(Render(new StatusLook(framed, WithVerdict: true, columns)), $"status-{name}");

    [Theory]
    [MemberData(nameof(Widths))]
    public void Each_member_has_one_line_that_fits_the_window(int columns)
    {
        foreach (var framed in new[] { false, true })
        {
            var lines = Render(new StatusLook(framed, WithVerdict: true, columns)).TrimEnd('\n').Split('\n');
            var members = lines.SkipWhile(line => !line.Contains("NAME", StringComparison.Ordinal)).Skip(1).Where(line => line[0] != '+').ToArray();

            Assert.Equal(4, members.Length);
            Assert.All(members, line => Assert.InRange(DisplayWidth.Of(line), 0, columns));
            Assert.All(["m1", "m2", "m3", "m4", "1.4 GiB", "leader", "DOWN", "yes"], word => Assert.Contains(word, string.Join('\n', members), StringComparison.Ordinal));
        }
    }

    [Fact]
    public void What_matters_stands_above_the_members()
    {
        var lines = Render(new StatusLook(Framed: false, WithVerdict: true, 80)).Split('\n');

        var table = Array.FindIndex(lines, line => line.StartsWith("NAME", StringComparison.Ordinal));
        Assert.All(["would be defragmented now", "A run would refuse"], text =>
            Assert.InRange(Array.FindIndex(lines, line => line.Contains(text, StringComparison.Ordinal)), 0, table - 1));
    }

    [Fact]
    public void A_long_name_is_cut_in_the_table()
    {
        var lines = Render(new StatusLook(Framed: false, WithVerdict: true, 80), name: new string('m', 200)).Split('\n');

        Assert.Contains(lines, line => line.StartsWith("mmm", StringComparison.Ordinal) && line.Contains('…') && line.Contains("leader", StringComparison.Ordinal));
    }

    [Fact]
    public void Colour_changes_nothing_but_colour()
    {
        var look = new StatusLook(Framed: false, WithVerdict: true, 120);
        var painted = Render(look with { Paint = new Paint(IsOn: true) });

        Assert.Contains("\e[31mDOWN", painted, StringComparison.Ordinal);
        Assert.Equal(Render(look), Printable.WithoutColor(painted));
    }

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, null)]
    [InlineData(false, 60)]
    public void A_long_name_is_cut_in_tables_and_whole_in_json(bool framed, int? columns)
    {
        var name = "etcd-" + new string('x', 200) + "-east-1";

        var text = Render(new StatusLook(framed, WithVerdict: false, columns), name);

        Assert.Contains("etcd-xxxxxxxxxxxxxx…xxxxxxxxxxxxx-east-1 ", text, StringComparison.Ordinal);
        Assert.DoesNotContain(name, text, StringComparison.Ordinal);
        Assert.Contains(name, StatusJson.Render(Survey(name), DateTimeOffset.UnixEpoch, hex: false), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void As_json_it_is_one_line_that_the_schema_allows(bool hex)
    {
        var text = StatusJson.Render(Survey(), DateTimeOffset.UnixEpoch, hex);

        Assert.EndsWith("}\n", text, StringComparison.Ordinal);
        Assert.Equal(1, text.Count(c => c == '\n'));
        OutputSchema.AssertAllows([text]);
    }

    [Fact]
    public void Where_no_cluster_was_found_json_says_why()
    {
        var text = StatusJson.Unknown("endpoint http://a:2379: connection refused", DateTimeOffset.UnixEpoch);

        Assert.Equal(1, text.Count(c => c == '\n'));
        OutputSchema.AssertAllows([text]);
        Assert.False(OutputSchema.Allows(text.Replace("\"error\":\"endpoint http://a:2379: connection refused\",", "", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_readme_shows_what_it_prints()
    {
        var (time, network, cluster) = Model("m1", members: 3);
        foreach (var (member, size) in cluster.Members.Zip([1100L, 1052, 1052]))
        {
            (member.DbSize, member.InUse) = (size << 20, 412L << 20);
        }

        var printed = StatusTable.Render(Look(time, network, rule: null), new StatusLook(Framed: false, WithVerdict: false, 80));

        var sample = File.ReadAllText(Repository.File("README.md")).Split("## What status shows\n\n```\n")[1].Split("```\n")[0];
        Assert.Equal(printed.Split('\n'), sample.Split('\n'));
    }

    private static string Render(StatusLook look, string name = "m1") => StatusTable.Render(Survey(name), look);

    private static ClusterSurvey Survey(string name = "m1")
    {
        var (time, network, cluster) = Model(name, members: 4);
        cluster.ActivateAlarm(cluster.Members[0], AlarmKind.NoSpace);
        cluster.Crash(cluster.Members[2]);
        Assert.True(DefragRule.TryParse("dbQuotaUsage > 0.8", out var rule, out _));
        return Look(time, network, rule);
    }

    private static (VirtualTime Time, ModelNetwork Network, ModelCluster Cluster) Model(string name, int members)
    {
        var time = new VirtualTime();
        var network = new ModelNetwork(time, new Journal(), new Dice(1));
        var cluster = new ModelCluster(network, new Dice(2), new ClusterId(0xcdf818194e3a8c32));
        for (var i = 1; i <= members; i++)
        {
            var member = cluster.AddMember(0x8e9e05c52164694dul + (ulong)i, i == 1 ? name : $"m{i}", learner: i == 4);
            var url = $"http://10.0.0.{i}:2379";
            member.ClientUrls.Add(url);
            network.AddRoute(url, member);
            (member.DbSize, member.InUse) = (2L << 30, (2L << 30) * 32 / 100);
        }

        cluster.SetLeader(cluster.Members[0], "from the beginning");
        return (time, network, cluster);
    }

    private static ClusterSurvey Look(VirtualTime time, ModelNetwork network, DefragRule? rule)
    {
        var request = new RunRequest { Options = new DefragOptions { UseCluster = true }, Rule = rule, Endpoints = [Endpoint.Parse("http://10.0.0.1:2379")] };
        ClusterSurvey? survey = null;
        time.Run(async () => survey = await ClusterSurvey.Of(new ModelClient(network), time, request)(TestContext.Current.CancellationToken));
        return survey!;
    }
}
