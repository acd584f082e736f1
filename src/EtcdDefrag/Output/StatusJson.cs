using EtcdDefrag.Core.Execution.Reading;
using EtcdDefrag.Core.Planning;

namespace EtcdDefrag.Output;

/// <summary>A cluster's status as one JSON object.</summary>
internal static class StatusJson
{
    public static string Render(ClusterSurvey survey, DateTimeOffset at, bool hex)
    {
        var snapshot = survey.Snapshot!;
        using var line = new JsonLine(hex);
        line.Number("schemaVersion", JsonReport.SchemaVersion).Text("time", JsonReport.Moment(at)).Id("clusterID",
            snapshot.ClusterId.Value);
        line.Array("members", snapshot.Views, view =>
        {
            line.Text("name", view.Member.Name).Text("endpoint", view.Endpoint?.Text).Id("memberID",
                view.Id.Value).Flag("isLearner", !view.IsVoter).Flag("health", view.IsHealthy);
            line.Text("error", view.StatusProblem ?? view.ReadProblem ?? view.AlarmProblem).Status("status", view.Status);
            line.Number("snapshotsRunning", view.Metrics?.Snapshots is { } clients ? clients + view.Metrics.RaftSnapshots : null);
            line.Flag("defragmenting", view.Metrics?.Defragmenting);
            line.Quota(survey.Quotas.GetValueOrDefault(view.Id));
            if (survey.Verdicts.TryGetValue(view.Id, out var verdict))
            {
                line.Flag("selected", verdict is Selection.Selected).Text("reason", (verdict as Selection.Skipped)?.Explanation
                    ?? (verdict as Selection.Undecidable)?.Problem ?? (verdict as Selection.UntilCompaction)?.Explanation);
                line.Flag("undecidedUntilCompaction", verdict is Selection.UntilCompaction);
            }
        });
        line.Alarms("alarms", snapshot.Alarms).Array("findings", survey.Findings, finding => line.Finding(finding));
        if (survey.Advice is { } advice)
        {
            line.Object("advice", () => line.Text("id", advice.Id).Text("message", advice.Text).Number("dbSize",
                advice.Size.Bytes)
                .Number("dbSizeInUse", advice.InUse.Bytes).Number("dbSizeFree", advice.Free.Bytes).Number("quotaBytes",
                    advice.Quota?.Bytes));
        }

        return line.End() + "\n";
    }

    /// <summary>The same object where no cluster was found: whoever reads it finds an empty list of members, and why.</summary>
    public static string Unknown(string problem, DateTimeOffset at)
    {
        using var line = new JsonLine(hex: false);
        line.Number("schemaVersion", JsonReport.SchemaVersion).Text("time", JsonReport.Moment(at)).Text("error", problem);
        return line.Texts("members", []).Texts("alarms", []).Texts("findings", []).End() + "\n";
    }
}
