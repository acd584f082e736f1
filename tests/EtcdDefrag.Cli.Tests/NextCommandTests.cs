using System.Diagnostics;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Output;
using Xunit;

namespace EtcdDefrag.Cli.Tests;

/// <summary>Every command that a run prints for what comes next does what this run was told: read by a shell, then by the tool's own parser.</summary>
public sealed class NextCommandTests : IDisposable
{
    private static readonly Target A = SampleRun.Member("http://a:2379", 0xa1);
    private static readonly Target B = SampleRun.Member("http://b:2379", 0xb2);
    private static readonly Alarm Full = new(A.MemberId, AlarmKind.NoSpace);

    private readonly string _passwordFile = Path.GetTempFileName();

    public NextCommandTests() => File.WriteAllText(_passwordFile, "from the file\n");

    public void Dispose() => File.Delete(_passwordFile);

    /// <summary>What the user gave: arguments, and variables as NAME=value in front.</summary>
    private string[][] CommandLines =>
    [
        [],
        ["--endpoints", "http://a:2379,http://b:2379", "--defrag-rule", "dbSizeFree > 200MiB && name != 'it''s $HOME'", "--compaction=false", "--move-leader", "--min-reclaim", "1MiB"],
        ["--cluster", "--cacert", "/etc/my ca.crt", "--cert=c.pem", "--key", "k.pem", "--user", "root", "--password-file", _passwordFile, "--skip-check", "one-leader,raft-in-sync", "-w", "json"],
        ["ETCD_DEFRAG_CLUSTER=true", "ETCDCTL_CACERT=ca.crt", "ETCD_DEFRAG_PASSWORD=s3cret-v", "--user=ro ot", "--run-timeout=1h", "--log-timestamps=false"],
        ["ETCD_DEFRAG_DEFRAG_RULE=dbSizeFree > 1", "ETCD_DEFRAG_MIN_RECLAIM=1MiB"],
        ["ETCD_DEFRAG_DISCOVERY_SRV=example.org", "ETCD_DEFRAG_COMPACTION=false", "--discovery-srv-name", "x", "--wait-between-defrags=0s", "--auto-disalarm", "--disalarm-threshold", "0.8"],
        ["-d", "example.org", "--insecure-discovery=false", "--exclude-localhost", "--dry-run", "--exit-code", "--etcd-storage-quota-bytes", "8GiB"],
        ["ETCDCTL_AUTH_JWT_TOKEN=s3cret-t", "--endpoints=http://a:2379", "--skip-healthcheck-cluster-endpoints", "--metrics-pushgateway", "http://push:9091", "--lock"],
        ["ETCD_DEFRAG_METRICS_PUSHGATEWAY=http://u:s3cret-p@push:9091", "ETCDCTL_USER=root:s3cret-u", "--verify", "--report-file", "r.json", "--hex=T"],
        ["ETCDCTL_PASSWORD=s3cret-w", "--user", "root", "--password-file", _passwordFile, "--defrag-timeout=1m30s"],
    ];

    /// <summary>Runs that end with a command, and what the command may say otherwise than the run did.</summary>
    private static (RunEvent[] Events, Flag[] Changed)[] Runs =>
    [
        ([new RunEvent.DefragmentStarted(A), new RunEvent.Stopped(StopReason.Unknown, "x")], At),
        ([Failed(MemberStep.Status)], At),
        ([Failed(MemberStep.MoveLeader)], At),
        ([Failed(MemberStep.Snapshot)], At),
        ([Failed(MemberStep.Defragment)], [.. At, Flags.Compaction]),
        ([new RunEvent.Stopped(StopReason.Refused, "x")], []),
        ([new RunEvent.Stopped(StopReason.DataDiffer, "x")], [Flags.DryRun, Flags.Verify]),
        ([.. Done, new RunEvent.Stopped(StopReason.Interrupted, "x")], At),
        ([.. Done, new RunEvent.Stopped(StopReason.LockLost, "x")], [.. At, Flags.Lock]),
        ([new RunEvent.CompactionFinished(7, "timed out"), new RunEvent.Verified(VerifyPhase.After, VerifyResult.Inconclusive, "x")], [Flags.DryRun, Flags.Verify]),
        ([Failed(MemberStep.Sizes)], [.. At, Flags.DefragRule, Flags.MinReclaim]),
        ([new RunEvent.AlarmsLeft([Full])], [Flags.AutoDisalarm, Flags.DryRun, Flags.ExitCode]),
    ];

    private static Flag[] At => [Flags.Endpoints, Flags.Cluster, Flags.DiscoverySrv, Flags.DiscoverySrvName, Flags.TlsServerName];

    private static RunEvent[] Done => [new RunEvent.DefragmentStarted(A), new RunEvent.DefragmentFinished(A, TimeSpan.FromSeconds(1))];

    [Fact]
    public void Each_printed_command_means_what_the_run_was_told()
    {
        var commands = 0;
        foreach (var line in CommandLines)
        {
            var (environment, arguments) = Split(line);
            var settings = Tool.SettingsOf(CommandLine.Parse(arguments, environment, Answering));
            foreach (var (events, changed) in Runs)
            {
                foreach (var printed in Printed(settings, events))
                {
                    commands++;
                    AssertMeansTheSame(environment, arguments, printed, changed);
                }
            }
        }

        Assert.True(commands > 100, $"{commands} commands");
    }

