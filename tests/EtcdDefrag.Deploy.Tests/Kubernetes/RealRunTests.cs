using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Etcd;
using EtcdDefrag.Testing.Processes;

namespace EtcdDefrag.Deploy.Tests.Kubernetes;

/// <summary>The container's arguments, as rendered, given to the real binary on a real cluster that demands a client certificate.</summary>
public sealed class RealRunTests : IAsyncLifetime
{
    private EtcdCluster? _cluster;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private EtcdCluster Cluster => _cluster!;

    public async ValueTask InitializeAsync() =>
        _cluster = await EtcdCluster.StartAsync(EtcdBinaries.Newest, Stop, new ClusterOptions { Tls = true, ClientCertificates = true });

    public async ValueTask DisposeAsync() => await Cluster.DisposeAsync();

    [Fact]
    public async Task Each_overlays_arguments_work_and_a_night_without_need_changes_nothing()
    {
        foreach (var overlay in OverlayTests.All.Select(row => row.Data))
        {
            var result = await RunAsync(await Objects.OfAsync(overlay));

            Assert.Equal(0, result.ExitCode);
            Assert.Contains("none needed it", result.Output, StringComparison.Ordinal);
            Assert.Equal(3, result.OutputLines.Count(line => line.Contains("Skipping endpoint", StringComparison.Ordinal)));
        }

        Assert.Empty(Cluster.Defragmentations);
    }

    [Fact]
    public async Task One_pod_does_each_member_in_turn_the_leader_last_and_moved()
    {
        const long Megabyte = 1024 * 1024;
        await Filler.FragmentAsync(Cluster, onDisk: 48 * Megabyte, live: 4 * Megabyte, Stop);
        var leader = await Cluster.LeaderAsync(Stop);

        // A tenth of the sizes: what is shown is the order of things, not the disk's speed.
        var result = await RunAsync(await Objects.OfAsync("kubeadm"), argument => argument.Replace("00MiB", "0MiB", StringComparison.Ordinal));

        Assert.Equal(0, result.ExitCode);
        var done = Cluster.Defragmentations;
        Assert.Equal(3, done.Select(one => one.Member).Distinct().Count());
        Assert.Equal((3, leader.Name), (done.Count, done[^1].Member));
        Assert.All(done.Zip(done.Skip(1)), pair => Assert.False(pair.First.Overlaps(pair.Second)));
        Assert.NotEqual(leader, await Cluster.LeaderAsync(Stop));
        Assert.All(Cluster.Members, member => Assert.InRange(member.DatabaseBytes, 1, 20 * Megabyte));
    }

    private async Task<ProcessResult> RunAsync(Objects objects, Func<string, string>? change = null)
    {
        var tls = Cluster.Tls!;
        var replacements = new Dictionary<string, string>
        {
            [objects.Flag("endpoints")] = Cluster.Members[0].ClientUrl,
            [objects.Flag("cacert")] = tls.CaFile,
            [objects.Flag("cert")] = tls.ClientCertificateFile,
            [objects.Flag("key")] = tls.ClientKeyFile,
        };
        var arguments = objects.Container.Args
            .Select(argument => replacements.Aggregate(argument, (text, pair) => text.Replace(pair.Key, pair.Value, StringComparison.Ordinal)))
            .Select(change ?? (argument => argument));
        return await Tool.RunAsync([.. arguments], Stop);
    }
}
