using System.Text.Json.Nodes;
using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Etcd;

namespace EtcdDefrag.Deploy.Tests.Metrics;

/// <summary>Alerts and dashboard use only metrics that exist: ours by the documentation, etcd's by what real members expose.</summary>
public sealed class MetricNamesTests
{
    private static readonly string Rules = File.ReadAllText(Repo.Path("deploy", "prometheus", "etcd-defrag.rules.yaml"));

    private static readonly string Dashboard = File.ReadAllText(Repo.Path("deploy", "grafana", "etcd-defrag.json"));

    public static TheoryData<string> Versions { get; } = new(EtcdBinaries.Oldest.ToString(), EtcdBinaries.Newest.ToString());

    [Fact]
    public void Ours_are_documented()
    {
        Assert.NotEmpty(MetricNames.Ours);
        Assert.All(
            MetricNames.UsedIn(Rules).Concat(MetricNames.UsedIn(Dashboard)).Where(name => name.StartsWith("etcd_defrag_", StringComparison.Ordinal)),
            name => Assert.Contains(name, MetricNames.Ours));
    }

    [Fact]
    public void Their_labels_have_only_words_that_are_documented()
    {
        var used = MetricNames.WordsUsedIn(Rules).Concat(MetricNames.WordsUsedIn(Dashboard)).ToList();

        Assert.Contains("data_differ", used);
        Assert.All(used, word => Assert.Contains(word, MetricNames.Words));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Etcds_are_exposed_by_real_members(string version)
    {
        var exposed = await MetricNames.OfEtcdAsync(EtcdBinaries.Of(version));
        var used = MetricNames.UsedIn(Rules).Concat(MetricNames.UsedIn(Dashboard))
            .Where(name => name.StartsWith("etcd_", StringComparison.Ordinal) && !name.StartsWith("etcd_defrag_", StringComparison.Ordinal))
            .ToList();

        Assert.NotEmpty(used);
        Assert.All(used, name => Assert.Contains(name, exposed));
    }

    [Fact]
    public void Kubernetes_are_known_ones() =>
        Assert.Equal(MetricNames.OfKubernetes, MetricNames.UsedIn(Rules).Where(name => name.StartsWith("kube_", StringComparison.Ordinal)).Order());

    [Fact]
    public void The_dashboard_is_one_that_grafana_can_lay_out()
    {
        var dashboard = JsonNode.Parse(Dashboard)!;
        var panels = dashboard["panels"]!.AsArray();

        Assert.Equal(panels.Count, panels.Select(panel => (int)panel!["id"]!).Distinct().Count());
        var cells = panels.SelectMany(panel => Cells(panel!["gridPos"]!)).ToList();
        Assert.All(cells, cell => Assert.InRange(cell.X, 0, 23));
        Assert.Equal(cells.Count, cells.Distinct().Count());
        Assert.All(panels.Where(panel => (string)panel!["type"]! != "row"), panel => Assert.NotEmpty(panel!["targets"]!.AsArray()));
    }

    [Fact]
    public async Task Promtool_reads_every_query_of_the_dashboard()
    {
        var variables = new Dictionary<string, string> { ["$cluster_id"] = ".*", ["$etcd"] = ".*", ["$__rate_interval"] = "5m" };
        var queries = JsonNode.Parse(Dashboard)!["panels"]!.AsArray()
            .SelectMany(panel => panel!["targets"]?.AsArray() ?? [])
            .Select(target => variables.Aggregate((string)target!["expr"]!, (text, pair) => text.Replace(pair.Key, pair.Value, StringComparison.Ordinal)));
        using var folder = new TemporaryFolder();
        var rules = string.Concat(queries.Select((query, number) => $"  - record: query:{number}\n    expr: '{query}'\n"));
        await File.WriteAllTextAsync(folder.File("rules.yaml"), $"groups:\n- name: dashboard\n  rules:\n{rules}", TestContext.Current.CancellationToken);

        var result = await Programs.PromtoolAsync("check", "rules", folder.File("rules.yaml"));

        Assert.True(result.ExitCode == 0, result.ToString());
    }

    private static IEnumerable<(int X, int Y)> Cells(JsonNode grid) =>
        from x in Enumerable.Range((int)grid["x"]!, (int)grid["w"]!)
        from y in Enumerable.Range((int)grid["y"]!, (int)grid["h"]!)
        select (x, y);
}
