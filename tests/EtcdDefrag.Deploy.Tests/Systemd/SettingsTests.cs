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

    [Fact]
    public async Task The_pages_commands_for_a_dry_run_take_the_settings_and_the_files()
    {
        await using var cluster = await EtcdCluster.StartAsync(EtcdBinaries.Newest, Stop, new ClusterOptions { Tls = true, ClientCertificates = true });
        using var folder = new TemporaryFolder();
        var tls = Directory.CreateDirectory(folder.File("tls")).FullName;
        File.CreateSymbolicLink(Path.Combine(tls, "ca.crt"), cluster.Tls!.CaFile);
        File.CreateSymbolicLink(Path.Combine(tls, "client.crt"), cluster.Tls.ClientCertificateFile);
        File.CreateSymbolicLink(Path.Combine(tls, "client.key"), cluster.Tls.ClientKeyFile);
        var settings = new Unit("etcd-defrag.env").Text.Replace("https://127.0.0.1:2379", cluster.Members[0].ClientUrl, StringComparison.Ordinal);
        await File.WriteAllTextAsync(folder.File("etcd-defrag.env"), settings, Stop);
        var page = await File.ReadAllTextAsync(Repo.Path("docs", "systemd.md"), Stop);
        var commands = page.Split("flags win over them:\n\n```\n")[1].Split("```")[0]
            .Replace("/etc/etcd-defrag", folder.Path, StringComparison.Ordinal)
            .Replace("\netcd-defrag ", $"\n{Tool.Binary} ", StringComparison.Ordinal);

        var result = (await Programs.RunAsync("/bin/sh", "-ec", commands)).EnsureSuccess();

        Assert.Contains("dbQuotaUsage > 0.8 || dbSizeFree > 200MiB ... valid", result.Output, StringComparison.Ordinal);
        Assert.Contains("dry run", result.Output, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(cluster.Defragmentations);
    }
}
