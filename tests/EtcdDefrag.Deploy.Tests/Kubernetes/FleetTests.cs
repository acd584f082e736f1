#pragma warning disable CA1416 // the tests run on Linux
using System.Text;
using EtcdDefrag.Deploy.Tests.Helm;
using EtcdDefrag.Testing;
using k8s;
using k8s.Models;

namespace EtcdDefrag.Deploy.Tests.Kubernetes;

/// <summary>The Indexed Job for many clusters: by kustomize and by the chart, with Secrets of its namespace and of all namespaces.</summary>
public sealed class FleetTests
{
    private const string Values = """
        schedule: "17 2 * * *"
        startingDeadlineSeconds: 600
        timeouts: {defrag: 10, recovery: 5, run: 180, slack: 15}
        resources: {requests: {cpu: 50m, memory: 64Mi}, limits: {memory: 192Mi}}
        fleet:
          enabled: true

        """;

    private static readonly string Folder = Repo.Path("deploy", "kubernetes", "fleet");

    public static TheoryData<string> Ways { get; } = ["secrets", "discovery"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_pod_for_each_shard_and_the_first_failure_stops_all(string way)
    {
        var cron = Single<V1CronJob>(await KustomizeAsync(way));
        var job = cron.Spec.JobTemplate.Spec;
        var pod = job.Template.Spec;

        Assert.Equal("Forbid", cron.Spec.ConcurrencyPolicy);
        Assert.Equal(("Indexed", job.Completions, 0, 0, "Failed"), (job.CompletionMode, job.Parallelism, job.BackoffLimitPerIndex, job.MaxFailedIndexes, job.PodReplacementPolicy));
        var rule = Assert.Single(job.PodFailurePolicy.Rules);
        Assert.Equal(("Ignore", "DisruptionTarget"), (rule.Action, Assert.Single(rule.OnPodConditions).Type));
        Assert.Equal("Never", pod.RestartPolicy);
        Assert.False(pod.AutomountServiceAccountToken);
        var container = Assert.Single(pod.Containers);
        Assert.Contains($"--shards={job.Completions}", container.Args);
        Assert.Equal($"registry.example.com/etcd-defrag:{Project.Version}", container.Image);
        Assert.All((V1Container[])[container, .. pod.InitContainers ?? []], one => Assert.True(one.SecurityContext.ReadOnlyRootFilesystem));
        Assert.Equal((16 * 60, 60 * (180 + 15 + 15)), (pod.TerminationGracePeriodSeconds, job.ActiveDeadlineSeconds));
    }

    [Theory]
    [InlineData("secrets", "secrets: [tenant-0001-etcd-client]")]
    [InlineData("discovery", "discovery: {enabled: true}")]
    public async Task The_chart_gives_what_the_kustomization_gives(string way, string values)
    {
        var inventory = await File.ReadAllTextAsync(Path.Combine(Folder, way, way == "secrets" ? "clusters.yaml" : "defaults.yaml"), Stop);
        var chart = Read(await Chart.TextAsync($"{Values}  {values}\n  inventory: |\n    {inventory.TrimEnd().Replace("\n", "\n    ", StringComparison.Ordinal)}\n", "etcd-defrag-fleet", "etcd-defrag"));
        var kustomized = await KustomizeAsync(way);

        // The Secret's own name is the folder in the chart; the kustomization shows that it need not be.
        Assert.Equal(Text(kustomized).Replace("path: tenant-0001/", "path: tenant-0001-etcd-client/", StringComparison.Ordinal), Text(chart));
    }

    [Fact]
    public async Task The_inventory_of_the_secrets_is_one_that_the_tool_takes()
    {
        var names = await Task.WhenAll(Enumerable.Range(0, 4).Select(index => Tool.RunAsync(
            ["fleet", Path.Combine(Folder, "secrets", "clusters.yaml"), "--shards=4", "--print-shard"], Stop, new Dictionary<string, string> { ["JOB_COMPLETION_INDEX"] = $"{index}" })));

        Assert.All(names, result => Assert.Equal(0, result.ExitCode));
        Assert.Equal("tenant-0001\n", string.Concat(names.Select(result => result.Output)));
    }

    [Fact]
    public async Task Discovery_writes_an_inventory_with_the_keys_of_every_secret()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("fleet"));
        string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
        await File.WriteAllTextAsync(folder.File("kubectl"), $"""
            #!/bin/sh
            [ "$*" = "get secrets --all-namespaces --selector etcd-defrag/fleet=true --output $7" ] || exit 1
            echo 'a.etcd https://a.svc:2379 {Base64("ca")} {Base64("cert")} {Base64("key")}'
            echo 'b.etcd https://b-0.svc:2379,https://b-1.svc:2379 {Base64("ca2")} {Base64("cert2")} {Base64("key2")}'

            """, Stop);
        File.SetUnixFileMode(folder.File("kubectl"), UnixFileMode.UserRead | UnixFileMode.UserExecute);

        var result = await Programs.ShellAsync(
            Path.Combine(Folder, "discovery", "discover.sh"),
            new() { ["PATH"] = $"{folder.Path}:/usr/bin:/bin", ["CONFIG"] = Path.Combine(Folder, "discovery"), ["FLEET"] = folder.File("fleet"), ["SELECTOR"] = "etcd-defrag/fleet=true" });

        result.EnsureSuccess();
        Assert.Equal("key2", await File.ReadAllTextAsync(folder.File("fleet/b.etcd/tls.key"), Stop));
        Assert.Equal(["a.etcd", "b.etcd", "clusters.yaml"], Directory.GetFileSystemEntries(folder.File("fleet")).Select(Path.GetFileName).Order());
        var names = await Tool.RunAsync(["fleet", folder.File("fleet/clusters.yaml"), "--print-shard"], Stop);
        Assert.Equal("a.etcd\nb.etcd\n", names.Output);
    }

    private static async Task<IReadOnlyList<object>> KustomizeAsync(string way) =>
        Read((await Programs.KubectlAsync("kustomize", Path.Combine(Folder, way))).EnsureSuccess().Output);

    private static List<object> Read(string yaml) => KubernetesYaml.LoadAllFromString(yaml, strict: true);

    private static T Single<T>(IEnumerable<object> objects) => Assert.Single(objects.OfType<T>());

    /// <summary>All objects as text, without the labels that tell an installation from another.</summary>
    private static string Text(IEnumerable<object> objects) => string.Join("---\n", objects.Select(one =>
    {
        foreach (var labels in Labels(one))
        {
            labels?.Clear();
        }

        return KubernetesYaml.Serialize(one);
    }).Order(StringComparer.Ordinal));

    private static IEnumerable<IDictionary<string, string>?> Labels(object one)
    {
        yield return ((IMetadata<V1ObjectMeta>)one).Metadata.Labels;
        if (one is V1CronJob cron)
        {
            yield return cron.Spec.JobTemplate.Metadata.Labels;
            yield return cron.Spec.JobTemplate.Spec.Template.Metadata.Labels;
        }
    }
}
