using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using EtcdDefrag.Integration.Tests.Connecting;
using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Etcd;
using EtcdDefrag.Testing.Processes;

#pragma warning disable CA1416 // the tests run on Linux
using static EtcdDefrag.Integration.Tests.Scene;

namespace EtcdDefrag.Integration.Tests.Records;

/// <summary>What a run leaves behind for scripts and dashboards, however it ended: read by promtool and taken by a real Pushgateway.</summary>
public sealed class RecordTests : IDisposable
{
    private readonly Pki _pki = new();

    private string Report => Path.Combine(_pki.Folder, "report.json");

    private string Textfile => Path.Combine(_pki.Folder, "etcd.prom");

    private string[] Files => ["--report-file", Report, "--metrics-textfile", Textfile];

    public void Dispose() => _pki.Dispose();

    [Fact]
    public async Task Success_and_then_a_refusal_that_keeps_the_last_success()
    {
        await using var cluster = await ClusterAsync();
        await Filler.FragmentAsync(cluster, onDisk: 8 * Megabyte, live: Megabyte, Stop);
        using var gateway = await RealGateway.StartAsync();
        string[] records = [.. Files, "--metrics-pushgateway", $"http://{gateway.Address}/"];

        var success = await RunAsync(cluster, [.. records, "--defrag-rule", "dbSize < dbQuota"]);
        var (file, pushed, report) = (await FileAsync(), await gateway.SamplesAsync(), await ReportAsync());

        Assert.Equal(0, success.ExitCode);
        Assert.DoesNotContain("Warning", success.Error, StringComparison.Ordinal);
        var id = report.GetProperty("clusterID").GetUInt64().ToString("x", null);
        Assert.Equal(1, file[$"etcd_defrag_run_outcome{{cluster_id=\"{id}\",outcome=\"success\"}}"]);
        Assert.Equal(3, file[$"etcd_defrag_run_members{{cluster_id=\"{id}\",outcome=\"done\"}}"]);
        Assert.Equal(report.GetProperty("reclaimedBytes").GetDouble(), file[$"etcd_defrag_run_reclaimed_bytes{{cluster_id=\"{id}\"}}"]);
        foreach (var member in cluster.Members)
        {
            var labels = $"cluster_id=\"{id}\",member_id=\"{(await member.Gateway.StatusAsync(Stop)).MemberId:x}\",member=\"{member.Name}\",endpoint=\"{member.ClientUrl}\"";
            var told = report.GetProperty("members").EnumerateArray().Single(one => one.GetProperty("name").GetString() == member.Name);
            Assert.Equal(told.GetProperty("after").GetProperty("dbSize").GetDouble(), file[$"etcd_defrag_member_db_size_after_bytes{{{labels}}}"]);
            Assert.Equal(2147483648, file[$"etcd_defrag_member_quota_bytes{{{labels}}}"]);
            Assert.True(file[$"etcd_defrag_member_blocked_duration_seconds{{{labels}}}"] >= file[$"etcd_defrag_member_defragmentation_duration_seconds{{{labels}}}"]);
        }

        Assert.Equal(Comparable(file), Comparable(pushed)); // the same samples, pushed with job and instance besides
        Assert.Equal(Readable, File.GetUnixFileMode(Textfile));
        await AssertPromtoolIsContentAsync();

        await RaiseAlarmAsync(cluster.Members[0], "CORRUPT", (await cluster.Members[1].Gateway.StatusAsync(Stop)).MemberId);
        var refused = await RunAsync(cluster, records);
        var (fileAfter, pushedAfter, reportAfter) = (await FileAsync(), await gateway.SamplesAsync(), await ReportAsync());

        Assert.Equal(3, refused.ExitCode);
        var last = $"etcd_defrag_run_last_success_timestamp_seconds{{cluster_id=\"{id}\"}}";
        Assert.Equal(file[last], fileAfter[last]);
        Assert.True(fileAfter[$"etcd_defrag_run_end_timestamp_seconds{{cluster_id=\"{id}\"}}"] > fileAfter[last]);
        Assert.Equal(1, fileAfter[$"etcd_defrag_check_failed{{cluster_id=\"{id}\",check=\"no-corrupt-alarm\"}}"]);
        Assert.Equal(
            (pushed[Pushed(last)], 3, 1),
            (pushedAfter[Pushed(last)], pushedAfter[Pushed($"etcd_defrag_run_exit_code{{cluster_id=\"{id}\"}}")], pushedAfter[Pushed($"etcd_defrag_run_outcome{{cluster_id=\"{id}\",outcome=\"refused\"}}")]));
        Assert.Equal(["no-corrupt-alarm"], reportAfter.GetProperty("refusedChecks").EnumerateArray().Select(check => check.GetString()));
        await AssertPromtoolIsContentAsync();
    }

