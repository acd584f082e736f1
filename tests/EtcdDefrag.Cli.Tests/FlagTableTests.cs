using System.Globalization;
using System.Text;
using Xunit;

namespace EtcdDefrag.Cli.Tests;

/// <summary>Each flag from each place. A flag that nobody binds, or that has no row, fails here.</summary>
public sealed class FlagTableTests
{
    /// <summary>Name, value on the command line, another for the environment, and what is read: default, command line, environment.</summary>
    private static readonly Row[] Rows =
    [
        new("any-bbolt", "true", "1", s => s.Offline!.AnyBbolt, false, true, true) { Also = ["--data-dir=d"] },
        new("auth-jwt-token", "a.b.c", "d.e.f", s => s.Connection.AuthToken, null, "a.b.c", "d.e.f"),
        new("auto-disalarm", "true", "1", s => s.Defrag.AutoDisalarm, false, true, true),
        new("backup", "a.db", "b.db", s => s.Offline!.Backup, null, "a.db", "b.db") { Also = ["--data-dir=d"] },
        new("cacert", "a.crt", "b.crt", s => s.Connection.CaFile, null, "a.crt", "b.crt"),
        new("canary", "2", "3", null, 0, 2, 3) { FleetProbe = f => f.Limits.Canary },
        new("cert", "a.crt", "b.crt", s => s.Connection.CertFile, null, "a.crt", "b.crt") { Also = ["--key=k"], AlsoOnlyWhenGiven = true },
        new("check-only", "true", "1", s => s.Inspect!.CheckOnly, false, true, true) { Command = ["inspect", "d"] },
        new("cluster", "T", "true", s => s.Defrag.UseCluster, false, true, true),
        new("command-timeout", "1m30s", "7s", s => s.Defrag.CommandTimeout, S(30), S(90), S(7)),
        new("compaction", "false", "0", s => s.Defrag.Compaction, true, false, false),
        new("compaction-retain-revisions", "1_000", "5", s => s.Defrag.CompactionRetainRevisions, 0L, 1000L, 5L),
        new("continue-on-error", "F", "FALSE", s => s.Defrag.ContinueOnError, true, false, false),
        new("data-dir", "a", "b", s => s.Offline is { MustBeFile: false } offline ? offline.Path : null, null, "a", "b"),
        new("db-quota", "5", "6", null, 2147483648L, 5L, 6L) { RuleProbe = r => r.Input.DbQuota.Bytes },
        new("db-size", "5", "6", null, 104857600L, 5L, 6L) { RuleProbe = r => r.Input.DbSize.Bytes },
        new("db-size-in-use", "5", "6", null, 62914560L, 5L, 6L) { RuleProbe = r => r.Input.DbSizeInUse.Bytes },
        new("debug", "true", "t", s => s.Output.Debug, false, true, true),
        new("defrag-rule", "dbSize > 1", "dbSize > 2", s => s.Rule?.Text, null, "dbSize > 1", "dbSize > 2"),
        new("defrag-timeout", "1h", "500ms", s => s.Defrag.DefragTimeout, S(600), S(3600), S(0.5)),
        new("depth", "3", "4", s => s.Inspect!.Options.Depth, null, 3, 4) { Command = ["inspect", "d"] },
        new("dial-timeout", "3s", "4s", s => s.Connection.DialTimeout, S(2), S(3), S(4)),
        new("disalarm-threshold", "0.5", "1e-1", s => s.Defrag.DisalarmThreshold, 0.9, 0.5, 0.1) { Also = ["--auto-disalarm"] },
        new("discovery-srv", "a.example", "b.example", s => s.Discovery?.Domain, null, "a.example", "b.example"),
        new("discovery-srv-name", "a", "b", s => s.Discovery?.ServiceName, null, "a", "b") { Also = ["-d", "x.example"] },
        new("dry-run", "true", "True", s => s.Defrag.DryRun, false, true, true),
        new("endpoints", "a:1,b:2", "c:3,d:4", s => string.Join(' ', s.Endpoints), "127.0.0.1:2379", "a:1 b:2", "c:3 d:4"),
        new("etcd-storage-quota-bytes", "8589934592", "0x10", s => s.Defrag.Quota?.Bytes, null, 8589934592L, 16L),
        new("exclude-localhost", "true", "1", s => s.Defrag.ExcludeLocalhost, false, true, true),
        new("exit-code", "true", "1", s => s.Output.ExitCode, false, true, true) { Also = ["--dry-run"] },
        new("file", "a.db", "b.db", s => s.Offline is { MustBeFile: true } offline ? offline.Path : null, null, "a.db", "b.db"),
        new("findings", "5", "6", s => s.Offline!.Findings, 20, 5, 6) { Command = ["check", "d"] },
        new("hash-kv", "true", "1", s => s.Inspect!.Options.HashKv, false, true, true) { Command = ["inspect", "d"] },
        new("hex", "true", "1", s => s.Output.Hex, false, true, true),
        new("insecure-discovery", "false", "f", s => s.Discovery?.InsecureDiscovery, true, false, false) { Also = ["-d", "x.example"] },
        new("insecure-skip-tls-verify", "true", "1", s => s.Connection.InsecureSkipTlsVerify, false, true, true),
        new("insecure-transport", "false", "0", s => s.Connection.InsecureTransport, true, false, false),
        new("is-leader", "true", "1", null, false, true, true) { RuleProbe = r => r.Input.IsLeader },
        new("jitter", "30m", "1h", s => s.Jitter, S(0), S(1800), S(3600)),
        new("keepalive-time", "3s", "4s", s => s.Connection.KeepAliveTime, S(2), S(3), S(4)),
        new("keepalive-timeout", "3s", "4s", s => s.Connection.KeepAliveTimeout, S(6), S(3), S(4)),
        new("key", "a.key", "b.key", s => s.Connection.KeyFile, null, "a.key", "b.key") { Also = ["--cert=c"], AlsoOnlyWhenGiven = true },
        new("lock", "true", "1", s => s.Defrag.Lock, false, true, true),
        new("log-timestamps", "false", "true", s => s.Output.LogTimestamps, null, false, true),
        new("max-failures", "2", "3", null, 1, 2, 3) { FleetProbe = f => f.Limits.MaxFailures },
        new("max-recv-bytes", "10", "20", s => s.Connection.MaxReceiveBytes, 4194304, 10, 20),
        new("max-request-bytes", "10", "20", s => s.Connection.MaxRequestBytes, 2097152, 10, 20),
        new("max-unready", "50%", "12.5%", null, 0.2, 0.5, 0.125) { FleetProbe = f => f.MaxUnready },
        new("metrics-pushgateway", "http://a:9091", "https://u:p@b/c", s => s.Records.MetricsPushgateway?.ToString(), null, "http://a:9091/", "https://b/c/"),
        new("metrics-textfile", "a.prom", "b.prom", s => s.Records.MetricsTextfile, null, "a.prom", "b.prom"),
        new("metrics-url", "http://{host}:2381", "https://m.example:1/x", s => s.Connection.MetricsUrl?.Path, null, "/metrics", "/x"),
        new("min-reclaim", "1000", "2000", s => s.Defrag.MinReclaim.Bytes, 0L, 1000L, 2000L),
        new("move-leader", "true", "1", s => s.Defrag.MoveLeader, false, true, true),
        new("no-progress", "true", "1", s => s.Output.NoProgress, false, true, true),
        new("quiet", "true", "1", s => s.Output.Quiet, false, true, true),
        new("parallel", "8", "0x10", null, 4, 8, 16) { FleetProbe = f => f.Limits.Parallel },
        new("password", "@one", "-two", s => s.Connection.Password, null, "@one", "-two") { Also = ["--user=root"], NeitherNeeds = ["--auth-jwt-token=x"] },
        new("password-file", Secret("one"), Secret("two"), s => s.Connection.Password, null, "one", "two") { Also = ["--user=root"], NeitherNeeds = ["--auth-jwt-token=x"] },
        new("print-shard", "true", "1", null, false, true, true) { FleetProbe = f => f.PrintShard },
        new("prefix", "/a", "\\x00b", s => Encoding.UTF8.GetString(s.Inspect!.Options.Prefix.Span), "", "/a", "\0b") { Command = ["inspect", "d"] },
        new("raft-lag", "5", "0x10", null, 0UL, 5UL, 16UL) { RuleProbe = r => r.Input.RaftLag },
        new("recovery-timeout", "1h", "2h", s => s.Defrag.RecoveryTimeout, S(300), S(3600), S(7200)),
        new("redact", "true", "1", s => s.Inspect!.Redact, false, true, true) { Command = ["inspect", "d"] },
        new("report-file", "a.json", "b.json", s => s.Records.ReportFile, null, "a.json", "b.json"),
        new("resume", "a.json", "b.json", null, null, "a.json", "b.json") { FleetProbe = f => f.Resume },
        new("run-timeout", "1h", "2h", s => s.Defrag.RunTimeout, null, S(3600), S(7200)),
        new("select", "a*,b", "c", null, "", "a* b", "c") { FleetProbe = f => string.Join(' ', f.Select) },
        new("selector", "ring=1,eu==yes", "x=", null, "", "[ring, 1] [eu, yes]", "[x, ]") { FleetProbe = f => string.Join(' ', f.Selector) },
        new("shard", "0/2", "7/8", null, null, (0, 2), (7, 8)) { FleetProbe = f => f.Shard },
        new("shards", "4", "8", null, null, (3, 4), (3, 8)) { FleetProbe = f => f.Shard },
        new("skip-check", "one-leader,quorum-read", "no-downgrade", s => string.Join(' ', s.Defrag.SkippedChecks.Order()), "", "one-leader quorum-read", "no-downgrade"),
        new("skip-healthcheck-cluster-endpoints", "true", "1", s => s.Defrag.OnlyGivenEndpoints, false, true, true) { Also = ["--endpoints=a:1"] },
        new("snapshot-file", "a.db", "b.db", s => s.Inspect!.SnapshotFile, null, "a.db", "b.db") { Command = ["inspect", "--endpoints=a:1"] },
        new("snapshot-wait", "0s", "1h", s => s.Defrag.SnapshotWait, S(300), S(0), S(3600)),
        new("status", "true", "1", null, false, true, true) { FleetProbe = f => f.OnlyStatus },
        new("strict", "true", "1", null, false, true, true) { FleetProbe = f => f.Strict },
        new("sort", "old", "keys", s => s.Inspect!.Options.Order.ToString(), "Size", "Old", "Keys") { Command = ["inspect", "d"] },
        new("svg", "a.svg", "b.svg", s => s.Inspect!.Svg, null, "a.svg", "b.svg") { Command = ["inspect", "d"] },
        new("timeout", "3s", "4s", s => s.Offline!.Wait, S(0), S(3), S(4)) { Also = ["--data-dir=d"] },
        new("tls-server-name", "a", "b", s => s.Connection.TlsServerName, null, "a", "b"),
        new("top", "5", "6", s => s.Inspect!.Options.Top, 20, 5, 6) { Command = ["inspect", "d"] },
        new("user", "ann:pw", "bob:pw", s => s.Connection.User, null, "ann", "bob"),
        new("verbose", "true", "t", null, false, true, true) { RuleProbe = r => r.Verbose },
        new("verify", "true", "1", s => s.Defrag.Verify, false, true, true),
        new("wait-between-defrags", "0s", "1m", s => s.Defrag.WaitBetweenDefrags, null, S(0), S(60)),
        new("wait-lock", "3s", "4s", s => s.Offline!.Wait, S(0), S(3), S(4)) { Command = ["check", "d"] },
        new("watch", "5s", "true", s => s.Output.WatchInterval, null, S(5), S(2)) { Command = ["status"] },
        new("write-out", "json", "table", s => s.Output.Format.ToString(), "Simple", "Json", "Table"),
    ];

