using EtcdDefrag.Testing;
using YamlDotNet.RepresentationModel;

namespace EtcdDefrag.Deploy.Tests.Metrics;

/// <summary>The alerts, judged by promtool on made-up histories.</summary>
public sealed class AlertTests
{
    private static readonly string Folder = Repo.Path("deploy", "prometheus");

    private static readonly string Cases = File.ReadAllText(Path.Combine(Folder, "etcd-defrag.test.yaml"));

    [Fact]
    public async Task Promtool_finds_no_fault_in_the_rules()
    {
        var result = await Programs.PromtoolAsync("check", "rules", "--lint=all", "--lint-fatal", Path.Combine(Folder, "etcd-defrag.rules.yaml"));

        Assert.True(result.ExitCode == 0, result.ToString());
    }

    [Fact]
    public async Task Each_alert_fires_when_it_should_and_only_then()
    {
        var result = await Programs.PromtoolAsync("test", "rules", Path.Combine(Folder, "etcd-defrag.test.yaml"));

        Assert.True(result.ExitCode == 0, result.ToString());
    }

    [Fact]
    public void Each_alert_has_a_case_in_which_it_fires_and_one_in_which_it_does_not()
    {
        var cases = Nodes(Cases, "tests").SelectMany(one => (YamlSequenceNode)one["alert_rule_test"])
            .ToLookup(one => $"{one["alertname"]}", one => ((YamlSequenceNode)one["exp_alerts"]).Children.Count > 0);

        Assert.All(Alerts().Select(alert => $"{alert["alert"]}"), name => Assert.Equal([false, true], cases[name].Distinct().Order()));
    }

    [Fact]
    public void Each_alert_says_how_grave_it_is_and_what_to_do() => Assert.All(Alerts(), alert =>
    {
        Assert.Contains($"{alert["labels"]["severity"]}", new[] { "warning", "critical" });
        Assert.NotEmpty($"{alert["annotations"]["summary"]}");
        Assert.NotEmpty($"{alert["annotations"]["description"]}");
    });

    private static List<YamlNode> Alerts() =>
        [.. Nodes(File.ReadAllText(Path.Combine(Folder, "etcd-defrag.rules.yaml")), "groups").SelectMany(group => (YamlSequenceNode)group["rules"])];

    private static YamlSequenceNode Nodes(string yaml, string name)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return (YamlSequenceNode)stream.Documents[0].RootNode[name];
    }
}
