using System.Collections.Concurrent;

namespace EtcdDefrag.Cli;

/// <summary>Every flag there is. Parser, environment, help, completion and documentation read this list and no other.</summary>
internal static class Flags
{
    // First: the entries below add themselves to it.
    private static readonly List<Flag> Registered = new(64);

    private static readonly ConcurrentDictionary<Commands, List<Flag>> Sorted = [];

    public static readonly Flag AnyBbolt = Add(new("any-bbolt", FlagKind.Bool, "with a database file: accept any bbolt database")
    { Commands = Commands.Reading, Use = FlagUse.File });

    public static readonly Flag AuthJwtToken = Add(new("auth-jwt-token", FlagKind.Text, "JWT, instead of --user and --password")
    { Commands = Commands.Connecting, FromEtcdctl = true, IsSecret = true });

    public static readonly Flag AutoDisalarm = Add(new("auto-disalarm", FlagKind.Bool, "clear NOSPACE alarms if every member is below --disalarm-threshold"));

    public static readonly Flag Backup = Add(new("backup", FlagKind.Text, "with --data-dir or --file: save the old database to this new file")
    { Commands = Commands.Defrag, ValueName = "file", IsFile = true, Use = FlagUse.File });

    public static readonly Flag CaCert = Add(new("cacert", FlagKind.Text, "CA bundle to verify the servers' certificates")
    { Commands = Commands.Connecting, FromEtcdctl = true, IsFile = true });

    public static readonly Flag Canary = Add(new("canary", FlagKind.Int, "first do so many clusters one after the other; go on only if all of them ended well")
    { Commands = Commands.Fleet, Default = "0" });

    public static readonly Flag Cert = Add(new("cert", FlagKind.Text, "client certificate (TLS), needs --key")
    { Commands = Commands.Connecting, FromEtcdctl = true, IsFile = true });

    public static readonly Flag CheckOnly = Add(new("check-only", FlagKind.Bool, "print only whether the database is sound; exit code 0 or 1") { Commands = Commands.Inspect });

    public static readonly Flag Cluster = Add(new("cluster", FlagKind.Bool, "use all endpoints from the cluster member list")
    { Commands = Commands.Cluster });

    public static readonly Flag CommandTimeout = Add(new("command-timeout", FlagKind.Duration, "limit for each call except defragmentation and compaction (after dialing)")
    { Commands = Commands.Connecting, Default = "30s", FromEtcdctl = true });

    public static readonly Flag Compaction = Add(new("compaction", FlagKind.Bool, "compact before defragmentation") { Default = "true" });

    public static readonly Flag CompactionRetainRevisions = Add(new("compaction-retain-revisions", FlagKind.Int, "revisions to keep when compacting") { Default = "0" });

    public static readonly Flag ContinueOnError = Add(new("continue-on-error", FlagKind.Bool, "continue after a member failed (never after an unknown outcome)") { Default = "true" });

    public static readonly Flag DataDir = Add(new("data-dir", FlagKind.Text, "defragment this data directory of a stopped etcd")
    { Commands = Commands.Defrag, ValueName = "dir", IsFile = true, Use = FlagUse.File });

    public static readonly Flag DbQuota = Add(new("db-quota", FlagKind.Size, "value of dbQuota") { Commands = Commands.Rule, Default = "2147483648" });

    public static readonly Flag DbSize = Add(new("db-size", FlagKind.Size, "value of dbSize") { Commands = Commands.Rule, Default = "104857600" });

    public static readonly Flag DbSizeInUse = Add(new("db-size-in-use", FlagKind.Size, "value of dbSizeInUse") { Commands = Commands.Rule, Default = "62914560" });

    public static readonly Flag Debug = Add(new("debug", FlagKind.Bool, "print every call, its time and its result on standard error")
    { Commands = Commands.Connecting });

    public static readonly Flag DefragRule = Add(new("defrag-rule", FlagKind.Text, "defragment only members for which this rule is true (empty: all)")
    { Commands = Commands.Cluster, Use = FlagUse.Both });