    /// <summary>These end the run instead of setting anything; they have tests of their own.</summary>
    private static readonly string[] Apart = ["help", "version"];

    public static TheoryData<string> Names => [.. Rows.Select(row => row.Name)];

    public static TheoryData<string> EtcdctlNames => [.. Flags.All.Where(flag => flag.FromEtcdctl).Select(flag => flag.Name)];

    public static TheoryData<string> OtherNames => [.. Rows.Select(row => row.Name).Where(name => !Flags.Find(name)!.FromEtcdctl)];

    [Fact]
    public void Every_flag_has_a_row() =>
        Assert.Equal(Flags.All.Select(flag => flag.Name).Except(Apart).Order(), Rows.Select(row => row.Name).Order());

    [Theory]
    [MemberData(nameof(Names))]
    public void Without_a_value_the_default_holds(string name)
    {
        var row = RowOf(name);

        Assert.Equal(row.Default, row.Read([], row.NeitherNeeds));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_command_line_sets_it_in_both_spellings(string name)
    {
        var row = RowOf(name);

        Assert.Equal(row.FromArgument, row.Read([], [$"--{name}={row.Argument}"]));
        Assert.Equal(row.FromArgument, row.Read([], [$"--{name}", row.Argument]));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_environment_sets_it(string name)
    {
        var row = RowOf(name);

        Assert.Equal(row.FromVariable, row.Read(new() { [Flags.Find(name)!.Variable] = row.Variable }, []));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_command_line_wins_over_the_environment(string name)
    {
        var row = RowOf(name);

        Assert.Equal(row.FromArgument, row.Read(new() { [Flags.Find(name)!.Variable] = row.Variable }, [$"--{name}={row.Argument}"]));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_empty_variable_counts_as_not_set(string name)
    {
        var row = RowOf(name);

        Assert.Equal(row.Default, row.Read(new() { [Flags.Find(name)!.Variable] = "" }, row.NeitherNeeds));
    }

    [Theory]
    [MemberData(nameof(EtcdctlNames))]
    public void Etcdctls_variable_sets_it_and_yields_to_our_own(string name)
    {
        var row = RowOf(name);
        var flag = Flags.Find(name)!;

        Assert.Equal(row.FromVariable, row.Read(new() { [flag.EtcdctlVariable] = row.Variable }, []));
        Assert.Equal(row.FromArgument, row.Read(new() { [flag.EtcdctlVariable] = row.Variable, [flag.Variable] = row.Argument }, []));
        Assert.Equal(row.FromArgument, row.Read(new() { [flag.EtcdctlVariable] = row.Variable }, [$"--{name}={row.Argument}"]));
    }

    [Theory]
    [MemberData(nameof(OtherNames))]
    public void Etcdctls_variable_means_nothing_to_the_other_flags(string name)
    {
        var row = RowOf(name);
        var flag = Flags.Find(name)!;

        Assert.Equal(row.Default, row.Read(new() { [flag.EtcdctlVariable] = row.Variable }, row.NeitherNeeds));
    }

    [Fact]
    public void Etcdctls_variables_are_its_connection_flags_and_no_others() =>
        Assert.Equal(
            [
                "auth-jwt-token", "cacert", "cert", "command-timeout", "dial-timeout", "discovery-srv", "discovery-srv-name", "endpoints", "insecure-discovery",
                "insecure-skip-tls-verify", "insecure-transport", "keepalive-time", "keepalive-timeout", "key", "password", "user",
            ],
            Flags.Of(Commands.All).Where(flag => flag.FromEtcdctl).Select(flag => flag.Name));

    private static TimeSpan S(double seconds) => TimeSpan.FromSeconds(seconds);

    private static string Secret(string password)
    {
        var file = Path.Combine(AppContext.BaseDirectory, "password-" + password);
        File.WriteAllText(file, password + "\r\nsecond line\n");
        return file;
    }

    private static Row RowOf(string name) => Rows.Single(row => row.Name == name);

    private sealed record Row(string Name, string Argument, string Variable, Func<Settings, object?>? Probe, object? Default, object? FromArgument, object? FromVariable)
    {
        /// <summary>Other flags that this one needs beside it.</summary>
        public string[] Also { get; init; } = [];

        /// <summary>Whether those would be wrong without this one.</summary>
        public bool AlsoOnlyWhenGiven { get; init; }

        /// <summary>Flags needed where this one is not given.</summary>
        public string[] NeitherNeeds { get; init; } = [];

        /// <summary>The command it belongs to, where that is not the main job.</summary>
        public string[] Command { get; init; } = [];

        public Func<ParsedCommand.Rule, object?>? RuleProbe { get; init; }

        public Func<FleetSettings, object?>? FleetProbe { get; init; }

        public object? Read(Dictionary<string, string> environment, string[] args)
        {
            var given = args.Any(arg => arg.StartsWith("--" + Name, StringComparison.Ordinal)) || environment.Values.Any(value => value.Length > 0);
            string[] beside = given || !AlsoOnlyWhenGiven ? Also : [];
            if (FleetProbe is not null)
            {
                environment = new(environment) { ["JOB_COMPLETION_INDEX"] = "3" };
                return FleetProbe(Assert.IsType<ParsedCommand.Fleet>(Tool.Parse(environment, ["fleet", "clusters.yaml", .. args])).Settings);
            }

            string[] all = RuleProbe is null ? [.. Command, .. beside, .. args] : ["rule", .. args, "true"];

            var command = Tool.Parse(environment, all);
            return RuleProbe is null ? Probe!(Tool.SettingsOf(command)) : RuleProbe(Assert.IsType<ParsedCommand.Rule>(command));
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"--{Name}");
    }
}
