using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Fleet;
using EtcdDefrag.Core.Safety;

namespace EtcdDefrag.Output.Metrics;

/// <summary>A run in Prometheus' text format.</summary>
/// <remarks>Source: prometheus.io/docs/instrumenting/exposition_formats.</remarks>
internal static class MetricsText
{
    /// <summary>What became of the last run; every exit code of a run belongs to one.</summary>
    private static readonly (string Name, ExitCode[] Codes)[] Outcomes =
    [
        ("success", [ExitCode.Ok, ExitCode.WorkNeeded]),
        ("failed", [ExitCode.Failed]),
        ("refused", [ExitCode.Refused]),
        ("no_access", [ExitCode.NoAccess]),
        ("unknown", [ExitCode.Unknown]),
        ("data_differ", [ExitCode.DataDiffer]),
        ("locked", [ExitCode.Locked]),
        ("interrupted", [ExitCode.Interrupted, ExitCode.Terminated]),
    ];

    /// <summary>The whole page.</summary>
    /// <param name="report">The run.</param>
    /// <param name="exitCode">How it ends.</param>
    /// <param name="withCluster">Whether the samples themselves say which cluster it is.</param>
    /// <param name="lastSuccess">The last success; null: none is known.</param>
    public static string Render(RunReport report, ExitCode exitCode, bool withCluster, LastSuccess? lastSuccess)
    {
        var page = new MetricsPage { ClusterId = withCluster ? report.ClusterId?.ToString() : null };
        page.Add(RunMetrics.BuildInfo, 1, BuildInfo.Version, BuildInfo.Commit);
        AddRun(page, report, exitCode, withCluster, lastSuccess);
        return page.ToString();
    }

    /// <summary>The page of a fleet: each run with the label <c>cluster</c>.</summary>
    /// <param name="runs">The runs; empty after a look.</param>
    /// <param name="outcomes">How many clusters have which outcome.</param>
    /// <param name="kept">The last success of clusters that got no run; null: none is known.</param>
    public static string RenderFleet(
        IEnumerable<FleetSample> runs, IReadOnlyDictionary<ClusterOutcome, int> outcomes,
        IEnumerable<(string Cluster, LastSuccess Last)>? kept = null)
    {
        var page = new MetricsPage();
        page.Add(RunMetrics.BuildInfo, 1, BuildInfo.Version, BuildInfo.Commit);
        foreach (var outcome in Enum.GetValues<ClusterOutcome>())
        {
            page.Add(FleetMetrics.Clusters, outcomes.GetValueOrDefault(outcome), Snake(outcome.ToString()));
        }

        foreach (var run in runs)
        {
            page.Always = [(FleetMetrics.ClusterLabel, run.Cluster)];
            AddRun(page, run.Report, run.Code, withCluster: true, run.LastSuccess);
        }

        foreach (var (cluster, last) in kept ?? [])
        {
            page.Always = [(FleetMetrics.ClusterLabel, cluster)];
            page.AddFor(last.ClusterId, RunMetrics.LastSuccess, last.Seconds);
        }

        return page.ToString();
    }

    private static void AddRun(MetricsPage page, RunReport report, ExitCode exitCode, bool withCluster, LastSuccess? lastSuccess)
    {
        page.ClusterId = withCluster ? report.ClusterId?.ToString() : null;
        page.Add(RunMetrics.Start, Seconds(report.Started));
        page.Add(RunMetrics.End, Seconds(report.Ended));
        page.Add(RunMetrics.Duration, report.Took?.TotalSeconds ?? 0);
        page.Add(RunMetrics.ExitCode, (int)exitCode);
        page.Add(RunMetrics.DryRun, Bit(report.DryRun));
        foreach (var (name, codes) in Outcomes)
        {
            page.Add(RunMetrics.Outcome, Bit(codes.Contains(exitCode)), name);
        }

        if (lastSuccess is not null)
        {
            page.AddFor(withCluster ? lastSuccess.ClusterId : null, RunMetrics.LastSuccess, lastSuccess.Seconds);
        }

        page.Add(RunMetrics.Reclaimed, report.ReclaimedBytes);
        foreach (var outcome in Enum.GetValues<MemberOutcome>())
        {
            page.Add(RunMetrics.Members, report.Count(outcome), Snake(outcome.ToString()));
        }

        foreach (var check in SafetyChecks.All)
        {
            page.Add(RunMetrics.CheckFailed, Bit(report.RefusedChecks.Contains(check.Id)), check.Id);
        }

        AddMembers(page, report.Members);
    }

    /// <summary>When, in seconds since 1970.</summary>
    public static double Seconds(DateTimeOffset? time) =>
        time is { } known ? known.ToUnixTimeMilliseconds() / 1000.0 : double.NaN;

    private static void AddMembers(MetricsPage page, IReadOnlyList<MemberReport> members)
    {
        AddEach(RunMetrics.SizeBefore, member => member.Before?.DbSize.Bytes);
        AddEach(RunMetrics.SizeAfter, member => member.After?.DbSize.Bytes);
        AddEach(RunMetrics.InUseBefore, member => member.Before?.DbSizeInUse.Bytes);
        AddEach(RunMetrics.InUseAfter, member => member.After?.DbSizeInUse.Bytes);
        AddEach(RunMetrics.Quota, member => member.Quota is { IsLimited: true } quota ? quota.Size.Bytes : null);
        AddEach(RunMetrics.MemberReclaimed, member => member.ReclaimedBytes);
        AddEach(RunMetrics.DefragmentationDuration, member => member.Took?.TotalSeconds);
        AddEach(RunMetrics.BlockedDuration, member => member.Blocked?.TotalSeconds);
        foreach (var member in members)
        {
            foreach (var outcome in Enum.GetValues<MemberOutcome>())
            {
                page.Add(RunMetrics.MemberOutcome, Bit(member.Outcome == outcome),
                    [.. Labels(member), Snake(outcome.ToString())]);
            }
        }

        foreach (var member in members.Where(member => member.SkipReason is not null))
        {
            page.Add(RunMetrics.MemberSkipped, 1, [.. Labels(member), Snake(member.SkipReason.ToString()!)]);
        }

        void AddEach(Metric metric, Func<MemberReport, double?> read)
        {
            foreach (var member in members)
            {
                if (read(member) is { } value)
                {
                    page.Add(metric, value, Labels(member));
                }
            }
        }
    }

    private static string[] Labels(MemberReport member) =>
        [member.Target.MemberId.ToString(), member.Name, member.Target.Endpoint.Text];

    private static double Bit(bool value) => value ? 1 : 0;

    private static string Snake(string name) =>
        string.Concat(name.Select((c, i) => (i > 0 && char.IsUpper(c) ? "_" : "") + char.ToLowerInvariant(c)));
}
