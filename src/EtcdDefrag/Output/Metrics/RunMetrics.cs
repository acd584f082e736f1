namespace EtcdDefrag.Output.Metrics;

/// <summary>Every metric there is. The writer, docs/output.md and the tests of both read this list and no other.</summary>
internal static class RunMetrics
{
    /// <summary>In a file on every sample, pushed as part of the grouping key; absent where the cluster is not known.</summary>
    public const string ClusterLabel = "cluster_id";

    private static readonly List<Metric> Registered = [];

    private static readonly string[] Member = ["member_id", "member", "endpoint"];

    public static readonly Metric BuildInfo = Add("build_info", "Always 1; the labels are those of the etcd-defrag that ran.",
        "version", "commit");

    public static readonly Metric Start = Add("run_start_timestamp_seconds", "Start of the last run, in seconds since 1970.");

    public static readonly Metric End = Add("run_end_timestamp_seconds", "End of the last run, in seconds since 1970.");

    public static readonly Metric Duration = Add("run_duration_seconds", "Duration of the last run.");

    public static readonly Metric ExitCode = Add("run_exit_code", "The exit code of the last run.");

    public static readonly Metric DryRun = Add("run_dry_run", "1 when the last run was a dry run, else 0.");

    public static readonly Metric Outcome = Add("run_outcome",
        "1 for the outcome of the last run, else 0. A dry run without failures is a success.", "outcome");

    public static readonly Metric LastSuccess = Add("run_last_success_timestamp_seconds",
        "End of the last run that ended with exit code 0 and was no dry run.");

    public static readonly Metric Reclaimed = Add("run_reclaimed_bytes",
        "Bytes reclaimed in the last run, all members together.");

    public static readonly Metric Members = Add("run_members", "Number of members with this outcome in the last run.", "outcome");

    public static readonly Metric CheckFailed = Add("check_failed", "1 when this safety check refused in the last run, else 0.",
        "check");

    public static readonly Metric SizeBefore = Add("member_db_size_before_bytes",
        "Size of the member's file before the run reached it.", Member);

    public static readonly Metric SizeAfter = Add("member_db_size_after_bytes",
        "Size of the member's file after its defragmentation.", Member);

    public static readonly Metric InUseBefore = Add("member_db_size_in_use_before_bytes",
        "Bytes in use in the member's file before the run reached it.", Member);

    public static readonly Metric InUseAfter = Add("member_db_size_in_use_after_bytes",
        "Bytes in use in the member's file after its defragmentation.", Member);

    public static readonly Metric Quota = Add("member_quota_bytes", "The member's quota, if it was read and is limited.", Member);

    public static readonly Metric MemberReclaimed =
        Add("member_reclaimed_bytes", "Bytes by which the member's file shrank; negative if it grew.", Member);

    public static readonly Metric DefragmentationDuration =
        Add("member_defragmentation_duration_seconds", "Duration of the member's defragmentation, from the call to its end.",
        Member);

    public static readonly Metric BlockedDuration =
        Add("member_blocked_duration_seconds", "Time from the call until the member answered again.", Member);

    public static readonly Metric MemberOutcome =
        Add("member_outcome", "1 for the member's outcome, else 0.", [.. Member, "outcome"]);

    public static readonly Metric MemberSkipped =
        Add("member_skipped", "1 for the reason why the member was skipped.", [.. Member, "reason"]);

    public static IReadOnlyList<Metric> All => Registered;

    private static Metric Add(string name, string help, params string[] labels)
    {
        var metric = new Metric("etcd_defrag_" + name, help, labels);
        Registered.Add(metric);
        return metric;
    }
}