    [Theory]
    [InlineData("--user", "root:s3cret", "--user root")]
    [InlineData("--password", "s3cret", "--user root --password \"$ETCD_DEFRAG_PASSWORD\"")]
    [InlineData("--auth-jwt-token", "s3cret", "--auth-jwt-token \"$ETCD_DEFRAG_AUTH_JWT_TOKEN\"")]
    [InlineData("--metrics-pushgateway", "http://me:s3cret@push:9091", "--metrics-pushgateway \"$ETCD_DEFRAG_METRICS_PUSHGATEWAY\"")]
    public void A_secret_is_named_and_never_shown(string flag, string value, string shown)
    {
        string[] user = flag == "--password" ? ["--user", "root"] : [];
        var printed = Printed(Tool.Settings([flag, value, .. user]), [.. Done, new RunEvent.Stopped(StopReason.Interrupted, "x")]);

        var command = Assert.Single(printed);
        Assert.Contains(shown, command, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", command, StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_behind_the_user_is_not_shown_where_another_one_counts()
    {
        var printed = Printed(Tool.Settings("--user", "root:s3cret", "--password", "x"), [.. Done, new RunEvent.Stopped(StopReason.Interrupted, "x")]);

        Assert.Contains("--user 'root:***'", Assert.Single(printed), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_a_member_was_found_behind_a_given_endpoint_all_of_them_stay()
    {
        var printed = Printed(
            Tool.Settings("--endpoints", "http://a:2379,http://b:2379", "--cluster"), [.. Done, new RunEvent.Stopped(StopReason.Interrupted, "x")],
            A, B with { IsDetour = true });

        Assert.Equal("etcd-defrag --endpoints http://a:2379,http://b:2379 --cluster", Assert.Single(printed));
    }

    [Fact]
    public void Flags_come_in_the_order_of_the_help()
    {
        var printed = Printed(Tool.Settings("--move-leader", "--cacert", "x", "--compaction=false", "-w", "json"), [.. Done, new RunEvent.Stopped(StopReason.Interrupted, "x")]);

        Assert.Equal("etcd-defrag --endpoints http://b:2379 --move-leader --write-out json --compaction=false --cacert x", Assert.Single(printed));
    }

    private static Terminal Answering => new() { Out = TextWriter.Null, Error = TextWriter.Null, Prompt = new FakePrompt { Answer = "typed" } };

    private static RunEvent.MemberFailed Failed(MemberStep step) => new(A, step, TimeSpan.FromSeconds(1), "why");

    private static (Dictionary<string, string> Environment, string[] Arguments) Split(string[] line)
    {
        var variables = line.TakeWhile(word => word.StartsWith("ETCD", StringComparison.Ordinal)).ToArray();
        return (variables.Select(word => word.Split('=', 2)).ToDictionary(parts => parts[0], parts => parts[1]), line[variables.Length..]);
    }

    private static List<string> Printed(Settings settings, RunEvent[] events, params Target[] targets)
    {
        using var output = new StringWriter();
        using var error = new StringWriter { NewLine = "\n" };
        var summary = new RunSummary(new Screen(output, error) { Own = OwnCommand.Of(settings) });
        var started = new RunEvent.RunStarted(settings.Defrag.DryRun, settings.Rule?.Text, DateTimeOffset.UnixEpoch);
        var run = RunEnd.After(TimeSpan.FromSeconds(2), [started, new RunEvent.OrderDecided(targets.Length > 0 ? targets : [A, B]), .. events]);
        Array.ForEach(run, summary.OnEvent);
        summary.Close(((RunEvent.RunFinished)run[^1]).Report, withTable: false);
        return [.. error.ToString().Split('\n').Where(line => line.StartsWith("  etcd-defrag", StringComparison.Ordinal)).Select(line => line.Trim())];
    }

    private static void AssertMeansTheSame(Dictionary<string, string> environment, string[] arguments, string printed, Flag[] changed)
    {
        var words = InShell(printed, environment);
        Assert.Equal("etcd-defrag", words[0]);
        var parsed = CommandLine.Parse(words[1..], environment, Answering);
        Assert.True(parsed is ParsedCommand.Defrag or ParsedCommand.Status, $"{printed}\n{(parsed as ParsedCommand.UsageErrors)?.Problems[0]}");
        Assert.DoesNotContain("s3cret", printed, StringComparison.Ordinal);

        var command = parsed is ParsedCommand.Status ? Commands.Status : Commands.Defrag;
        var before = new FlagValues(ArgumentParser.Parse(arguments).Given, new EnvironmentValues(environment), []);
        var after = new FlagValues(ArgumentParser.Parse(words[1..]).Given, new EnvironmentValues(environment), []);
        foreach (var flag in Flags.Of(command).Except(changed).Except([Flags.User, Flags.Password, Flags.PasswordFile]))
        {
            Assert.True(Value(before, flag) == Value(after, flag), $"{printed}\n{flag.Display}: {Value(before, flag)} became {Value(after, flag)}");
        }

        var (login, again) = (Tool.SettingsOf(CommandLine.Parse(arguments, environment, Answering)).Connection, Tool.SettingsOf(parsed).Connection);
        Assert.Equal((login.User, login.AuthToken, login.TlsServerName), (again.User, again.AuthToken, again.TlsServerName));
        Assert.Equal(login.Password == "s3cret-u" ? "typed" : login.Password, again.Password); // one that stood in --user is asked for
        if (command == Commands.Defrag && changed.Contains(Flags.Endpoints))
        {
            Assert.Null(Tool.SettingsOf(parsed).Discovery);
            Assert.False(Tool.SettingsOf(parsed).Defrag.UseCluster);
        }
    }

    private static string Value(FlagValues values, Flag flag) => flag.Kind switch
    {
        FlagKind.Bool => values.Bool(flag).ToString(),
        FlagKind.List => string.Join('\0', values.List(flag)),
        _ => values.Text(flag) ?? "",
    };

    private static string[] InShell(string command, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"printf '%s\\0' {command}"]) { RedirectStandardOutput = true };
        start.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var shell = Process.Start(start)!;
        var words = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        return words.Split('\0')[..^1];
    }
}
