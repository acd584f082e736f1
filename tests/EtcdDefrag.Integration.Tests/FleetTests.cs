using System.Text.Json.Nodes;
using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Etcd;
using EtcdDefrag.Testing.Processes;
using static EtcdDefrag.Integration.Tests.Catching;
using static EtcdDefrag.Integration.Tests.Scene;

namespace EtcdDefrag.Integration.Tests;

/// <summary>Six real clusters, of both ends of the versions: two plain, one of them with a member down, TLS, a login, one out of space, one with nothing to do.</summary>
public sealed class FleetScene : IAsyncLifetime
{
    private const string Password = "fleet-secret";

    private readonly TemporaryFolder _folder = new();

    public EtcdCluster Idle { get; private set; } = null!;

    public EtcdCluster Tls { get; private set; } = null!;

    public EtcdCluster Login { get; private set; } = null!;

    public EtcdCluster Full { get; private set; } = null!;

    public EtcdCluster Down { get; private set; } = null!;

    public EtcdCluster Plain { get; private set; } = null!;

    public EtcdCluster[] All => [Idle, Tls, Login, Full, Down, Plain];

    public string File(string name) => _folder.File(name);

    public async ValueTask InitializeAsync()
    {
        var (oldest, newest) = (EtcdBinaries.Oldest, EtcdBinaries.Newest);
        var single = new ClusterOptions { Members = 1 };
        Idle = await EtcdCluster.StartAsync(oldest, Stop, single);
        Tls = await EtcdCluster.StartAsync(newest, Stop, single with { Tls = true, ClientCertificates = true });
        Login = await EtcdCluster.StartAsync(newest, Stop, single with { Arguments = ["--bcrypt-cost=4"] });
        Full = await EtcdCluster.StartAsync(oldest, Stop, single);
        Down = await EtcdCluster.StartAsync(newest, Stop);
        Plain = await EtcdCluster.StartAsync(newest, Stop, single);
        await System.IO.File.WriteAllTextAsync(File("password"), Password + "\n", Stop);
        await Down.Members[2].StopAsync(Stop);
        await Filler.FragmentAsync(Login, 12 * Megabyte, 2 * Megabyte, Stop);
        foreach (var arguments in (string[][])[["user", "add", $"root:{Password}"], ["role", "add", "root"], ["user", "grant-role", "root", "root"], ["auth", "enable"]])
        {
            (await Login.Control.RunAsync(arguments, Stop)).EnsureSuccess();
        }
    }

    /// <summary>Something to give back, and in one an alarm. The cluster with a login has it from the beginning: the harness has none.</summary>
    public async Task FillAsync()
    {
        foreach (var cluster in new[] { Tls, Full, Plain })
        {
            await Filler.FragmentAsync(cluster, 12 * Megabyte, 2 * Megabyte, Stop);
        }

        var member = Full.Members[0];
        await RaiseAlarmAsync(member, "NOSPACE", (await member.Gateway.StatusAsync(Stop)).MemberId);
    }

    public string Write(string name, string rule, bool withBad)
    {
        var file = File(name);
        System.IO.File.WriteAllText(file, $"""
            defaults:
              cluster: true
              lock: true
              auto-disalarm: true
              command-timeout: 5s
              {rule}
            clusters:
              - name: quiet
                labels: {"{"}kind: plain{"}"}
                endpoints: [{Idle.Endpoints}]
              - name: https
                endpoints: [{Tls.Endpoints}]
                cacert: {Tls.Tls!.CaFile}
                cert: {Tls.Tls.ClientCertificateFile}
                key: {Tls.Tls.ClientKeyFile}
              - name: users
                endpoints: [{Login.Endpoints}]
                user: root
                password-file: password
              - name: brimful
                endpoints: [{Full.Endpoints}]
              - name: ill
                endpoints: [{Down.Endpoints}]
              - name: plain
                labels: {"{"}kind: plain{"}"}
                endpoints: [{Plain.Endpoints}]

            """);
        if (withBad)
        {
            System.IO.File.AppendAllText(file, $"""
                  - name: twin
                    endpoints: [{Plain.Endpoints.Replace("127.0.0.1", "localhost", StringComparison.Ordinal)}]
                  - name: keyless
                    endpoints: [https://127.0.0.1:9]
                    cacert: nowhere/ca.crt
                  - name: gone
                    endpoints: [127.0.0.1:{FreePort.Next()}]

                """);
        }

        return file;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var cluster in All)
        {
            await cluster.DisposeAsync();
        }

        _folder.Dispose();
    }
}

