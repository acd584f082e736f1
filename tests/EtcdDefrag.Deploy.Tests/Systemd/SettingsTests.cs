using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Etcd;

#pragma warning disable CA1416 // the tests run on Linux

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

    [Fact]
    public async Task Root_copies_the_metrics_for_all_to_read_and_follows_no_link_of_the_services()
    {
        using var folder = new TemporaryFolder();
        var own = Directory.CreateDirectory(folder.File("own")).FullName;
        var collector = Directory.CreateDirectory(folder.File("collector")).FullName;
        var metrics = Path.Combine(own, "etcd_defrag.prom");
        var secret = folder.File("secret");
        await File.WriteAllTextAsync(secret, "secret", Stop);
        File.SetUnixFileMode(secret, UnixFileMode.UserRead);
        File.CreateSymbolicLink(metrics, secret);

        await CopyAsync();

        Assert.Empty(Directory.GetFiles(collector));
        Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(secret));

        File.Delete(metrics);
        await File.WriteAllTextAsync(metrics, "a 1\n", Stop);
        File.SetUnixFileMode(metrics, UnixFileMode.UserRead);
        await CopyAsync();

        var copy = Assert.Single(Directory.GetFiles(collector));
        Assert.Equal(("etcd_defrag.prom", "a 1\n"), (Path.GetFileName(copy), await File.ReadAllTextAsync(copy, Stop)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead, File.GetUnixFileMode(copy));

        Task CopyAsync() => Programs.RunAsync("/bin/sh", "-c", new Unit("metrics.conf").One("ExecStopPost").Split('\'')[1]
            .Replace("/var/lib/etcd-defrag", own, StringComparison.Ordinal).Replace("/var/lib/prometheus/node-exporter", collector, StringComparison.Ordinal));
    }
}