    public static readonly Flag DefragTimeout = Add(new("defrag-timeout", FlagKind.Duration, "time to wait for each defragmentation and for the compaction (etcd does not stop them)") { Default = "10m" });

    public static readonly Flag Depth = Add(new("depth", FlagKind.Int, "steps of the keys to tell apart; not given: as many as show most") { Commands = Commands.Inspect, Default = "0" });

    public static readonly Flag DialTimeout = Add(new("dial-timeout", FlagKind.Duration, "limit for one connection attempt")
    { Commands = Commands.Connecting, Default = "2s", FromEtcdctl = true });

    public static readonly Flag DisalarmThreshold = Add(new("disalarm-threshold", FlagKind.Float, "for --auto-disalarm: every member must use less than this share of its quota, 0 < x < 1") { Default = "0.9" });

    public static readonly Flag DiscoverySrv = Add(new("discovery-srv", FlagKind.Text, "domain whose SRV records list the endpoints")
    { Commands = Commands.Defrag | Commands.Status, Shorthand = 'd', FromEtcdctl = true });

    public static readonly Flag DiscoverySrvName = Add(new("discovery-srv-name", FlagKind.Text, "service name in the SRV query")
    { Commands = Commands.Defrag | Commands.Status, FromEtcdctl = true });

    public static readonly Flag DryRun = Add(new("dry-run", FlagKind.Bool, "show what would be done, change nothing")
    { Use = FlagUse.Both });

    public static readonly Flag Endpoints = Add(new("endpoints", FlagKind.List, "comma separated etcd endpoints")
    { Commands = Commands.Defrag | Commands.Status | Commands.Inspect, Default = "127.0.0.1:2379", FromEtcdctl = true });

    public static readonly Flag Quota = Add(new("etcd-storage-quota-bytes", FlagKind.Size, "etcd's --quota-backend-bytes; not given: each member's own")
    { Commands = Commands.Cluster, Default = "2147483648", ValueName = "int", Use = FlagUse.Both });

    public static readonly Flag ExcludeLocalhost = Add(new("exclude-localhost", FlagKind.Bool, "ignore endpoints on this machine")
    { Commands = Commands.Cluster });

    public static readonly Flag ExitCode = Add(new("exit-code", FlagKind.Bool, "with --dry-run: exit 10 when at least one member would be, or might be once compacted; with status: 0 well, 3 a run would be refused, 10 worth a run, 4 no answer")
    { Commands = Commands.Cluster, Use = FlagUse.Both });

    public static readonly Flag File = Add(new("file", FlagKind.Text, "like --data-dir, for a database file or a snapshot (etcdctl snapshot save)")
    { Commands = Commands.Defrag, ValueName = "file", IsFile = true, Use = FlagUse.File });

    public static readonly Flag Findings = Add(new("findings", FlagKind.Int, "findings to print; all are counted") { Commands = Commands.Check | Commands.Inspect, Default = "20" });

    public static readonly Flag HashKv = Add(new("hash-kv", FlagKind.AutoBool, "compute etcd's HashKV, which reads the file a second time; auto: with -w json")
    { Commands = Commands.Inspect, Default = "auto", Allowed = ["auto", "true", "false"] });

    public static readonly Flag Help = Add(new("help", FlagKind.Bool, "help for this command") { Commands = Commands.All, Shorthand = 'h', HasVariable = false, Use = FlagUse.Both });

    public static readonly Flag Hex = Add(new("hex", FlagKind.Bool, "print ids in hexadecimal where the format uses decimal")
    { Commands = Commands.Cluster });

    public static readonly Flag InsecureDiscovery = Add(new("insecure-discovery", FlagKind.Bool, "accept SRV records of endpoints without TLS")
    { Commands = Commands.Cluster, Default = "true", FromEtcdctl = true });

