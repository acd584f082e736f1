using System.Text.Json.Nodes;
using EtcdDefrag.Testing;
using static EtcdDefrag.Integration.Tests.Scene;

namespace EtcdDefrag.Integration.Tests;

/// <summary>Two processes, each with its part of one inventory; on clusters of their own, since all of them are defragmented.</summary>
public sealed class FleetShardTests(FleetScene fleet) : IClassFixture<FleetScene>
{
    [Fact]
    public async Task Two_shards_side_by_side_never_meet()
    {
        var inventory = fleet.Write("shards.yaml", "all: true", withBad: false);
        var before = fleet.All.Select(cluster => cluster.Defragmentations.Count).ToArray();

        var shards = await Task.WhenAll(Enumerable.Range(0, 2).Select(shard => Tool.RunAsync(
            ["fleet", inventory, "--shards=2", "--report-file", fleet.File($"shard-{shard}.json")], Stop, new Dictionary<string, string> { ["JOB_COMPLETION_INDEX"] = $"{shard}" })));

        Assert.All(shards, shard => Assert.True(shard.ExitCode == 0, shard.Error));
        var reports = shards.Select((_, shard) => FleetTests.OutcomesOf(JsonNode.Parse(File.ReadAllText(fleet.File($"shard-{shard}.json")))!)).ToArray();
        Assert.All(reports, Assert.NotEmpty);
        Assert.Equal(["brimful", "https", "ill", "plain", "quiet", "users"], reports.SelectMany(report => report.Keys).Order());
        Assert.Equal([1, 1, 1, 1, 0, 1], fleet.All.Select((cluster, i) => cluster.Defragmentations.Count - before[i]));
        Assert.All(fleet.All, AssertNeverTwoAtOnce);
    }
}
