using System.Globalization;
using System.Text.RegularExpressions;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Fleet;
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
    public async Task A_report_that_can_not_be_resumed_is_bad_usage(string report, string problem)
    {
        File.WriteAllText(Path.Combine(_folder, "report.json"), report);

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
