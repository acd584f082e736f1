namespace EtcdDefrag.Cli;

/// <summary>The flags of the cluster commands by what they are for, as the help shows them. Each flag belongs to one group.</summary>
internal static class FlagGroups
{
    public static readonly (string Title, Flag[] Flags)[] All =
    [
        ("Everyday", [Flags.Endpoints, Flags.Cluster, Flags.DryRun, Flags.DefragRule, Flags.MoveLeader, Flags.WriteOut, Flags.Watch, Flags.Help, Flags.Version]),
        ("Many clusters", [
            Flags.ShowStatus, Flags.Select, Flags.Selector, Flags.Parallel, Flags.Canary, Flags.MaxFailures, Flags.MaxUnready, Flags.Strict, Flags.Resume,
            Flags.Shard, Flags.ShardCount, Flags.PrintShard]),
        ("Choosing members", [Flags.MinReclaim, Flags.Quota, Flags.ExcludeLocalhost, Flags.OnlyGivenEndpoints, Flags.DiscoverySrv, Flags.DiscoverySrvName]),
        ("Safety", [
            Flags.Compaction, Flags.CompactionRetainRevisions, Flags.ContinueOnError, Flags.Lock, Flags.SkipCheck, Flags.Verify, Flags.AutoDisalarm,
            Flags.DisalarmThreshold]),
        ("What is shown", [
            Flags.Prefix, Flags.Depth, Flags.Top, Flags.Sort, Flags.Redact, Flags.CheckOnly, Flags.Findings, Flags.HashKv, Flags.Svg, Flags.SnapshotFile]),
        ("A stopped etcd", [Flags.DataDir, Flags.File, Flags.Backup, Flags.WaitLock, Flags.Timeout, Flags.AnyBbolt]),
        ("Connecting", [
            Flags.CaCert, Flags.Cert, Flags.Key, Flags.TlsServerName, Flags.InsecureSkipTlsVerify, Flags.InsecureTransport, Flags.InsecureDiscovery, Flags.User,
            Flags.Password, Flags.PasswordFile, Flags.AuthJwtToken, Flags.KeepAliveTime, Flags.KeepAliveTimeout, Flags.MaxRecvBytes, Flags.MaxRequestBytes,
            Flags.MetricsUrl]),
        ("Output", [
            Flags.Quiet, Flags.ExitCode, Flags.Hex, Flags.Debug, Flags.NoProgress, Flags.LogTimestamps, Flags.ReportFile, Flags.MetricsTextfile, Flags.MetricsPushgateway]),
        ("Timeouts", [
            Flags.CommandTimeout, Flags.DialTimeout, Flags.DefragTimeout, Flags.RecoveryTimeout, Flags.SnapshotWait, Flags.RunTimeout, Flags.WaitBetweenDefrags, Flags.Jitter]),
    ];
}
