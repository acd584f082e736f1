using EtcdDefrag.Deploy.Tests.Kubernetes;
using EtcdDefrag.Testing;
using k8s.Models;

namespace EtcdDefrag.Deploy.Tests.Helm;

/// <summary>The chart gives what the overlays give, and what its values say.</summary>
public sealed class ChartTests
{
    // Everything that can be set, set.
    private const string Everything = """
        preset: statefulset
        image: { repository: example.org/x, tag: 1.2.3, pullPolicy: Always }
        imagePullSecrets: [{ name: pull }]
        schedule: "@daily"
        timeZone: Europe/Paris
        suspend: true
        startingDeadlineSeconds: 60
        successfulJobsHistoryLimit: 1
        failedJobsHistoryLimit: 2
        endpoints: ["https://a:2379", "https://b:2379"]
        tls: { secretName: t, caKey: c, certificateKey: d, keyKey: e }
        login: { secretName: l, passwordKey: p, user: admin }
        rule: dbSizeFree > 1GiB
        minReclaim: 1GiB
        moveLeader: false
        lock: false
        verify: false
        compaction: true
        timeouts: { defrag: 60, recovery: 20, run: 120, slack: 30 }
        extraArgs: ["--auto-disalarm", "--disalarm-threshold=0.8", "--metrics-pushgateway=http://127.0.0.1:9"]
        resources: { limits: { memory: 128Mi } }
        affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: k, operator: Exists }] }] } } }
        tolerations: [{ key: x, operator: Exists }]
        nodeSelector: { disk: ssd }
        podAnnotations: { a: "1" }
        podLabels: { b: "2" }
        priorityClassName: high
        networkPolicy: { enabled: true, etcdLabels: { app: e }, dnsLabels: { app: d }, extraEgress: [{ to: [{ podSelector: {} }], ports: [{ port: 9091 }] }] }
        """;

    [Theory]
    [MemberData(nameof(OverlayTests.All), MemberType = typeof(OverlayTests))]
    public async Task A_preset_gives_field_by_field_what_the_overlay_gives(string preset)
    {
        var overlay = await Objects.OfAsync(preset);

        var chart = await Chart.RenderAsync($"preset: {preset}", @namespace: overlay.CronJob.Metadata.NamespaceProperty);

        Assert.Equal(overlay.ToString(), WithoutHelmsLabels(chart).ToString());
    }

    [Fact]
    public async Task The_login_gives_what_the_component_gives()
    {
        var component = await Customized.RenderAsync("""
            resources: [{deploy}/overlays/statefulset]
            components: [{deploy}/components/login]
            """);

        var chart = await Chart.RenderAsync("{ preset: statefulset, login: { secretName: etcd-login } }", @namespace: "etcd");

        Assert.Equal(component.ToString(), WithoutHelmsLabels(chart).ToString());
    }

    [Fact]
    public async Task Whoever_gives_no_values_gets_kubeadm() =>
        Assert.Equal((await Chart.RenderAsync("preset: kubeadm")).ToString(), (await Chart.RenderAsync("")).ToString());

    [Fact]
    public async Task Everything_that_can_be_set_arrives()
    {
        var objects = await Chart.RenderAsync(Everything, release: "night", @namespace: "db");
        var cron = objects.CronJob.Spec;
        var pod = objects.Pod;

        Assert.Equal(("night-etcd-defrag", "db"), (objects.CronJob.Metadata.Name, objects.CronJob.Metadata.NamespaceProperty));
        Assert.Equal(("@daily", "Europe/Paris", true, 60L, 1, 2), (cron.Schedule, cron.TimeZone, cron.Suspend, cron.StartingDeadlineSeconds, cron.SuccessfulJobsHistoryLimit, cron.FailedJobsHistoryLimit));
        Assert.Equal(("example.org/x:1.2.3", "Always"), (objects.Container.Image, objects.Container.ImagePullPolicy));
        Assert.Equal("pull", Assert.Single(pod.ImagePullSecrets).Name);
        Assert.Equal(
            [
                "--endpoints=https://a:2379,https://b:2379", "--cluster", "--cacert=/etc/etcd-defrag/tls/ca.crt", "--cert=/etc/etcd-defrag/tls/client.crt",
                "--key=/etc/etcd-defrag/tls/client.key", "--defrag-rule=dbSizeFree > 1GiB", "--min-reclaim=1GiB", "--defrag-timeout=60m", "--recovery-timeout=20m",
                "--run-timeout=120m", "--compaction=true", "--user=admin", "--password-file=/etc/etcd-defrag/login/password", "--auto-disalarm", "--disalarm-threshold=0.8",
                "--metrics-pushgateway=http://127.0.0.1:9",
            ],
            objects.Container.Args);
        Assert.Equal(60 * (120 + 60 + 20 + 30), objects.Job.ActiveDeadlineSeconds);
        Assert.Equal(60 * (60 + 20 + 1), pod.TerminationGracePeriodSeconds);
        Assert.Equal(["c", "d", "e", "p"], pod.Volumes.SelectMany(volume => volume.Secret.Items).Select(item => item.Key));
        Assert.Equal(["t", "l"], pod.Volumes.Select(volume => volume.Secret.SecretName));
        Assert.Equal("128Mi", objects.Container.Resources.Limits["memory"].ToString());
        Assert.Equal("k", pod.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms[0].MatchExpressions[0].Key);
        Assert.Equal("x", Assert.Single(pod.Tolerations).Key);
        Assert.Equal("ssd", pod.NodeSelector["disk"]);
        Assert.Equal("1", objects.Job.Template.Metadata.Annotations["a"]);
        Assert.Equal("2", objects.Job.Template.Metadata.Labels["b"]);
        Assert.Equal("high", pod.PriorityClassName);
        Assert.Equal(["e", "d"], objects.NetworkPolicy!.Spec.Egress.Take(2).Select(rule => rule.To[0].PodSelector.MatchLabels["app"]));
        Assert.Equal("9091", objects.NetworkPolicy.Spec.Egress[2].Ports[0].Port.Value);
        Assert.True(objects.NetworkPolicy.Spec.PodSelector.MatchLabels.All(objects.Job.Template.Metadata.Labels.Contains));
    }