    public static readonly Flag InsecureSkipTlsVerify = Add(new("insecure-skip-tls-verify", FlagKind.Bool, "accept any server certificate (CAUTION: for tests only)")
    { Commands = Commands.Connecting, FromEtcdctl = true });

    public static readonly Flag InsecureTransport = Add(new("insecure-transport", FlagKind.Bool, "no TLS for endpoints without a scheme; false: TLS")
    { Commands = Commands.Connecting, Default = "true", FromEtcdctl = true });

    public static readonly Flag IsLeader = Add(new("is-leader", FlagKind.Bool, "value of isLeader") { Commands = Commands.Rule });

    public static readonly Flag Jitter = Add(new("jitter", FlagKind.Duration, "wait before the start for a part of this time that depends on host and endpoints")
    { Commands = Commands.Defrag, Default = "0s" });

    public static readonly Flag KeepAliveTime = Add(new("keepalive-time", FlagKind.Duration, "time between keepalive pings (at least 10s is used)")
    { Commands = Commands.Connecting, Default = "2s", FromEtcdctl = true });

    public static readonly Flag KeepAliveTimeout = Add(new("keepalive-timeout", FlagKind.Duration, "limit for the answer to a keepalive ping")
    { Commands = Commands.Connecting, Default = "6s", FromEtcdctl = true });

    public static readonly Flag Key = Add(new("key", FlagKind.Text, "key of the client certificate (TLS), needs --cert")
    { Commands = Commands.Connecting, FromEtcdctl = true, IsFile = true });

    public static readonly Flag Lock = Add(new("lock", FlagKind.Bool, "hold a lock in etcd, so that two runs never overlap"));

    public static readonly Flag LogTimestamps = Add(new("log-timestamps", FlagKind.AutoBool, "begin lines with the time; auto: if standard output is not a terminal")
    { Commands = Commands.File, Default = "auto", Allowed = ["auto", "true", "false"], Use = FlagUse.Both });

    public static readonly Flag MaxFailures = Add(new("max-failures", FlagKind.Int, "start no further cluster after so many failed; an unknown outcome always stops")
    { Commands = Commands.Fleet, Default = "1" });

    public static readonly Flag MaxRecvBytes = Add(new("max-recv-bytes", FlagKind.Int, "largest answer to accept, in bytes; 0: 4194304") { Commands = Commands.Cluster, Default = "0" });

    public static readonly Flag MaxRequestBytes = Add(new("max-request-bytes", FlagKind.Int, "largest request to send, in bytes; 0: 2097152") { Commands = Commands.Cluster, Default = "0" });

    public static readonly Flag MaxUnready = Add(new("max-unready", FlagKind.Text, "change nothing when more than this share of the clusters does not answer")
    { Commands = Commands.Fleet, Default = "20%", ValueName = "percent" });

    public static readonly Flag MetricsPushgateway = Add(new("metrics-pushgateway", FlagKind.Text, "push metrics to this Pushgateway, e.g. http://pushgateway:9091")
    { Commands = Commands.File, ValueName = "URL", IsSecret = true, Use = FlagUse.Both });

    public static readonly Flag MetricsTextfile = Add(new("metrics-textfile", FlagKind.Text, "write metrics to this .prom file for node_exporter")
    { Commands = Commands.File | Commands.Inspect, ValueName = "file", IsFile = true, Use = FlagUse.Both });

    public static readonly Flag MetricsUrl = Add(new("metrics-url", FlagKind.Text, "URL of the members' metrics, e.g. http://{host}:2381/metrics; not given: their client URLs")
    { Commands = Commands.Cluster, ValueName = "URL" });

    public static readonly Flag MinReclaim = Add(new("min-reclaim", FlagKind.Size, "skip members with less free space than this, e.g. 100MiB")
    { Commands = Commands.Cluster, Default = "0", Use = FlagUse.Both });

    public static readonly Flag MoveLeader = Add(new("move-leader", FlagKind.Bool, "move leadership away before the leader is defragmented"));

