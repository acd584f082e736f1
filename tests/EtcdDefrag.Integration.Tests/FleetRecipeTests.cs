using System.Text.Json.Nodes;
using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Processes;
using static EtcdDefrag.Integration.Tests.Scene;

namespace EtcdDefrag.Integration.Tests;

/// <summary>The commands of docs/fleet.md that make an inventory, run as they stand there on objects as Kubernetes has them.</summary>
public sealed class FleetRecipeTests
{
    private static readonly string[] Recipes =
        [.. File.ReadAllText(Repo.Path("docs", "fleet.md")).Split("```sh\n").Skip(1).Select(part => part[..part.IndexOf("```", StringComparison.Ordinal)])];

    [Theory]
    [InlineData(
        "get services",
        """{"items": [{"metadata": {"name": "etcd-client", "namespace": "tenant-1", "labels": {"app": "etcd"}}}, {"metadata": {"name": "etcd-client", "namespace": "tenant-2"}}]}""",
        "tenant-1 https://etcd-client.tenant-1.svc:2379", "tenant-2 https://etcd-client.tenant-2.svc:2379")]
    [InlineData(
        "get datastores",
        """{"items": [{"metadata": {"name": "default"}, "spec": {"driver": "etcd", "endpoints": ["etcd-0.etcd.svc:2379", "etcd-1.etcd.svc:2379"]}}, {"metadata": {"name": "sql"}, "spec": {"driver": "MySQL"}}]}""",
        "default https://etcd-0.etcd.svc:2379 https://etcd-1.etcd.svc:2379")]
    [InlineData(
        "get etcdclusters", """{"items": [{"metadata": {"name": "main", "namespace": "db"}, "spec": {"replicas": 3}}]}""",
        "db.main https://main-client.db.svc:2379")]
    public async Task A_recipe_makes_an_inventory_that_the_tool_takes(string call, string objects, params string[] clusters)
    {
        using var folder = new TemporaryFolder();
        var recipe = Assert.Single(Recipes, recipe => recipe.Contains($"kubectl {call}", StringComparison.Ordinal));
        await File.WriteAllTextAsync(folder.File("objects.json"), objects, Stop);
        await File.WriteAllTextAsync(folder.File("run.sh"), $"set -e\ncd {folder.Path}\nkubectl() {{ cat objects.json; }}\n{recipe}", Stop);

        using var running = await RunningProcess.StartAsync("/bin/sh", [folder.File("run.sh")], new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" });
        (await running.FinishAsync(TimeSpan.FromMinutes(1), Stop)).EnsureSuccess();

        var names = await Tool.RunAsync(["fleet", folder.File("clusters.json"), "--print-shard"], Stop);
        Assert.Equal((0, string.Concat(clusters.Select(cluster => cluster.Split(' ')[0] + "\n"))), (names.ExitCode, names.Output));
        var inventory = JsonNode.Parse(await File.ReadAllTextAsync(folder.File("clusters.json"), Stop))!["clusters"]!.AsArray();
        Assert.Equal(clusters, inventory.Select(cluster => $"{cluster!["name"]} {string.Join(' ', cluster["endpoints"]!.AsArray())}"));
    }

    [Fact]
    public void There_are_three_recipes() => Assert.Equal(3, Recipes.Length);
}