    [Fact]
    public async Task A_null_or_an_empty_list_takes_a_default_away()
    {
        var objects = await Chart.RenderAsync("""
            affinity: {}
            tolerations: []
            resources: null
            rule: ""
            minReclaim: ""
            """);

        Assert.Null(objects.Pod.Affinity);
        Assert.Null(objects.Pod.Tolerations);
        Assert.Null(objects.Container.Resources);
        Assert.DoesNotContain(objects.Container.Args, argument => argument.Contains("rule", StringComparison.Ordinal) || argument.Contains("reclaim", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_secret_there_is_no_tls_and_nothing_is_mounted()
    {
        var objects = await Chart.RenderAsync("{ preset: statefulset, tls: { secretName: '' }, networkPolicy: { enabled: false } }");

        Assert.Equal("http://etcd-0.etcd:2379,http://etcd-1.etcd:2379,http://etcd-2.etcd:2379", objects.Flag("endpoints"));
        Assert.DoesNotContain(objects.Container.Args, argument => argument.Contains("/etc/", StringComparison.Ordinal));
        Assert.Null(objects.Pod.Volumes);
        Assert.Null(objects.Container.VolumeMounts);
        Assert.Null(objects.NetworkPolicy);
    }

    [Fact]
    public async Task The_binary_accepts_all_arguments_and_finds_nobody_there()
    {
        using var folder = new TemporaryFolder();
        var files = EtcdDefrag.Testing.Etcd.EtcdTls.Create(folder.Path, clientCertificateRequired: true);
        await File.WriteAllTextAsync(folder.File("password"), "secret\n", TestContext.Current.CancellationToken);
        var objects = await Chart.RenderAsync(Everything);
        var arguments = objects.Container.Args.Select(argument => argument
            .Replace("https://a:2379,https://b:2379", $"https://127.0.0.1:{FreePort.Next()}", StringComparison.Ordinal)
            .Replace("/etc/etcd-defrag/tls/ca.crt", files.CaFile, StringComparison.Ordinal)
            .Replace("/etc/etcd-defrag/tls/client.crt", files.ClientCertificateFile, StringComparison.Ordinal)
            .Replace("/etc/etcd-defrag/tls/client.key", files.ClientKeyFile, StringComparison.Ordinal)
            .Replace("/etc/etcd-defrag/login/password", folder.File("password"), StringComparison.Ordinal));

        var result = await Tool.RunAsync([.. arguments], TestContext.Current.CancellationToken);

        Assert.Equal(4, result.ExitCode);
    }

    [Fact]
    public async Task The_notes_name_what_was_installed_and_a_namespace_that_may_refuse_it()
    {
        var good = await Chart.NotesAsync("preset: k3s");
        var bad = await Chart.NotesAsync("{ preset: k3s, suspend: true }", @namespace: "tools");

        Assert.Contains("kubectl -n kube-system create job etcd-defrag-try --from=cronjob/etcd-defrag", good, StringComparison.Ordinal);
        Assert.DoesNotContain("must allow privileged pods", good, StringComparison.Ordinal);
        Assert.DoesNotContain("suspended", good, StringComparison.Ordinal);
        Assert.Contains("tools must allow privileged pods", bad, StringComparison.Ordinal);
        Assert.Contains("suspended", bad, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_chart_has_this_version()
    {
        var chart = await File.ReadAllTextAsync(Path.Combine(Chart.Folder, "Chart.yaml"), TestContext.Current.CancellationToken);

        Assert.Contains($"\nversion: {Project.Version}\nappVersion: \"{Project.Version}\"\n", chart, StringComparison.Ordinal);
    }

    private static Objects WithoutHelmsLabels(Objects objects)
    {
        V1ObjectMeta?[] all =
        [
            objects.CronJob.Metadata, objects.CronJob.Spec.JobTemplate.Metadata, objects.Job.Template.Metadata, objects.NetworkPolicy?.Metadata,
        ];
        foreach (var labels in all.OfType<V1ObjectMeta>().Select(metadata => metadata.Labels).Append(objects.NetworkPolicy?.Spec.PodSelector.MatchLabels).OfType<IDictionary<string, string>>())
        {
            Assert.Equal("etcd-defrag", labels["app.kubernetes.io/instance"]);
            foreach (var name in new[] { "app.kubernetes.io/instance", "app.kubernetes.io/managed-by", "app.kubernetes.io/version", "helm.sh/chart" })
            {
                labels.Remove(name);
            }
        }

        return objects;
    }
}
