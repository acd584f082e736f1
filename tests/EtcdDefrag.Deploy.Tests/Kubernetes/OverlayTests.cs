using System.Globalization;
using EtcdDefrag.Testing;
using k8s.Models;

namespace EtcdDefrag.Deploy.Tests.Kubernetes;

/// <summary>What every overlay promises, field by field, in what kubectl renders.</summary>
public sealed class OverlayTests
{
    public static TheoryData<string> All { get; } = ["kubeadm", "k3s", "rke2", "statefulset"];

    public static TheoryData<string> ControlPlane { get; } = ["kubeadm", "k3s", "rke2"];

    [Fact]
    public void Each_overlay_is_tested() => Assert.Equal(
        All.Select(row => row.Data).Order(), Directory.GetDirectories(Repo.Path("deploy", "kubernetes", "overlays")).Select(Path.GetFileName).Order());

    [Theory]
    [MemberData(nameof(All))]
    public async Task One_run_at_a_time_once_a_night_and_never_a_second_try(string overlay)
    {
        var objects = await Objects.OfAsync(overlay);
        var cron = objects.CronJob.Spec;

        Assert.Equal(("batch/v1", "etcd-defrag"), (objects.CronJob.ApiVersion, objects.CronJob.Metadata.Name));
        Assert.Equal("17 3 * * *", cron.Schedule);
        Assert.Equal("Forbid", cron.ConcurrencyPolicy);
        Assert.Equal(1800, cron.StartingDeadlineSeconds);
        Assert.Equal((3, 5), (cron.SuccessfulJobsHistoryLimit, cron.FailedJobsHistoryLimit));
        Assert.NotEqual(true, cron.Suspend);
        Assert.Equal(0, objects.Job.BackoffLimit);
        Assert.Null(objects.Job.Parallelism);
        Assert.Null(objects.Job.Completions);
        Assert.Equal("Never", objects.Pod.RestartPolicy);
        Assert.Null(objects.Pod.InitContainers);
        Assert.Equal("false", objects.Job.Template.Metadata.Annotations["cluster-autoscaler.kubernetes.io/safe-to-evict"]);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task No_deadline_ends_a_run_that_keeps_its_own_bounds(string overlay)
    {
        var objects = await Objects.OfAsync(overlay);
        var member = Minutes(objects, "defrag-timeout") + Minutes(objects, "recovery-timeout");

        Assert.InRange(objects.Job.ActiveDeadlineSeconds!.Value, 60 * (Minutes(objects, "run-timeout") + member + 10), 24 * 3600);
        Assert.InRange(objects.Pod.TerminationGracePeriodSeconds!.Value, 60 * (member + 1), objects.Job.ActiveDeadlineSeconds.Value);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task The_container_can_do_nothing_but_its_work(string overlay)
    {
        var objects = await Objects.OfAsync(overlay);
        var container = objects.Container.SecurityContext;

        Assert.Equal("RuntimeDefault", objects.Pod.SecurityContext.SeccompProfile.Type);
        Assert.True(container.ReadOnlyRootFilesystem);
        Assert.False(container.AllowPrivilegeEscalation);
        Assert.False(container.Privileged);
        Assert.Equal(["ALL"], container.Capabilities.Drop);
        Assert.Null(container.Capabilities.Add);
        Assert.Null(container.RunAsUser);
        Assert.Null(container.RunAsNonRoot);
        Assert.Null(container.SeccompProfile);
        Assert.False(objects.Pod.AutomountServiceAccountToken);
        Assert.False(objects.Pod.EnableServiceLinks);
        Assert.Null(objects.Pod.ServiceAccountName);
        Assert.NotEqual(true, objects.Pod.HostPID);
        Assert.NotEqual(true, objects.Pod.HostIPC);
        Assert.All(objects.Container.VolumeMounts, mount => Assert.True(mount.ReadOnlyProperty));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task What_it_takes_is_bounded_and_what_it_says_is_kept(string overlay)
    {
        var container = (await Objects.OfAsync(overlay)).Container;

        Assert.Equal("10m", container.Resources.Requests["cpu"].ToString());
        Assert.Equal("32Mi", container.Resources.Requests["memory"].ToString());
        Assert.Equal("64Mi", container.Resources.Limits["memory"].ToString());
        Assert.DoesNotContain("cpu", container.Resources.Limits.Keys);
        Assert.Equal("FallbackToLogsOnError", container.TerminationMessagePolicy);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task The_flags_are_the_careful_ones(string overlay)
    {
        var objects = await Objects.OfAsync(overlay);

        foreach (var flag in new[] { "--cluster", "--move-leader", "--lock", "--verify" })
        {
            Assert.Contains(flag, objects.Container.Args);
        }

        Assert.Equal("dbQuotaUsage > 0.8 || dbSizeFree > 200MiB", objects.Flag("defrag-rule"));
        Assert.Equal("100MiB", objects.Flag("min-reclaim"));
        Assert.Equal(ControlPlane.Any(row => row.Data == overlay), objects.Container.Args.Contains("--compaction=false"));
        Assert.DoesNotContain(objects.Container.Args, argument => argument.Contains("skip", StringComparison.Ordinal) || argument.Contains("password=", StringComparison.Ordinal));
        Assert.Null(objects.Container.Command);
        Assert.Null(objects.Container.Env);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task The_image_is_pinned_to_this_version(string overlay)
    {
        var container = (await Objects.OfAsync(overlay)).Container;

        Assert.Equal($"registry.example.com/etcd-defrag:{Project.Version}", container.Image);
        Assert.Equal("IfNotPresent", container.ImagePullPolicy);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Each_file_that_the_flags_name_is_mounted_and_nothing_else(string overlay)
    {
        var objects = await Objects.OfAsync(overlay);

        var named = objects.Container.Args.Select(argument => argument.Split('=', 2)).Where(pair => pair.Length == 2 && pair[1].StartsWith('/')).Select(pair => pair[1]);

        Assert.Equal(named.Order(), objects.Container.VolumeMounts.SelectMany(mount => Mounted(mount, objects.Pod)).Order());
    }

    [Theory]
    [InlineData("kubeadm", "/etc/kubernetes/pki/etcd/", "ca.crt", "healthcheck-client.crt", "healthcheck-client.key")]
    [InlineData("k3s", "/var/lib/rancher/k3s/server/tls/etcd/", "server-ca.crt", "client.crt", "client.key")]
    [InlineData("rke2", "/var/lib/rancher/rke2/server/tls/etcd/", "server-ca.crt", "client.crt", "client.key")]
    public async Task A_control_planes_pod_sees_three_files_of_the_machine(string overlay, string folder, string ca, string certificate, string key)
    {
        var objects = await Objects.OfAsync(overlay);

        Assert.All(objects.Pod.Volumes, volume => Assert.Equal("File", volume.HostPath.Type));
        Assert.Equal(
            [("ca", folder + ca), ("client-certificate", folder + certificate), ("client-key", folder + key)],
            objects.Pod.Volumes.Select(volume => (volume.Name, volume.HostPath.Path)));
        Assert.Equal("/etc/etcd-defrag/tls/ca.crt", MountOf("ca", objects));
        Assert.Equal(objects.Flag("cacert"), MountOf("ca", objects));
        Assert.Equal(objects.Flag("cert"), MountOf("client-certificate", objects));
        Assert.Equal(objects.Flag("key"), MountOf("client-key", objects));
    }

    [Theory]
    [MemberData(nameof(ControlPlane))]
    public async Task A_control_planes_pod_runs_on_its_machines_and_network_as_the_owner_of_the_key(string overlay)
    {
        var objects = await Objects.OfAsync(overlay);

        Assert.Equal("kube-system", objects.CronJob.Metadata.NamespaceProperty);
        Assert.True(objects.Pod.HostNetwork);
        Assert.Equal("ClusterFirstWithHostNet", objects.Pod.DnsPolicy);
        Assert.Equal("https://127.0.0.1:2379", objects.Flag("endpoints"));
        Assert.Equal((0L, 0L, false), (objects.Pod.SecurityContext.RunAsUser, objects.Pod.SecurityContext.RunAsGroup, objects.Pod.SecurityContext.RunAsNonRoot));
        Assert.Null(objects.Pod.SecurityContext.FsGroup);
        Assert.Null(objects.NetworkPolicy); // it would not apply to the host network
    }

    [Theory]
    [InlineData("kubeadm", "node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/control-plane:NoSchedule", "node-role.kubernetes.io/master:NoSchedule")]
    [InlineData("k3s", "node-role.kubernetes.io/etcd", "node-role.kubernetes.io/control-plane:", "node-role.kubernetes.io/etcd:", "CriticalAddonsOnly:")]
    [InlineData("rke2", "node-role.kubernetes.io/etcd", "node-role.kubernetes.io/control-plane:", "node-role.kubernetes.io/etcd:", "CriticalAddonsOnly:")]
    public async Task A_control_planes_pod_goes_where_etcd_is(string overlay, string role, params string[] tolerated)
    {
        var pod = (await Objects.OfAsync(overlay)).Pod;

        var terms = pod.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms;
        var expression = Assert.Single(Assert.Single(terms).MatchExpressions);
        Assert.Equal((role, "Exists"), (expression.Key, expression.OperatorProperty));
        Assert.Equal(tolerated, pod.Tolerations.Select(one => $"{one.Key}:{one.Effect}"));
        Assert.All(pod.Tolerations, one => Assert.Equal("Exists", one.OperatorProperty));
    }

    [Fact]
    public async Task A_stateful_sets_pod_has_nothing_of_the_machine()
    {
        var objects = await Objects.OfAsync("statefulset");

        Assert.Equal("etcd", objects.CronJob.Metadata.NamespaceProperty);
        Assert.NotEqual(true, objects.Pod.HostNetwork);
        var security = objects.Pod.SecurityContext;
        Assert.Equal((true, 65532L, 65532L, 65532L), (security.RunAsNonRoot, security.RunAsUser, security.RunAsGroup, security.FsGroup));
        var volume = Assert.Single(objects.Pod.Volumes);
        Assert.Equal(("etcd-client", 0b100_100_000), (volume.Secret.SecretName, volume.Secret.DefaultMode));
        Assert.Equal(["ca.crt", "tls.crt", "tls.key"], volume.Secret.Items.Select(item => item.Key));
        Assert.Equal("https://etcd-0.etcd:2379,https://etcd-1.etcd:2379,https://etcd-2.etcd:2379", objects.Flag("endpoints"));
    }

    [Fact]
    public async Task A_stateful_sets_pod_reaches_etcd_and_dns_alone_and_nobody_reaches_it()
    {
        var objects = await Objects.OfAsync("statefulset");
        var policy = objects.NetworkPolicy!;

        Assert.Equal("etcd", policy.Metadata.NamespaceProperty);
        Assert.Equal(objects.Job.Template.Metadata.Labels, policy.Spec.PodSelector.MatchLabels);
        Assert.Equal(["Ingress", "Egress"], policy.Spec.PolicyTypes);
        Assert.Null(policy.Spec.Ingress);
        Assert.Equal(["TCP 2379", "UDP 53, TCP 53"], policy.Spec.Egress.Select(rule => string.Join(", ", rule.Ports.Select(port => $"{port.Protocol} {port.Port.Value}"))));
        Assert.All(policy.Spec.Egress, rule => Assert.NotNull(Assert.Single(rule.To).PodSelector));
    }

    private static int Minutes(Objects objects, string flag)
    {
        var value = objects.Flag(flag);
        Assert.EndsWith("m", value, StringComparison.Ordinal);
        return int.Parse(value[..^1], CultureInfo.InvariantCulture);
    }

    private static string MountOf(string volume, Objects objects) => Assert.Single(objects.Container.VolumeMounts, mount => mount.Name == volume).MountPath;

    private static IEnumerable<string> Mounted(V1VolumeMount mount, V1PodSpec pod)
    {
        var volume = Assert.Single(pod.Volumes, volume => volume.Name == mount.Name);
        return volume.Secret is { } secret ? secret.Items.Select(item => $"{mount.MountPath}/{item.Path}") : [mount.MountPath];
    }
}