    public static readonly Flag NoProgress = Add(new("no-progress", FlagKind.Bool, "no live progress on a terminal")
    { Commands = Commands.File | Commands.Inspect, Use = FlagUse.Both });

    public static readonly Flag Parallel = Add(new("parallel", FlagKind.Int, "clusters to work on at once; looks go out to four times as many, at most 64")
    { Commands = Commands.Fleet, Default = "4" });

    public static readonly Flag Password = Add(new("password", FlagKind.Text, "password; --user is then the name only")
    { Commands = Commands.Connecting, FromEtcdctl = true, IsSecret = true });

    public static readonly Flag PasswordFile = Add(new("password-file", FlagKind.Text, "file with the password in its first line")
    { Commands = Commands.Connecting, IsFile = true });

    public static readonly Flag Prefix = Add(new("prefix", FlagKind.Text, "look only at keys that begin with this; \\xNN stands for a byte") { Commands = Commands.Inspect });

    public static readonly Flag PrintShard = Add(new("print-shard", FlagKind.Bool, "only print the names of the clusters that are selected") { Commands = Commands.Fleet });

    public static readonly Flag RaftLag = Add(new("raft-lag", FlagKind.Int, "value of raftLag") { Commands = Commands.Rule, Default = "0" });

    public static readonly Flag Quiet = Add(new("quiet", FlagKind.Bool, "print only warnings, errors and the result")
    { Commands = Commands.Cluster, Shorthand = 'q', Use = FlagUse.Both });

    public static readonly Flag RecoveryTimeout = Add(new("recovery-timeout", FlagKind.Duration, "time for a member to become healthy after its defragmentation") { Default = "5m" });

    public static readonly Flag Redact = Add(new("redact", FlagKind.Bool, "replace the keys' parts below the resource, and names, by hashes") { Commands = Commands.Inspect });

    public static readonly Flag ReportFile = Add(new("report-file", FlagKind.Text, "write the report to this file, as JSON")
    { Commands = Commands.File, ValueName = "file", IsFile = true, Use = FlagUse.Both });

    public static readonly Flag Resume = Add(new("resume", FlagKind.Text, "leave out the clusters that this report of an earlier run says are done")
    { Commands = Commands.Fleet, ValueName = "report", IsFile = true });

    public static readonly Flag RunTimeout = Add(new("run-timeout", FlagKind.Duration, "start no further member after this time; 0: no limit") { Default = "0s" });

    public static readonly Flag Select = Add(new("select", FlagKind.List, "only clusters with such a name, e.g. 'prod-*'") { Commands = Commands.Fleet });

    public static readonly Flag Selector = Add(new("selector", FlagKind.List, "only clusters with all of these labels, e.g. ring=1") { Commands = Commands.Fleet });

    public static readonly Flag ShowStatus = Add(new("status", FlagKind.Bool, "only look: one line for each cluster, worst first") { Commands = Commands.Fleet });

    public static readonly Flag Shard = Add(new("shard", FlagKind.Text, "only the clusters of this shard, I/N with I from 0 to N-1")
    { Commands = Commands.Fleet, ValueName = "I/N" });

    public static readonly Flag ShardCount = Add(new("shards", FlagKind.Int, "in an Indexed Job: how many shards there are; JOB_COMPLETION_INDEX says which one this is")
    { Commands = Commands.Fleet, Default = "0" });

    public static readonly Flag SkipCheck = Add(new("skip-check", FlagKind.List, "safety checks that only warn, comma separated") { Allowed = CheckIds.All });

    public static readonly Flag OnlyGivenEndpoints = Add(new("skip-healthcheck-cluster-endpoints", FlagKind.Bool, "check only the members behind --endpoints")
    { Commands = Commands.Defrag | Commands.Status });

    public static readonly Flag SnapshotWait = Add(new("snapshot-wait", FlagKind.Duration, "time to wait for a snapshot (backup) of a member; then it counts as failed") { Default = "5m" });

