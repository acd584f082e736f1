using System.Globalization;
using EtcdDefrag.Core.Execution;

namespace EtcdDefrag.Output.Metrics;

/// <summary>When a cluster's last successful run was over.</summary>
/// <param name="ClusterId">The cluster; null where the sample does not say.</param>
/// <param name="Seconds">Seconds since 1970.</param>
internal sealed record LastSuccess(string? ClusterId, double Seconds)
{
    /// <summary>The last success as it stands after a run.</summary>
    /// <param name="report">The run.</param>
    /// <param name="exitCode">How it ends.</param>
    /// <param name="before">The page that the run before it left; null: there is none.</param>
    public static LastSuccess? After(RunReport report, ExitCode exitCode, string? before)
    {
        var cluster = report.ClusterId?.ToString();
        if (IsSuccess(report, exitCode))
        {
            return new LastSuccess(cluster, MetricsText.Seconds(report.Ended));
        }

        var kept = before is null ? null : Parse(before);
        // another cluster's success is none of this one's
        return kept is not null && (cluster is null || kept.ClusterId == cluster) ? kept : null;
    }

    /// <summary>Whether a run did what it was for. A dry run never did.</summary>
    public static bool IsSuccess(RunReport report, ExitCode exitCode) => exitCode == ExitCode.Ok && !report.DryRun;

    private static LastSuccess? Parse(string page)
    {
        var line = page.Split('\n').FirstOrDefault(line =>
            line.StartsWith(RunMetrics.LastSuccess.Name, StringComparison.Ordinal));
        var known = double.TryParse(line?[(line.LastIndexOf(' ') + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture,
            out var seconds);
        if (!known || !double.IsFinite(seconds))
        {
            return null;
        }

        var quoted = line!.Split('"');
        return new LastSuccess(quoted.Length > 1 ? quoted[1] : null, seconds);
    }
}