    [Fact]
    public async Task Dry_run_writes_too_and_counts_as_no_success()
    {
        await using var cluster = await ClusterAsync(new ClusterOptions { Members = 1 });
        using var gateway = await RealGateway.StartAsync();

        var result = await RunAsync(cluster, [.. Files, "--metrics-pushgateway", $"http://{gateway.Address}", "--dry-run"]);

        Assert.Equal(0, result.ExitCode);
        foreach (var samples in new[] { await FileAsync(), await gateway.SamplesAsync() })
        {
            Assert.Equal(1, Assert.Single(samples, sample => sample.Key.StartsWith("etcd_defrag_run_dry_run", StringComparison.Ordinal)).Value);
            Assert.DoesNotContain(samples.Keys, name => name.StartsWith("etcd_defrag_run_last_success", StringComparison.Ordinal));
        }

        Assert.Equal("planned", (await ReportAsync()).GetProperty("members")[0].GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task Interrupted_run_writes_what_became_of_every_member()
    {
        await using var cluster = await ClusterAsync();
        using var gateway = await RealGateway.StartAsync();
        using var running = await StartAsync(cluster, [.. Files, "--metrics-pushgateway", $"http://{gateway.Address}", "--wait-between-defrags", "10m"]);
        await FirstPauseAsync(cluster, running);

        running.Send(Signal.Terminate);
        var result = await EndAsync(running);

        Assert.Equal(143, result.ExitCode);
        var report = await ReportAsync();
        Assert.Equal((143, "interrupted"), (report.GetProperty("exitCode").GetInt32(), report.GetProperty("stopped").GetString()));
        Assert.Equal(["done", "notStarted", "notStarted"], report.GetProperty("members").EnumerateArray().Select(member => member.GetProperty("outcome").GetString()));
        foreach (var samples in new[] { await FileAsync(), await gateway.SamplesAsync() })
        {
            Assert.Single(samples, sample => sample.Key.Contains("outcome=\"interrupted\"", StringComparison.Ordinal) && sample.Value == 1);
            Assert.Equal(2, Assert.Single(samples, sample => sample.Key.StartsWith("etcd_defrag_run_members", StringComparison.Ordinal) && sample.Key.Contains("not_started", StringComparison.Ordinal)).Value);
        }
    }

    [Theory]
    [InlineData("--endpoints", "127.0.0.1:1")]
    [InlineData("--discovery-srv", "example.test")]
    public async Task Run_that_finds_nobody_is_told_everywhere(string flag, string value)
    {
        // A DNS server that is not there, so that no name leaves this machine.
        var environment = new Dictionary<string, string> { ["ETCD_DEFRAG_RESOLV_CONF"] = _pki.Write("resolv.conf", $"nameserver 127.0.0.1:{FreePort.Next()}\noptions attempts:1\n") };
        await File.WriteAllTextAsync(Textfile, "etcd_defrag_run_last_success_timestamp_seconds{cluster_id=\"abc\"} 1234.5\n", Stop);

        var result = await Tool.RunAsync([flag, value, "-w", "json", .. Files], Stop, environment);

        Assert.Equal(4, result.ExitCode);
        using var last = JsonDocument.Parse(result.OutputLines[^1]);
        Assert.Equal(("report", 4, "noAccess"), (Text(last, "event"), last.RootElement.GetProperty("exitCode").GetInt32(), Text(last, "stopped")));
        Assert.Equal(result.OutputLines[^1], (await File.ReadAllTextAsync(Report, Stop)).TrimEnd('\n'));
        var samples = await FileAsync();
        Assert.Equal((1, 1234.5), (samples["etcd_defrag_run_outcome{outcome=\"no_access\"}"], samples["etcd_defrag_run_last_success_timestamp_seconds{cluster_id=\"abc\"}"]));
        await AssertPromtoolIsContentAsync();
    }

    [Theory]
    [InlineData("--report-file", "missing/report.json", "there is no directory")]
    [InlineData("--metrics-textfile", "missing/etcd.prom", "there is no directory")]
    [InlineData("--report-file", ".", "it is a directory")]
    [InlineData("--metrics-textfile", "/proc/self/fd/1", "a device or an open stream")]
    [InlineData("--metrics-pushgateway", "pushgateway:9091", "write e.g. http://pushgateway:9091")]
    public async Task Place_that_cant_be_written_is_found_before_anything_is_contacted(string flag, string value, string words)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        var result = await Tool.RunAsync(["--endpoints", listener.LocalEndpoint.ToString()!, flag, flag == "--metrics-pushgateway" ? value : Path.Combine(_pki.Folder, value)], Stop);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(flag, result.Error, StringComparison.Ordinal);
        Assert.Contains(words, result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task Push_that_fails_is_a_warning_with_address_and_cause_and_is_over_in_time()
    {
        await using var cluster = await ClusterAsync(new ClusterOptions { Members = 1 });
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start(); // takes connections and never answers
        using var gateway = await RealGateway.StartAsync();

        var hung = await RunAsync(cluster, "--metrics-pushgateway", $"http://user:hunter2@{silent.LocalEndpoint}", "--command-timeout", "5s");
        var dead = await RunAsync(cluster, "--metrics-pushgateway", $"http://user:hunter2@127.0.0.1:{FreePort.Next()}", "--debug");
        var wrong = await RunAsync(cluster, "--metrics-pushgateway", $"http://{gateway.Address}/elsewhere");
        var plain = await RunAsync(cluster, "--metrics-pushgateway", $"https://{gateway.Address}");

        Assert.Equal([0, 0, 0, 0], new[] { hung, dead, wrong, plain }.Select(result => result.ExitCode));
        AssertWarned(hung, $"http://{silent.LocalEndpoint}/metrics/job/etcd_defrag/cluster_id/", "no answer within 5s");
        AssertWarned(dead, "http://127.0.0.1:", "connection refused: nothing listens on this port");
        AssertWarned(wrong, "/elsewhere/metrics/job/", "404 Not Found");
        AssertWarned(plain, "https://", "TLS: ");
        Assert.All(new[] { hung, dead }, result => Assert.DoesNotContain("hunter2", result.Output + result.Error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Signal_ends_a_push_and_leaves_the_finished_runs_result()
    {
        await using var cluster = await ClusterAsync(new ClusterOptions { Members = 1 });
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var running = await StartAsync(cluster, "--metrics-pushgateway", $"http://{silent.LocalEndpoint}", "--command-timeout", "10m");
        using var push = await silent.AcceptTcpClientAsync(Stop);

        running.Send(Signal.Terminate);
        var result = await EndAsync(running);

        Assert.Equal(0, result.ExitCode);
        AssertWarned(result, "interrupted");
    }

    [Fact]
    public async Task Gateway_with_tls_and_users_is_reached_by_the_systems_roots_and_the_urls_credentials()
    {
        const string Password = "gateway-Pa55word";
        var (cert, key) = _pki.Issue("gateway");
        // bcrypt of the password, by crypt(3)
        var config = _pki.Write(
            "web.yml",
            $"tls_server_config:\n  cert_file: {cert}\n  key_file: {key}\nbasic_auth_users:\n  push: $2b$04$abcdefghijklmnopqrstuu0r0JdayPvhWLEblZ1n8mccw2/gkoK5O\n");
        using var gateway = await RealGateway.StartAsync("--web.config.file", config);
        var trusting = new Dictionary<string, string> { ["SSL_CERT_FILE"] = _pki.CaFile };
        // The way to etcd trusts a file of its own: that must not cost the gateway the system's roots.
        await using var cluster = await EtcdCluster.StartAsync(
            EtcdBinaries.Newest, Stop, new ClusterOptions { Members = 1, Configure = (_, options) => options with { Tls = _pki.Server(_pki.Issue("server")) } });
        string[] run = ["--endpoints", cluster.Members[0].ClientUrl, "--cacert", _pki.CaFile, "--debug", .. Files];

        var good = await Tool.RunAsync([.. run, "--metrics-pushgateway", $"https://push:{Password}@{gateway.Address}"], Stop, trusting);
        var stranger = await Tool.RunAsync([.. run, "--metrics-pushgateway", $"https://push:{Password}@{gateway.Address}"], Stop);
        var wrong = await Tool.RunAsync([.. run, "--metrics-pushgateway", $"https://push:wrong-{Password}@{gateway.Address}"], Stop, trusting);

        Assert.Equal([0, 0, 0], new[] { good, stranger, wrong }.Select(result => result.ExitCode));
        Assert.DoesNotContain("Warning", good.Error, StringComparison.Ordinal);
        Assert.Contains($"debug: PUT https://{gateway.Address}/metrics/job/etcd_defrag/cluster_id/", good.Error, StringComparison.Ordinal);
        AssertWarned(stranger, "https://", "TLS: ");
        AssertWarned(wrong, "https://", "401 Unauthorized");
        var files = await File.ReadAllTextAsync(Report, Stop) + await File.ReadAllTextAsync(Textfile, Stop);
        var encoded = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes("push:" + Password));
        Assert.All(
            new[] { good, stranger, wrong }.Select(result => result.Output + result.Error).Append(files),
            text => Assert.All(new[] { Password, encoded }, secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal)));
    }

    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private async Task<IReadOnlyDictionary<string, double>> FileAsync() => RealGateway.Parse(await File.ReadAllTextAsync(Textfile, Stop));

    private async Task<JsonElement> ReportAsync() => JsonDocument.Parse(await File.ReadAllTextAsync(Report, Stop)).RootElement;

    private async Task AssertPromtoolIsContentAsync()
    {
        using var promtool = await RunningProcess.StartAsync(
            OtherTools.Path("promtool"), ["check", "metrics"], new Dictionary<string, string>(), await File.ReadAllTextAsync(Textfile, Stop));
        var verdict = await EndAsync(promtool);
        Assert.Equal((0, "", ""), (verdict.ExitCode, verdict.Output, verdict.Error));
    }

    private static void AssertWarned(ProcessResult result, params string[] words)
    {
        var warning = Assert.Single(result.ErrorLines, line => line.Contains("Warning: the metrics could not be pushed to ", StringComparison.Ordinal));
        Assert.All(words, word => Assert.Contains(word, warning, StringComparison.Ordinal));
    }

    /// <summary>Name and labels as the gateway has them: sorted, with those that it adds.</summary>
    private static string Pushed(string sample)
    {
        var open = sample.IndexOf('{', StringComparison.Ordinal);
        var labels = sample[(open + 1)..^1].Split("\",").Select(label => label.TrimEnd('"') + "\"").Concat(["instance=\"\"", "job=\"etcd_defrag\""]);
        return $"{sample[..open]}{{{string.Join(',', labels.Order(StringComparer.Ordinal))}}}";
    }

    private static IEnumerable<(string, double)> Comparable(IReadOnlyDictionary<string, double> samples) => samples
        .Select(sample => (sample.Key.Contains("job=", StringComparison.Ordinal) ? sample.Key : Pushed(sample.Key), sample.Value))
        .Where(sample => !sample.Item1.StartsWith("etcd_defrag_build_info", StringComparison.Ordinal))
        .OrderBy(sample => sample.Item1, StringComparer.Ordinal);

    private static string? Text(JsonDocument document, string name) => document.RootElement.GetProperty(name).GetString();
}
