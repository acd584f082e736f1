using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Fleet;
using EtcdDefrag.Fleet;
using EtcdDefrag.Output.Fleet;
using EtcdDefrag.Output.Metrics;
using Xunit;

namespace EtcdDefrag.Cli.Tests;

/// <summary>What <c>fleet</c> says without a cluster: inventories, tables, the documentation.</summary>
public sealed partial class FleetTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fleet").FullName;

    public static TheoryData<string> BadInventories => [.. Directory.EnumerateFiles(Repository.File("tests/EtcdDefrag.Cli.Tests/Inventories"), "bad-*").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(BadInventories))]
    public async Task Every_problem_of_an_inventory_is_told_with_its_place_and_nothing_is_contacted(string name)
    {
        var file = Repository.File($"tests/EtcdDefrag.Cli.Tests/Inventories/{name}.yaml");

        var (code, output, error) = await RunAsync(file);

        Assert.Equal(ExitCode.Usage, code);
        Assert.Equal("", output);
        Golden.Match(error.Replace(file, "clusters.yaml", StringComparison.Ordinal), $"fleet-{name}");
    }

    [Fact]
    public async Task A_mapping_that_is_nested_without_end_is_an_error_at_once()
    {
        var (code, _, error) = await RunAsync(Write(new string('[', 200_000)));

        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("this is not YAML", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_selection_is_refused_and_an_empty_shard_is_not()
    {
        var file = Write("clusters: [{name: a, all: true, endpoints: [a:1]}]");

        Assert.Equal(ExitCode.Refused, (await RunAsync(file, "--select=b*")).Code);
        Assert.Equal(ExitCode.Refused, (await RunAsync(file, "--selector=ring=1")).Code);
        var (code, output, error) = await RunAsync(file, $"--shard={1 - Shards.Of("a", 2)}/2");
        Assert.Equal((ExitCode.Ok, ""), (code, output));
        Assert.Contains("nothing to do", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_and_labels_select_and_shards_divide()
    {
        var file = Write("""
            defaults: {all: true}
            clusters:
              - {name: eu-1, labels: {ring: "1"}, endpoints: [a:1]}
              - {name: eu-2, labels: {ring: "2"}, endpoints: [b:1]}
              - {name: us-1, labels: {ring: "1"}, endpoints: [c:1]}
            """);

        Assert.Equal("eu-1 eu-2", await NamesAsync("--select=eu-*"));
        Assert.Equal("eu-1 us-1", await NamesAsync("--selector=ring=1"));
        Assert.Equal("eu-1", await NamesAsync("--selector=ring=1", "--select=eu-?,xx"));
        Assert.Equal(["eu-1", "eu-2", "us-1"], $"{await NamesAsync("--shard=0/2")} {await NamesAsync("--shard=1/2")}".Split(' ', StringSplitOptions.RemoveEmptyEntries).Order());

        async Task<string> NamesAsync(params string[] args) => (await RunAsync(file, ["--print-shard", .. args])).Output.Trim().Replace('\n', ' ');
    }

    [Fact]
    public async Task What_says_which_cluster_it_is_comes_from_no_variable()
    {
        var environment = new Dictionary<string, string> { ["ETCDCTL_ENDPOINTS"] = "z:1", ["ETCD_DEFRAG_ENDPOINTS"] = "z:1", ["ETCD_DEFRAG_MIN_RECLAIM"] = "1MiB" };
        var file = Write("clusters: [{name: a, endpoints: [a:1]}]");

        Assert.Equal((ExitCode.Ok, "a\n"), await RunAsync(environment, file, "--print-shard"));
        Assert.Contains("it has no endpoints", (await RunAsync(Write("clusters: [{name: a, all: true}]"), "--print-shard")).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "no report of etcd-defrag fleet")]
    [InlineData("{\"fleet\": {}, \"clusters\": [{\"outcome\": 1}]}", "damaged")]
    [InlineData("[", "damaged")]
    [InlineData("{\"fleet\": {}, \"clusters\": [{\"name\": \"a\", \"outcome\": \"done\", \"clusterID\": \"11111111111111111\"}]}", "damaged")]
    public async Task A_report_that_can_not_be_resumed_is_bad_usage(string report, string problem)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "report.json"), report, TestContext.Current.CancellationToken);

        var (code, _, error) = await RunAsync(Write("clusters: [{name: a, all: true, endpoints: [a:1]}]"), "--resume", Path.Combine(_folder, "report.json"));

        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains(problem, error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_documented_shards_are_those_of_the_tool()
    {
        var rows = Vectors().Matches(File.ReadAllText(Repository.File("docs/fleet.md")));

        Assert.NotEmpty(rows);
        foreach (Match row in rows)
        {
            var name = row.Groups["name"].Value;
            Assert.Equal(ulong.Parse(row.Groups["weight"].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture), Shards.Weight(0, name));
            Assert.Equal(row.Groups["shards"].Value, $"{Shards.Of(name, 2)} | {Shards.Of(name, 3)} | {Shards.Of(name, 8)}");
        }
    }

    [Fact]
    public void The_json_is_the_golden_one()
    {
        var clusters = Sample();
        var report = new FleetReport(clusters, At, At.AddSeconds(9), At.AddSeconds(9), ExitCode.Failed, DryRun: false, OnlyStatus: false, "failures", "broken");

        var lines = clusters.Where(cluster => cluster.Look is not null).Select(cluster => FleetJson.Looked(cluster, hex: false, At) + "\n");
        Golden.Match(string.Concat(lines) + Encoding.UTF8.GetString(FleetJson.Report(report, hex: false, withRuns: true)), "fleet-json");
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(80, false)]
    [InlineData(40, false)]
    public void The_table_is_the_golden_one(int? columns, bool framed)
    {
        var table = FleetTable.Of(Sample(), afterRun: true, default, columns, framed);
        var look = FleetTable.Of(Sample(), afterRun: false, default, columns, framed);

        Golden.Match($"{(framed ? table.Framed() : table.Plain())}\n{(framed ? look.Framed() : look.Plain())}", $"fleet-table-{columns}");
    }

    [Fact]
    public void The_metrics_are_the_golden_ones_and_keep_the_last_success_of_each_cluster()
    {
        var builder = new RunReportBuilder(dryRun: false);
        SampleRun.Events.ToList().ForEach(builder.OnEvent);
        var sample = builder.Report;
        var page = MetricsText.RenderFleet(
            [new FleetSample("a \"b\"", sample, ExitCode.Ok, new LastSuccess("c1", 1234.5)), new FleetSample("c", new RunReport(), ExitCode.NoAccess, null)],
            new Dictionary<ClusterOutcome, int> { [ClusterOutcome.Done] = 1, [ClusterOutcome.Unreachable] = 1 });

        Golden.Match(page.Replace(BuildInfo.Version, "VERSION", StringComparison.Ordinal).Replace(BuildInfo.Commit, "COMMIT", StringComparison.Ordinal), "fleet-metrics");
        var (label, seconds) = Assert.Single(FleetMetrics.LastSuccesses(page));
        Assert.Equal((MetricsPage.Pair("cluster", "a \"b\""), 1234.5), (label, seconds));
    }

    [Fact]
    public void The_counts_fit_what_goes_on()
    {
        var clusters = Sample();

        Assert.Equal("Looking: 5 of 6 clusters, 10s, about 2s left", FleetLive.Counts(FleetPhase.Looking, clusters, 0, TimeSpan.FromSeconds(10)));
        Assert.Equal(
            "Working: 2 in flight, 5 of 6 ended (1 failed, 1 unreachable, 1 refused, 1 done, 1 nothing to do); 3 MiB reclaimed, 10s, about 2s left",
            FleetLive.Counts(FleetPhase.Working, clusters, 2, TimeSpan.FromSeconds(10)));
    }

    private static DateTimeOffset At { get; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static FleetCluster[] Sample()
    {
        var run = Encoding.UTF8.GetBytes(File.ReadLines(Repository.File("tests/EtcdDefrag.Cli.Tests/Goldens/render-json.golden")).Last());
        var seen = new ClusterLook
        {
            Outcome = ClusterOutcome.WorkNeeded,
            ClusterId = new ClusterId(7),
            Members = 3,
            Answering = 3,
            Versions = ["3.5.30"],
            DbSize = new ByteSize(9 << 20),
            Reclaimable = new ByteSize(4 << 20),
            Fullness = 0.5,
            Alarms = ["NOSPACE"],
            Selected = 2,
        };
        FleetCluster Made(string name, ClusterOutcome outcome, ClusterLook? look)
        {
            var cluster = new FleetCluster(new InventoryEntry(default) { Name = name, Labels = name == "done" ? [new("ring", "1")] : [] });
            if (look is not null)
            {
                cluster.Seen(look with { Outcome = outcome });
            }

            cluster.Outcome = outcome;
            return cluster;
        }

        var done = Made("done", ClusterOutcome.Done, seen);
        (done.RunCode, done.ReclaimedBytes, done.Took, done.RunJson) = (ExitCode.Ok, 3 << 20, TimeSpan.FromSeconds(2), run);
        var failed = Made("broken", ClusterOutcome.Failed, seen);
        (failed.RunCode, failed.Message, failed.Took) = (ExitCode.Failed, "no space left on device", TimeSpan.FromSeconds(1));
        return
        [
            done, failed, Made("idle", ClusterOutcome.NothingToDo, seen with { Selected = 0, Alarms = [] }), Made("waiting", ClusterOutcome.NotStarted, null),
            Made("gone", ClusterOutcome.Unreachable, ClusterLook.Failed(ClusterOutcome.Unreachable, "connection refused")),
            Made("sick", ClusterOutcome.Refused, seen with { Answering = 2, Message = "a member is down" }),
        ];
    }

    private string Write(string inventory)
    {
        var file = Path.Combine(_folder, "clusters.yaml");
        File.WriteAllText(file, inventory);
        return file;
    }

    private static Task<(ExitCode Code, string Output, string Error)> RunAsync(string file, params string[] args) => RunWholeAsync([], file, args);

    private static async Task<(ExitCode Code, string Output)> RunAsync(Dictionary<string, string> environment, string file, params string[] args)
    {
        var (code, output, _) = await RunWholeAsync(environment, file, args);
        return (code, output);
    }

    private static async Task<(ExitCode Code, string Output, string Error)> RunWholeAsync(Dictionary<string, string> environment, string file, string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        using var stop = new StopSignal(error, _ => Assert.Fail("nobody wanted to leave"));
        var terminal = new Terminal { Out = output, Error = error, Prompt = new FakePrompt { IsAvailable = false } };
        var code = await App.RunAsync(["fleet", file, .. args], environment, terminal, TimeProvider.System, stop);
        return (code, output.ToString(), error.ToString());
    }

    [GeneratedRegex(@"^\| `(?<name>[^`]+)` \| `(?<weight>[0-9a-f]{16})` \| (?<shards>\d \| \d \| \d) \|$", RegexOptions.Multiline)]
    private static partial Regex Vectors();
}
