using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Etcd;

namespace EtcdDefrag.Deploy.Tests.Systemd;

/// <summary>The example settings, given to the real binary on a real cluster that demands a client certificate.</summary>
public sealed class SettingsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_settings_work_and_a_night_without_need_changes_nothing()
    {
        await using var cluster = await EtcdCluster.StartAsync(EtcdBinaries.Newest, Stop, new ClusterOptions { Tls = true, ClientCertificates = true });
        var tls = cluster.Tls!;
        var settings = new Unit("etcd-defrag.env").Lines.ToDictionary(line => line.Name, line => line.Value);
        settings["ETCD_DEFRAG_ENDPOINTS"] = cluster.Members[0].ClientUrl;
        settings["ETCD_DEFRAG_CACERT"] = tls.CaFile;
        settings["ETCD_DEFRAG_CERT"] = tls.ClientCertificateFile;
        settings["ETCD_DEFRAG_KEY"] = tls.ClientKeyFile;

        var result = await Tool.RunAsync([], Stop, settings);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal("", result.Error); // no variable that is no flag's
        Assert.Equal(3, result.OutputLines.Count(line => line.Contains("Skipping endpoint", StringComparison.Ordinal)));
        Assert.Empty(cluster.Defragmentations);
    }
}