public sealed class FleetTests(FleetScene fleet) : IClassFixture<FleetScene>
{
    [Fact]
    public async Task Every_cluster_gets_its_due_and_one_report_tells_of_all()
    {
        await fleet.FillAsync();
        var inventory = fleet.Write("clusters.yaml", "defrag-rule: dbSizeFree > 4MiB", withBad: true);

        var status = await Tool.RunAsync(["fleet", inventory, "--status", "--exit-code", "-w", "json"], Stop);
        Assert.Equal(10, status.ExitCode);
        Assert.All(fleet.All, cluster => Assert.Empty(cluster.Defragmentations));
        Dictionary<string, string> expected = new()
        {
            ["quiet"] = "nothingToDo",
            ["https"] = "workNeeded",
            ["users"] = "workNeeded",
            ["brimful"] = "workNeeded",
            ["ill"] = "refused",
            ["plain"] = "workNeeded",
            ["twin"] = "refused",
            ["keyless"] = "refused",
            ["gone"] = "unreachable",
        };
        Assert.Equal(expected, OutcomesOf(JsonNode.Parse(status.OutputLines[^1])!));
        OutputSchema.AssertAllows(status.OutputLines);

        var run = await Tool.RunAsync(["fleet", inventory, "--report-file", fleet.File("report.json"), "--metrics-textfile", fleet.File("fleet.prom")], Stop);

        Assert.Equal(0, run.ExitCode);
        var report = JsonNode.Parse(await File.ReadAllTextAsync(fleet.File("report.json"), Stop))!;
        foreach (var name in new[] { "https", "users", "brimful", "plain" })
        {
            expected[name] = "done";
        }

        Assert.Equal(expected, OutcomesOf(report));
        OutputSchema.AssertAllows([report.ToJsonString()]);
        Assert.Equal([0, 1, 1, 1, 0, 1], fleet.All.Select(cluster => cluster.Defragmentations.Count));
        Assert.All(report["clusters"]!.AsArray().Where(cluster => (string?)cluster!["outcome"] == "done"), cluster => Assert.True((long)cluster!["reclaimedBytes"]! > 4 * Megabyte));
        Assert.Empty(await AlarmsAsync(fleet.Full));
        Assert.Contains("[plain] Finished defragmenting etcd endpoint", run.Output, StringComparison.Ordinal);
        Assert.Contains("it is the same cluster as plain", run.Error, StringComparison.Ordinal);
        Assert.Contains("[keyless] refused: --cacert: the file", run.Error, StringComparison.Ordinal);
        Assert.Contains("Warning: 4 of 9 cluster(s) were left as they are: 1 unreachable, 3 refused", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("fleet-secret", run.Output + run.Error + report, StringComparison.Ordinal);
        var page = await File.ReadAllTextAsync(fleet.File("fleet.prom"), Stop);
        Assert.Contains("etcd_defrag_fleet_clusters{outcome=\"done\"} 4\n", page, StringComparison.Ordinal);
        Assert.Matches("(?m)^etcd_defrag_run_exit_code\\{cluster=\"ill\",cluster_id=\"[0-9a-f]+\"\\} 3$", page);
        Assert.Matches("(?m)^etcd_defrag_member_reclaimed_bytes\\{cluster=\"plain\",", page);

        // Once more from the report: those that are done are not even looked at, the rest as before.
        var again = await Tool.RunAsync(["fleet", inventory, "--resume", fleet.File("report.json"), "--strict", "-w", "table"], Stop);
        Assert.Equal(3, again.ExitCode);
        Assert.Contains("4 were done by an earlier run", again.Error, StringComparison.Ordinal);
        Assert.Equal([0, 1, 1, 1, 0, 1], fleet.All.Select(cluster => cluster.Defragmentations.Count));
    }

    [Fact]
    public async Task A_share_of_clusters_that_do_not_answer_keeps_it_from_all()
    {
        var before = fleet.All.Sum(cluster => cluster.Defragmentations.Count);
        var inventory = fleet.File("unready.yaml");
        await File.WriteAllTextAsync(inventory, $"defaults: {{all: true}}\nclusters:\n  - {{name: a, endpoints: [127.0.0.1:{FreePort.Next()}]}}\n  - {{name: b, endpoints: [\"{fleet.Plain.Endpoints}\"]}}\n", Stop);

        // b's success of an earlier run: neither forgotten nor renewed by runs that did nothing.
        const string Earlier = "etcd_defrag_run_last_success_timestamp_seconds{cluster=\"b\"} 1234\n";
        var metrics = fleet.File("unready.prom");
        await File.WriteAllTextAsync(metrics, Earlier, Stop);

        var refused = await Tool.RunAsync(["fleet", inventory, "--metrics-textfile", metrics], Stop);
        var looked = await Tool.RunAsync(["fleet", inventory, "--status", "--max-unready=50%", "--metrics-textfile", metrics], Stop);

        Assert.Equal(4, refused.ExitCode);
        Assert.Contains("1 of 2 clusters do not answer or do not let us in, more than --max-unready 20%", refused.Error, StringComparison.Ordinal);
        Assert.Equal(0, looked.ExitCode);
        Assert.Equal(["a", "b"], looked.OutputLines.Skip(1).Select(line => line.Split(' ')[0]));
        Assert.Matches(
            "(?m)^etcd_defrag_run_last_success_timestamp_seconds\\{cluster=\"b\"(,cluster_id=\"[0-9a-f]+\")?\\} 1234$",
            await File.ReadAllTextAsync(metrics, Stop));
        Assert.Equal(before, fleet.All.Sum(cluster => cluster.Defragmentations.Count));
    }

    [Fact]
    public Task In_a_terminal_each_cluster_in_flight_has_a_line_and_ctrl_c_waits_for_both() => TryAsync(async () =>
    {
        var single = new ClusterOptions { Members = 1 };
        await using var one = await ClusterAsync(single);
        await using var other = await ClusterAsync(EtcdBinaries.Oldest.ToString(), single);
        await Task.WhenAll(FillAsync(one), FillAsync(other));
        var inventory = fleet.File("terminal.yaml");
        await File.WriteAllTextAsync(
            inventory,
            $"defaults: {{all: true, keepalive-timeout: 5m}}\nclusters:\n  - {{name: one, endpoints: [\"{one.Endpoints}\"]}}\n  - {{name: other, endpoints: [\"{other.Endpoints}\"]}}\n", Stop);
        await using var terminal = await TmuxSession.StartAsync(140, 40, Stop);
        var catching = Task.WhenAll(CatchDefragmentingAsync(one, Signal.Stop), CatchDefragmentingAsync(other, Signal.Stop));
        await terminal.TypeAsync($"{Tool.Binary} fleet {inventory}", Stop);
        var busy = await catching;

        await terminal.WaitForAsync(
            "a line for each and the counts",
            text => text.Contains("Working: 2 in flight", StringComparison.Ordinal) && Enumerable.SequenceEqual(["[one] ", "[other] "], Lines(text, ": defragmenting").Select(line => line[..(line.IndexOf(']', StringComparison.Ordinal) + 2)])),
            Stop);
        await terminal.PressAsync("C-c", Stop);
        await terminal.WaitForAsync("both named", text => text.ReplaceLineEndings("") is var flat && flat.Contains("waiting for the defragmentation of", StringComparison.Ordinal) && flat.Contains("[one]", StringComparison.Ordinal) && flat.Contains("[other], which can't be stopped", StringComparison.Ordinal), Stop);
        Array.ForEach(busy, member => member.Resume());
        var screen = await terminal.WaitForAsync("the end", text => text.TrimEnd().EndsWith('$') && text.Contains("CLUSTER", StringComparison.Ordinal), Stop);

        Assert.Equal(2, Lines(screen, " INTERRUPTED ").Count(line => line.StartsWith('o') && line.Contains(" MiB ", StringComparison.Ordinal)));
        Assert.Empty(Lines(await terminal.CaptureAsync(Stop, history: true), "Working: "));
        await terminal.TypeAsync("echo \"exit $?\"", Stop);
        await terminal.WaitForAsync("the exit code", text => text.Contains("\nexit 130", StringComparison.Ordinal), Stop);
        Assert.All([one, other], cluster => Assert.NotNull(Assert.Single(cluster.Defragmentations).Ended));
    });

    [Fact]
    public Task A_second_signal_tells_that_an_outcome_is_unknown() => TryAsync(async () =>
    {
        await using var cluster = await ClusterAsync(new ClusterOptions { Members = 1 });
        await FillAsync(cluster);
        var inventory = fleet.File("second.yaml");
        await File.WriteAllTextAsync(inventory, $"clusters: [{{name: one, all: true, endpoints: [\"{cluster.Endpoints}\"]}}]\n", Stop);
        using var running = await Tool.StartAsync(["fleet", inventory, "--report-file", fleet.File("second.json")]);
        await CatchDefragmentingAsync(cluster, Signal.Stop);
        running.Send(Signal.Terminate);
        await running.WaitForLineAsync("A second signal leaves at once.", Stop);

        running.Send(Signal.Terminate);
        var result = await EndAsync(running);

        Assert.Equal(5, result.ExitCode);
        var report = JsonNode.Parse(await File.ReadAllTextAsync(fleet.File("second.json"), Stop))!;
        Assert.Equal(5, (int?)report["fleet"]!["exitCode"]);
        Assert.Equal("unknown", OutcomesOf(report)["one"]);
    });

    private static string[] Lines(string screen, string part) => [.. screen.Split('\n').Where(line => line.Contains(part, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    internal static Dictionary<string, string> OutcomesOf(JsonNode report) =>
        report["clusters"]!.AsArray().ToDictionary(cluster => (string)cluster!["name"]!, cluster => (string)cluster!["outcome"]!);
}
