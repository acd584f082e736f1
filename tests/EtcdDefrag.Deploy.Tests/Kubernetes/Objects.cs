using System.Collections.Concurrent;
using EtcdDefrag.Testing;
using k8s;
using k8s.Models;

namespace EtcdDefrag.Deploy.Tests.Kubernetes;

/// <summary>Rendered Kubernetes objects, read by Kubernetes' own client: a field that the API does not know is an error.</summary>
internal sealed record Objects(V1CronJob CronJob, V1NetworkPolicy? NetworkPolicy)
{
    private static readonly ConcurrentDictionary<string, Task<Objects>> Rendered = [];

    public V1JobSpec Job => CronJob.Spec.JobTemplate.Spec;

    public V1PodSpec Pod => Job.Template.Spec;

    public V1Container Container => Assert.Single(Pod.Containers);

    /// <summary>Renders an overlay of deploy/kubernetes/overlays, once.</summary>
    public static Task<Objects> OfAsync(string overlay) => Rendered.GetOrAdd(overlay, name => KustomizeAsync(Repo.Path("deploy", "kubernetes", "overlays", name)));

    public static async Task<Objects> KustomizeAsync(string folder) => Read((await Programs.KubectlAsync("kustomize", folder)).EnsureSuccess().Output);

    public static Objects Read(string yaml)
    {
        var all = KubernetesYaml.LoadAllFromString(yaml, strict: true);
        Assert.All(all, one => Assert.True(one is V1CronJob or V1NetworkPolicy, $"unexpected: {one.GetType().Name}"));
        return new(Assert.Single(all.OfType<V1CronJob>()), all.OfType<V1NetworkPolicy>().SingleOrDefault());
    }

    /// <summary>The value of --flag=value among the container's arguments.</summary>
    public string Flag(string name) => Assert.Single(Container.Args, argument => argument.StartsWith($"--{name}=", StringComparison.Ordinal))[(name.Length + 3)..];

    public override string ToString() => $"{KubernetesYaml.Serialize(CronJob)}\n---\n{(NetworkPolicy is null ? "" : KubernetesYaml.Serialize(NetworkPolicy))}";
}