    public static readonly Flag Strict = Add(new("strict", FlagKind.Bool, "exit 3 when a cluster was refused, locked, or did not answer") { Commands = Commands.Fleet });

    public static readonly Flag SnapshotFile = Add(new("snapshot-file", FlagKind.Text, "with --endpoints: keep the snapshot in this new file")
    { Commands = Commands.Inspect, ValueName = "file", IsFile = true });

    public static readonly Flag Sort = Add(new("sort", FlagKind.Choice, "sort the prefixes by: size (live and old), live, old, keys or largest (value)")
    { Commands = Commands.Inspect, Default = "size", Allowed = ["size", "live", "old", "keys", "largest"] });

    public static readonly Flag Svg = Add(new("svg", FlagKind.Text, "write a picture of the bytes by prefix to this file")
    { Commands = Commands.Inspect, ValueName = "file", IsFile = true });

    public static readonly Flag Timeout = Add(new("timeout", FlagKind.Duration, "same as --wait-lock (etcdutl's name)") { Commands = Commands.Reading, Default = "0s", Use = FlagUse.File });

    public static readonly Flag TlsServerName = Add(new("tls-server-name", FlagKind.Text, "name to verify in the server's certificate")
    { Commands = Commands.Connecting });

    public static readonly Flag Top = Add(new("top", FlagKind.Int, "prefixes to show, 0: all; each list of keys has at most 10") { Commands = Commands.Inspect, Default = "20" });

    public static readonly Flag User = Add(new("user", FlagKind.Text, "username[:password] for authentication (prompt if password is not supplied)")
    { Commands = Commands.Connecting, FromEtcdctl = true, IsSecret = true });

    public static readonly Flag Verbose = Add(new("verbose", FlagKind.Bool, "print the numbers used, on standard error") { Commands = Commands.Rule, Shorthand = 'v' });

    public static readonly Flag Verify = Add(new("verify", FlagKind.Bool, "compare the data of all voters before and after"));

    public static readonly Flag Version = Add(new("version", FlagKind.Bool, "print the version and exit")
    { Commands = Commands.Defrag, HasVariable = false, Use = FlagUse.Both });

    public static readonly Flag WaitBetweenDefrags = Add(new("wait-between-defrags", FlagKind.Duration, "pause after a member; not given: as long as the member was blocked, at most 30s; none after less than 1s") { Default = "0s" });

    public static readonly Flag WaitLock = Add(new("wait-lock", FlagKind.Duration, "time to wait until no etcd uses the database") { Commands = Commands.Reading, Default = "0s", Use = FlagUse.File });

    public static readonly Flag Watch = Add(new("watch", FlagKind.Interval, "look again after this pause until interrupted; then a member has 3s to answer, or --command-timeout")
    { Commands = Commands.Status });

    public static readonly Flag WriteOut = Add(new("write-out", FlagKind.Choice, "output format: simple, table or json; inspect: also csv")
    { Commands = Commands.Connecting | Commands.Check | Commands.Version, Shorthand = 'w', Default = "simple", Allowed = ["simple", "table", "json"], AllowedToSome = ["csv"], Use = FlagUse.Both });

    public static IReadOnlyList<Flag> All => Registered;

    public static Flag? Find(ReadOnlySpan<char> name)
    {
        foreach (var flag in Registered)
        {
            if (name.SequenceEqual(flag.Name))
            {
                return flag;
            }
        }

        return null;
    }

    public static Flag? Find(char shorthand)
    {
        foreach (var flag in Registered)
        {
            if (flag.Shorthand == shorthand)
            {
                return flag;
            }
        }

        return null;
    }

    /// <summary>The flags of a command, by name. Kept: a fleet asks for them with each of its clusters.</summary>
    public static List<Flag> Of(Commands command) => Sorted.GetOrAdd(command, static command =>
    {
        var flags = Registered.FindAll(flag => (flag.Commands & command) != 0);
        flags.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return flags;
    });

    private static Flag Add(Flag flag)
    {
        Registered.Add(flag);
        return flag;
    }
}
