using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Output.Metrics;
using Xunit;

namespace EtcdDefrag.Cli.Tests;

public sealed class MetricsTests
{
    private static readonly string[] MemberLabels = ["member_id", "member", "endpoint"];

    private static readonly RunReport Sample = ReportOf(SampleRun.Events);

    [Fact]
    public void The_page_is_the_golden_one()
    {
        var page = MetricsText.Render(Sample, ExitCode.Failed, withCluster: true, new LastSuccess("c1", 1767323045));

        Golden.Match(page.Replace(BuildInfo.Version, "VERSION", StringComparison.Ordinal).Replace(BuildInfo.Commit, "COMMIT", StringComparison.Ordinal), "metrics");
    }

    [Fact]
    public void Every_metric_is_there_and_no_other() =>
        Assert.Equal(RunMetrics.All.Select(metric => metric.Name), Names(MetricsText.Render(Sample, ExitCode.Failed, withCluster: true, new LastSuccess("c1", 1))));

    [Fact]
    public void Every_metric_has_its_line_in_the_documentation_and_no_other_has()
    {
        var lines = File.ReadLines(Repository.File("docs/output.md")).Where(line => line.StartsWith("* `etcd_defrag_", StringComparison.Ordinal));

        Assert.Equal(RunMetrics.All.Select(metric => $"* `{metric.Name}`{OwnLabels(metric)}: {metric.Help}"), lines);
    }

    [Fact]
    public void The_metrics_of_members_have_the_labels_that_the_documentation_says()
    {
        var ofMembers = RunMetrics.All.Where(metric => metric.Name.StartsWith("etcd_defrag_member_", StringComparison.Ordinal));

        Assert.Equal(RunMetrics.All.Where(metric => MemberLabels.All(metric.Labels.Contains)), ofMembers);
        Assert.Contains("`etcd_defrag_member_…` also have `member_id`, `member` (name) and `endpoint`", File.ReadAllText(Repository.File("docs/output.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_end_of_a_run_is_one_outcome()
    {
        foreach (var code in Enum.GetValues<ExitCode>().Except([ExitCode.Usage]))
        {
            var page = MetricsText.Render(Sample, code, withCluster: false, lastSuccess: null);

            Assert.Single(Samples(page, RunMetrics.Outcome), line => line.EndsWith(" 1", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_pushed_page_leaves_the_cluster_to_the_grouping_key() =>
        Assert.DoesNotContain(RunMetrics.ClusterLabel, MetricsText.Render(Sample, ExitCode.Failed, withCluster: false, new LastSuccess("c1", 1)), StringComparison.Ordinal);

    [Fact]
    public void What_a_member_is_called_can_break_nothing()
    {
        var odd = Sample with { Members = [Sample.Members[0] with { Name = "a \"b\" \\ c\nd" }] };

        var page = MetricsText.Render(odd, ExitCode.Ok, withCluster: false, lastSuccess: null);

        Assert.Contains("member=\"a \\\"b\\\" \\\\ c\\nd\"", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ExitCode.Ok, false, "c1", true)]
    [InlineData(ExitCode.Ok, true, "c1", false)]
    [InlineData(ExitCode.WorkNeeded, true, "c1", false)]
    [InlineData(ExitCode.Failed, false, "c1", false)]
    [InlineData(ExitCode.NoAccess, false, null, false)]
    public void A_run_that_is_no_success_keeps_the_last_one(ExitCode code, bool dryRun, string? cluster, bool counts)
    {
        var before = MetricsText.Render(Sample, ExitCode.Ok, withCluster: true, new LastSuccess("c1", 1234.5));
        var run = Sample with { DryRun = dryRun, ClusterId = cluster is null ? null : Sample.ClusterId };

        var last = LastSuccess.After(run, code, before);

        Assert.Equal(new LastSuccess("c1", counts ? MetricsText.Seconds(run.Ended) : 1234.5), last);
    }

    [Fact]
    public void Another_clusters_success_is_none_of_this_ones()
    {
        var before = MetricsText.Render(Sample, ExitCode.Ok, withCluster: true, new LastSuccess("c1", 1234.5));

        Assert.Null(LastSuccess.After(Sample with { ClusterId = new ClusterId(0xc2) }, ExitCode.Failed, before));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not metrics at all")]
    [InlineData("etcd_defrag_run_last_success_timestamp_seconds{cluster_id=\"c1\"} soon\n")]
    [InlineData("etcd_defrag_run_last_success_timestamp_seconds{cluster_id=\"c1\"} NaN\n")]
    [InlineData("etcd_defrag_run_last_success_timestamp_seconds{cluster_id=\"c1\"} 1e999\n")]
    [InlineData("etcd_defrag_run_last_success_timestamp_seconds")]
    public void A_file_that_tells_of_no_success_has_none(string before) => Assert.Null(LastSuccess.After(Sample, ExitCode.Failed, before));

    private static RunReport ReportOf(IEnumerable<RunEvent> events)
    {
        var builder = new RunReportBuilder(dryRun: false);
        foreach (var one in events)
        {
            builder.OnEvent(one);
        }

        return builder.Report;
    }

    private static string OwnLabels(Metric metric) =>
        metric.Labels.Except(MemberLabels).ToList() is { Count: > 0 } own ? $" ({string.Join(", ", own.Select(label => $"`{label}`"))})" : "";

    private static IEnumerable<string> Names(string page) =>
        page.Split('\n').Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line.Split(' ')[2]);

    private static IEnumerable<string> Samples(string page, Metric metric) =>
        page.Split('\n').Where(line => line.StartsWith(metric.Name + "{", StringComparison.Ordinal));
}
