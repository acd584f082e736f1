using EtcdDefrag.Testing;
using k8s;
using k8s.Models;

namespace EtcdDefrag.Deploy.Tests.Kubernetes;

/// <summary>What docs/kubernetes.md shows works as shown.</summary>
public sealed class PageTests
{
    private static readonly string Page = File.ReadAllText(Repo.Path("docs", "kubernetes.md"));

    [Fact]
    public async Task The_kustomization_of_ones_own_changes_what_it_says_and_nothing_else()
    {
        var shown = Page.Split("```yaml\n# kustomization.yaml\n")[1].Split("```")[0];

        var objects = await Customized.RenderAsync(shown.Replace("etcd-defrag/deploy/kubernetes", "{deploy}", StringComparison.Ordinal));

        var overlay = await Objects.KustomizeAsync(Repo.Path("deploy", "kubernetes", "overlays", "kubeadm"));
        Assert.Equal("registry.internal/tools/etcd-defrag:0.1.0", objects.Container.Image);
        Assert.Equal("43 2 * * 6", objects.CronJob.Spec.Schedule);
        Assert.Equal([.. overlay.Container.Args, "--defrag-rule=dbSizeFree > 1GiB"], objects.Container.Args);
        overlay.Container.Image = objects.Container.Image;
        overlay.Container.Args = objects.Container.Args;
        overlay.CronJob.Spec.Schedule = objects.CronJob.Spec.Schedule;
        Assert.Equal(overlay.ToString(), objects.ToString());
    }

    [Fact]
    public async Task Of_two_alike_flags_the_last_counts()
    {
        string[] arguments = ["--dry-run", $"--endpoints=127.0.0.1:{FreePort.Next()}", "--defrag-rule=dbSize > 1", "--defrag-rule=dbSizeFree > 1GiB"];

        var result = await Tool.RunAsync(arguments, TestContext.Current.CancellationToken);

        Assert.Contains("rule: dbSizeFree > 1GiB ... valid", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_kustomization_of_another_stateful_set_changes_where_etcd_is_and_nothing_else()
    {
        var shown = Page.Split("```yaml\n# kustomization.yaml of another StatefulSet\n")[1].Split("```")[0];

        var objects = await Customized.RenderAsync(shown.Replace("etcd-defrag/deploy/kubernetes", "{deploy}", StringComparison.Ordinal));

        var overlay = await Objects.OfAsync("statefulset");
        Assert.Equal("https://store-0.store:2379", objects.Flag("endpoints"));
        Assert.Equal(overlay.Container.Args.Skip(1), objects.Container.Args.Skip(1));
        Assert.Equal(("database", "database"), (objects.CronJob.Metadata.NamespaceProperty, objects.NetworkPolicy!.Metadata.NamespaceProperty));
        Assert.Equal([new("app", "store")], objects.NetworkPolicy.Spec.Egress[0].To[0].PodSelector.MatchLabels);
        Assert.Equal(KubernetesYaml.Serialize(overlay.NetworkPolicy!.Spec.Egress[1]), KubernetesYaml.Serialize(objects.NetworkPolicy.Spec.Egress[1]));
    }

    [Fact]
    public async Task A_list_flag_gathers_what_it_is_given()
    {
        var (first, second) = ($"127.0.0.1:{FreePort.Next()}", $"127.0.0.1:{FreePort.Next()}");

        var result = await Tool.RunAsync(["--dry-run", $"--endpoints={first}", $"--endpoints={second}"], TestContext.Current.CancellationToken);

        Assert.Contains(first, result.Error, StringComparison.Ordinal);
        Assert.Contains(second, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("docs/kubernetes.md")]
    [InlineData("deploy/helm/etcd-defrag/templates/NOTES.txt")]
    public async Task The_patch_for_a_dry_run_is_one_that_kubectl_applies(string path)
    {
        var text = await File.ReadAllTextAsync(Repo.Path(path), TestContext.Current.CancellationToken);
        var patch = text.Split("-p '")[1].Split('\'')[0];
        var overlay = await Objects.OfAsync("kubeadm");
        var job = new V1Job { ApiVersion = "batch/v1", Kind = "Job", Metadata = new() { Name = "etcd-defrag-try" }, Spec = overlay.Job };
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("job.yaml"), KubernetesYaml.Serialize(job), TestContext.Current.CancellationToken);

        var result = await Programs.KubectlAsync("patch", "--local", "-f", folder.File("job.yaml"), "--type=json", "-o", "yaml", "-p", patch);

        var patched = KubernetesYaml.Deserialize<V1Job>(result.EnsureSuccess().Output, strict: true);
        Assert.Equal([.. overlay.Container.Args, "--dry-run"], Assert.Single(patched.Spec.Template.Spec.Containers).Args);
    }

    [Fact]
    public void Each_overlay_is_on_the_page() =>
        Assert.All(OverlayTests.All, row => Assert.Contains($"overlays/{row.Data}`", Page, StringComparison.Ordinal));
}
