using Xunit;

namespace EtcdDefrag.Cli.Tests;

/// <summary>Each class of bad input with its exact message.</summary>
public sealed class BadInputTests
{
    private static readonly Dictionary<string, (Dictionary<string, string> Environment, string[] Args)> Cases = new()
    {
        ["unknown-flag"] = ([], ["--endpoint=a:1"]),
        ["unknown-flag-nothing-near"] = ([], ["--frobnicate"]),
        ["unknown-shorthand"] = ([], ["-x"]),
        ["one-dash"] = ([], ["-dry-run"]),
        ["bad-syntax"] = ([], ["--=x", "---cluster"]),
        ["missing-value"] = ([], ["--defrag-timeout"]),
        ["missing-value-shorthand"] = ([], ["-d"]),
        ["bad-duration"] = ([], ["--dial-timeout=soon"]),
        ["duration-without-unit"] = ([], ["--dial-timeout=30"]),
        ["duration-unknown-unit"] = ([], ["--dial-timeout=3d"]),
        ["duration-not-positive"] = ([], ["--command-timeout=-1s", "--defrag-timeout=0"]),
        ["duration-negative-wait"] = ([], ["--wait-between-defrags=-1s"]),
        ["duration-too-long"] = ([], ["--run-timeout=1001h", "--defrag-timeout=99999999h"]),
        ["bad-boolean"] = ([], ["--compaction=maybe"]),
        ["bad-auto-boolean"] = ([], ["--log-timestamps=maybe"]),
        ["boolean-with-stray-word"] = ([], ["--compaction", "no"]),
        ["bad-integer"] = ([], ["--compaction-retain-revisions=many"]),
        ["negative-integer"] = ([], ["--compaction-retain-revisions=-1"]),
        ["too-large-integer"] = ([], ["--max-recv-bytes=4294967296"]),
        ["metrics-url-no-scheme"] = ([], ["--metrics-url", "{host}:2381"]),
        ["metrics-url-credentials"] = ([], ["--metrics-url=http://me:secret@{host}:2381"]),
        ["bad-float"] = ([], ["--auto-disalarm", "--disalarm-threshold=half"]),
        ["threshold-out-of-range"] = ([], ["--auto-disalarm", "--disalarm-threshold=1"]),
        ["empty-list"] = ([], ["--endpoints="]),
        ["bad-list"] = ([], ["--endpoints=a\"b:1"]),
        ["bad-endpoints"] = ([], ["--endpoints=localhost,a:1,,ftp://b:2"]),
        ["negative-quota"] = ([], ["--etcd-storage-quota-bytes=-1"]),
        ["zero-quota"] = ([], ["--etcd-storage-quota-bytes", "0"]),
        ["bad-size"] = ([], ["--min-reclaim=lots"]),
        ["unknown-check"] = ([], ["--skip-check=raft-sync,quorum-read,xyzzy"]),
        ["bad-choice"] = ([], ["-w", "jsn"]),
        ["write-out-fields"] = ([], ["-wfields"]),
        ["write-out-protobuf"] = ([], ["--write-out=protobuf"]),
        ["stray-argument"] = ([], ["127.0.0.1:2379"]),
        ["command-after-a-word"] = ([], ["endpoint", "status"]),
        ["unknown-command"] = ([], ["statsu", "--cluster"]),
        ["status-stray-argument"] = ([], ["status", "now"]),
        ["watch-not-positive"] = ([], ["status", "--watch=0s"]),
        ["watch-no-duration"] = ([], ["status", "--watch=x"]),
        ["foreign-flag"] = ([], ["status", "--move-leader"]),
        ["rule-flag-without-rule"] = ([], ["--db-size=1"]),
        ["rule-missing"] = ([], ["rule"]),
        ["rule-unquoted"] = ([], ["rule", "dbSize", "1"]),
        ["rule-negative-lag"] = ([], ["rule", "--raft-lag=-1", "true"]),
        ["rule-bad-size"] = ([], ["rule", "--db-size=big", "true"]),
        ["completion-unknown-shell"] = ([], ["completion", "powershell"]),
        ["completion-no-shell"] = ([], ["completion"]),
        ["help-unknown-topic"] = ([], ["help", "statsu"]),
        ["empty-file-names"] = ([], ["--cert=", "--key", "", "--cacert="]),
        ["empty-record-files"] = ([], ["--report-file=", "--metrics-textfile", ""]),
        ["same-record-files"] = ([], ["--report-file=a.prom", "--metrics-textfile=a.prom"]),
        ["textfile-not-prom"] = ([], ["--metrics-textfile=metrics.txt", "--exit-code"]),
        ["pushgateway-no-url"] = ([], ["--metrics-pushgateway=pushgateway:9091"]),
        ["pushgateway-scheme"] = ([], ["--metrics-pushgateway=ftp://root:secret@pushgateway:9091"]),
        ["pushgateway-query"] = ([], ["--metrics-pushgateway=http://pushgateway:9091/?token=secret"]),
        ["pushgateway-with-job"] = (new() { ["ETCD_DEFRAG_METRICS_PUSHGATEWAY"] = "http://u:secret@pushgateway:9091/metrics/job/etcd" }, []),
        ["offline-connection-flags"] = ([], ["--data-dir=/var/lib/etcd", "--endpoints=a:1", "--cluster", "--password=secret", "--move-leader"]),
        ["offline-compaction"] = ([], ["--data-dir=/var/lib/etcd", "--compaction=true"]),
        ["offline-two-places"] = ([], ["--data-dir=/var/lib/etcd", "--file=/tmp/snapshot.db"]),
        ["offline-two-waits"] = ([], ["--data-dir=/var/lib/etcd", "--wait-lock=1s", "--timeout=2s"]),
        ["offline-bad-wait"] = ([], ["--data-dir=/var/lib/etcd", "--wait-lock=-1s"]),
        ["offline-empty-paths"] = ([], ["--data-dir=", "--backup="]),
        ["offline-stray-argument"] = ([], ["--data-dir", "/var/lib/etcd", "/var/lib/etcd2"]),
        ["offline-exit-code-without-dry-run"] = ([], ["--data-dir=/var/lib/etcd", "--exit-code"]),
        ["offline-flags-without-data-dir"] = ([], ["--backup=old.db", "--wait-lock=10s", "--any-bbolt"]),
        ["check-no-path"] = ([], ["check"]),
        ["check-two-paths"] = ([], ["check", "/var/lib/etcd", "/var/lib/etcd2"]),
        ["check-empty-path"] = ([], ["check", ""]),
        ["check-foreign-flag"] = ([], ["check", "--endpoints=a:1", "/var/lib/etcd"]),
        ["check-bad-findings"] = ([], ["check", "--findings=-1", "/var/lib/etcd"]),
        ["fleet-no-inventory"] = ([], ["fleet"]),
        ["fleet-two-inventories"] = ([], ["fleet", "a.yaml", "b.yaml"]),
        ["fleet-foreign-flags"] = ([], ["fleet", "a.yaml", "--endpoints=a:1", "--data-dir=d", "--jitter=1m"]),
        ["fleet-bad-limits"] = ([], ["fleet", "a.yaml", "--parallel=0", "--canary=-1", "--max-failures=0", "--max-unready=20", "--shard=2/2", "--selector=ring"]),
        ["fleet-shards-without-index"] = ([], ["fleet", "a.yaml", "--shards=4"]),
        ["fleet-shards-with-wrong-index"] = (new() { ["JOB_COMPLETION_INDEX"] = "4" }, ["fleet", "a.yaml", "--shards=4"]),
        ["fleet-exit-code-without-dry-run"] = ([], ["fleet", "a.yaml", "--exit-code", "--resume="]),
        ["inspect-nothing"] = ([], ["inspect"]),
        ["inspect-two-paths"] = ([], ["inspect", "/var/lib/etcd", "/var/lib/etcd2"]),
        ["inspect-empty-path"] = ([], ["inspect", ""]),
        ["inspect-path-and-member"] = ([], ["inspect", "--endpoints=a:1", "--cacert=ca.crt", "--snapshot-file=s.db", "/var/lib/etcd"]),
        ["inspect-three-members"] = (new() { ["ETCDCTL_ENDPOINTS"] = "a:1,b:2,c:3" }, ["inspect", "--wait-lock=1s"]),
        ["inspect-bad-numbers"] = ([], ["inspect", "--top=-1", "--depth=99", "--sort=biggest", "/var/lib/etcd"]),
        ["inspect-check-only-of-nothing"] = ([], ["inspect", "--check-only", "--prefix=/registry", "--svg=a.svg", "-wcsv", "/var/lib/etcd"]),
        ["inspect-same-file-twice"] = ([], ["inspect", "--svg=a.prom", "--metrics-textfile=a.prom", "/var/lib/etcd"]),
        ["inspect-foreign-flags"] = ([], ["inspect", "--cluster", "--defrag-rule=true", "--any-bbolt", "--depth=2", "/var/lib/etcd"]),
        ["inspect-empty-values"] = ([], ["inspect", "--svg=", "/var/lib/etcd"]),
        ["csv-of-status"] = ([], ["status", "-wcsv"]),
        ["cert-without-key"] = ([], ["--cert=a.crt"]),
        ["key-without-cert"] = (new() { ["ETCDCTL_KEY"] = "a.key" }, []),
        ["given-endpoints-missing"] = ([], ["--skip-healthcheck-cluster-endpoints"]),
        ["given-endpoints-conflicts"] = ([], ["--skip-healthcheck-cluster-endpoints", "--endpoints=a:1", "--cluster", "-dexample.org"]),
        ["exit-code-without-dry-run"] = ([], ["--exit-code"]),
        ["two-passwords"] = ([], ["--user=root", "--password=secret", "--password-file=secret.txt"]),
        ["user-without-terminal"] = ([], ["--user=root"]),
        ["user-empty-parts"] = ([], ["--user=root:"]),
        ["user-without-name"] = ([], ["--user=:secret"]),
        ["empty-password"] = ([], ["--user=root", "--password="]),
        ["missing-password-file"] = ([], ["--user=root", "--password-file=/nonexistent/password"]),
        ["empty-password-file"] = ([], ["--user=root", "--password-file=/dev/null"]),
        ["environment-bad-values"] = (new() { ["ETCD_DEFRAG_COMPACTION"] = "maybe", ["ETCDCTL_DIAL_TIMEOUT"] = "5", ["ETCD_DEFRAG_SKIP_CHECK"] = "none" }, []),
        ["environment-unknown-variable"] = (new() { ["ETCD_DEFRAG_MOVE_LEADR"] = "true", ["ETCD_DEFRAG_QQQQQQ"] = "1" }, ["--exit-code"]),
        ["all-at-once"] = ([], ["--dail-timeout=3s", "--command-timeout=30", "--compaction=si", "stray", "--write-out=xml", "-z", "--exit-code", "--min-reclaim"]),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_message_is_the_golden_one(string name)
    {
        var (environment, args) = Cases[name];

        Golden.Match(Tool.ErrorsOf(Tool.Parse(environment, args)), "bad-" + name);
    }

    [Fact]
    public void A_bad_value_is_an_error_even_where_a_later_one_wins() =>
        Assert.IsType<ParsedCommand.UsageErrors>(Tool.Parse("--dial-timeout=x", "--dial-timeout=2s"));

    [Fact]
    public void A_bad_value_brings_no_further_errors_with_it() =>
        Assert.Single(Assert.IsType<ParsedCommand.UsageErrors>(Tool.Parse("--dry-run=x", "--exit-code")).Problems);

    [Fact]
    public void A_threshold_without_auto_disalarm_is_a_warning_only_when_given()
    {
        Assert.Equal(
            ["--disalarm-threshold is set but --auto-disalarm is disabled, threshold will be ignored"],
            Tool.Parse("--disalarm-threshold=7").Warnings);
        Assert.Empty(Tool.Parse().Warnings);
    }

    [Fact]
    public void Variables_of_tests_and_of_kubernetes_services_bring_no_warning()
    {
        var environment = new Dictionary<string, string>
        {
            ["ETCD_DEFRAG_ETCD_DIR"] = "x",
            ["ETCD_DEFRAG_BINARY"] = "x",
            ["ETCD_DEFRAG_TEST_ANYTHING"] = "x",
            ["ETCD_DEFRAG_PORT"] = "tcp://10.0.0.1:80",
            ["ETCD_DEFRAG_PORT_80_TCP_ADDR"] = "10.0.0.1",
            ["ETCD_DEFRAG_SERVICE_HOST"] = "10.0.0.1",
            ["ETCD_DEFRAG_HELP"] = "true",
            ["ETCD_OTHER"] = "x",
        };

        Assert.Empty(Tool.Parse(environment).Warnings);
    }
}
