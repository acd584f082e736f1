using System.IO.Compression;
using EtcdDefrag.Deploy.Tests.Systemd;
using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Processes;
using k8s;
using k8s.Models;

namespace EtcdDefrag.Deploy.Tests;

/// <summary>The examples for a start: each command as it stands there, given to the real binary on a real database.</summary>
public sealed class OfflineTests : IDisposable
{
    private static readonly Dictionary<string, string> NoVariables = [];

    private readonly TemporaryFolder _folder = new();

    private string Db => _folder.File("member/snap/db");

    public OfflineTests()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Db)!);
        using var packed = new GZipStream(File.OpenRead(Repo.Path("tests", "EtcdDefrag.Storage.Tests", "Data", "etcd-3.5.30.db.gz")), CompressionMode.Decompress);
        using var file = File.Create(Db);
        packed.CopyTo(file);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public Task The_systemd_drop_in_does_what_it_says()
    {
        var unit = new Unit(Path.Combine("etcd.service.d", "etcd-defrag.conf"));
        var environment = unit.All("Environment").Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        var words = unit.One("ExecStartPre").Replace("${ETCD_DATA_DIR}", _folder.Path, StringComparison.Ordinal).Split(' ');
        Assert.Equal("-/usr/bin/etcd-defrag", words[0]); // the dash: etcd starts in any case

        return AssertActsByItsRuleAsync(words[1..], environment);
    }

    [Fact]
    public Task The_stateful_sets_init_container_does_what_it_says()
    {
        var set = KubernetesYaml.Deserialize<V1StatefulSet>(Read("statefulset.yaml"), strict: true);

        return AssertActsByItsRuleAsync(Assert.Single(set.Spec.Template.Spec.InitContainers));
    }

    [Fact]
    public Task The_static_pods_init_container_does_what_it_says()
    {
        var pod = KubernetesYaml.Deserialize<V1Pod>(Read("kubeadm.yaml"), strict: true);

        return AssertActsByItsRuleAsync(Assert.Single(pod.Spec.InitContainers));
    }

    private Task AssertActsByItsRuleAsync(V1Container container)
    {
        Assert.Equal($"registry.example.com/etcd-defrag:{Project.Version}", container.Image);
        Assert.Contains("--data-dir=/var/lib/etcd", container.Args);
        Assert.Equal("/var/lib/etcd", Assert.Single(container.VolumeMounts).MountPath);
        return AssertActsByItsRuleAsync([.. container.Args.Select(argument => argument.Replace("/var/lib/etcd", _folder.Path, StringComparison.Ordinal))], NoVariables);
    }

    private async Task AssertActsByItsRuleAsync(string[] arguments, Dictionary<string, string> environment)
    {
        var size = new FileInfo(Db).Length;
        var idle = await RunAsync();
        Assert.Contains("Evaluation result is false", idle.Output, StringComparison.Ordinal);
        Assert.Equal(size, new FileInfo(Db).Length);

        using (var file = File.OpenWrite(Db))
        {
            file.SetLength(1L << 30); // free space behind the last page, as etcd itself reserves it
        }

        var work = await RunAsync();
        Assert.Contains("rewritten: 1 GiB -> 1.4 MiB", work.Output, StringComparison.Ordinal);

        async Task<ProcessResult> RunAsync()
        {
            var result = await Tool.RunAsync(arguments, TestContext.Current.CancellationToken, environment);
            Assert.True(result is { ExitCode: 0, Error: "" }, result.ToString());
            return result;
        }
    }

    private static string Read(string name) => File.ReadAllText(Repo.Path("deploy", "kubernetes", "offline", name));
}
