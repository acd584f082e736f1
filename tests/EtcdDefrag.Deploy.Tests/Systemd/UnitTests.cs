using System.Globalization;
using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Processes;

namespace EtcdDefrag.Deploy.Tests.Systemd;

/// <summary>The units, as systemd itself reads and judges them.</summary>
public sealed class UnitTests
{
    private static readonly Unit Service = new("etcd-defrag.service");

    private static readonly Unit Timer = new("etcd-defrag.timer");

    private static readonly Unit Settings = new("etcd-defrag.env");

    [Fact]
    public async Task Systemd_has_nothing_to_say_against_them()
    {
        var result = await AnalyzeAsync(unit => ["verify", "--man=no", unit("etcd-defrag.service"), unit("etcd-defrag.timer")]);

        Assert.Equal((0, "", ""), (result.ExitCode, result.Output, result.Error));
    }

    [Fact]
    public async Task The_metrics_drop_in_fits_the_service()
    {
        var result = await AnalyzeAsync(unit => ["verify", "--man=no", unit("etcd-defrag.service")], folder =>
        {
            Directory.CreateDirectory(Path.Combine(folder, "etcd-defrag.service.d"));
            File.Copy(Repo.Path("deploy", "systemd", "metrics.conf"), Path.Combine(folder, "etcd-defrag.service.d", "metrics.conf"));
        });

        Assert.Equal((0, "", ""), (result.ExitCode, result.Output, result.Error));
    }

    [Fact]
    public async Task The_service_is_hardened()
    {
        var result = (await AnalyzeAsync(unit => ["security", "--offline=true", "--no-pager", unit("etcd-defrag.service")])).EnsureSuccess();

        var words = result.OutputLines[^1].Split(' ');
        Assert.InRange(double.Parse(words[Array.IndexOf(words, "etcd-defrag.service:") + 1], CultureInfo.InvariantCulture), 0, 1.5);
    }

    [Fact]
    public void A_run_is_done_once_and_never_again_by_itself()
    {
        Assert.Equal("oneshot", Service.One("Type"));
        Assert.Empty(Service.All("Restart"));
        Assert.Equal("7", Service.One("SuccessExitStatus"));
        Assert.Equal("/usr/bin/etcd-defrag", Service.One("ExecStart"));
        Assert.Equal("/etc/etcd-defrag/etcd-defrag.env", Service.One("EnvironmentFile"));
        Assert.Equal("yes", Service.One("DynamicUser"));
        Assert.Empty(Service.All("WantedBy")); // the timer starts it, a boot does not
    }

    [Fact]
    public void The_timer_spreads_runs_and_makes_up_for_missed_ones()
    {
        Assert.Equal(("1h", "yes", "true"), (Timer.One("RandomizedDelaySec"), Timer.One("FixedRandomDelay"), Timer.One("Persistent")));
        Assert.Equal("timers.target", Timer.One("WantedBy"));
    }

    [Fact]
    public async Task The_timer_runs_every_night()
    {
        var result = (await Programs.RunAsync("/usr/bin/systemd-analyze", "calendar", "--base-time=2030-01-01 12:00:00 UTC", "--iterations=2", Timer.One("OnCalendar"))).EnsureSuccess();

        Assert.Contains("2030-01-02 03:00:00", result.Output, StringComparison.Ordinal);
        Assert.Contains("2030-01-03 03:00:00", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void No_bound_of_systemds_ends_a_run_that_keeps_its_own()
    {
        var member = Settings.Minutes("ETCD_DEFRAG_DEFRAG_TIMEOUT") + Settings.Minutes("ETCD_DEFRAG_RECOVERY_TIMEOUT");

        Assert.InRange(Service.Minutes("TimeoutStartSec"), Settings.Minutes("ETCD_DEFRAG_RUN_TIMEOUT") + member + 10, 24 * 60);
        Assert.InRange(Service.Minutes("TimeoutStopSec"), member + 1, 24 * 60);
    }

    [Fact]
    public void The_settings_name_the_credentials_that_the_service_loads()
    {
        var loaded = Service.All("LoadCredential").Select(value => value.Split(':')).ToList();

        Assert.All(loaded, pair => Assert.Equal($"/etc/etcd-defrag/tls/{pair[0]}", pair[1]));
        Assert.Equal(
            loaded.Select(pair => $"/run/credentials/etcd-defrag.service/{pair[0]}"),
            new[] { "CACERT", "CERT", "KEY" }.Select(name => Settings.One($"ETCD_DEFRAG_{name}")));
    }

    private static async Task<ProcessResult> AnalyzeAsync(Func<Func<string, string>, string[]> arguments, Action<string>? prepare = null)
    {
        using var folder = new TemporaryFolder();
        foreach (var (name, unit) in new[] { ("etcd-defrag.service", Service), ("etcd-defrag.timer", Timer) })
        {
            // The binary as it lies here: systemd looks whether it can be run.
            var text = unit.Text.Replace("=/usr/bin/etcd-defrag\n", $"={Tool.Binary}\n", StringComparison.Ordinal);
            await File.WriteAllTextAsync(folder.File(name), text, TestContext.Current.CancellationToken);
        }

        prepare?.Invoke(folder.Path);
        return await Programs.RunAsync("/usr/bin/systemd-analyze", arguments(folder.File));
    }
}
