using System.Globalization;
using EtcdDefrag.Core.Execution;

namespace EtcdDefrag.Output;

/// <summary>The report of a run as a JSON object: the closing event of the format <c>json</c>, and the whole of
/// <c>--report-file</c>.</summary>
internal static class JsonReport
{
    public const int SchemaVersion = 1;

    /// <summary>The object as one line.</summary>
    public static string Render(RunReport report, ExitCode exitCode, bool hex, DateTimeOffset time, string? cluster = null)
    {
        using var line = Begin(hex, time, "report", cluster);
        line.Number("exitCode", (long)exitCode).Flag("dryRun", report.DryRun).Flag("changed", report.WorkBegan).Text("offline",
            Camel(report.Offline));
        if (report.ClusterId is { } id)
        {
            line.Id("clusterID", id.Value);
        }

        return line
            .Text("startedAt", Moment(report.Started))
            .Text("endedAt", Moment(report.Ended))
            .Seconds("tookSeconds", report.Took)
            .Text("stopped", Camel(report.Stopped))
            .Text("message", report.StopExplanation)
            .Texts("refusedChecks", report.RefusedChecks)
            .Number("reclaimedBytes", report.ReclaimedBytes)
            .Texts("otherFailures", report.OtherFailures.Select(failure => failure.Text))
            .Array("members", report.Members, member => Fill(line, member))
            .Some("alarms", report.Alarms)
            .End();
    }

    /// <summary>What every event begins with.</summary>
    public static JsonLine Begin(bool hex, DateTimeOffset time, string name, string? cluster = null) =>
        new JsonLine(hex).Number("schemaVersion", SchemaVersion).Text("time", Moment(time)).Text("event", name).Text("cluster",
            cluster);

    private static void Fill(JsonLine line, MemberReport member) => line
        .Text("name", member.Name)
        .Target(member.Target)
        .Text("outcome", JsonLine.Camel(member.Outcome.ToString()))
        .Text("failedStep", Camel(member.FailedStep))
        .Text("message", member.Explanation)
        .Text("skipReason", Camel(member.SkipReason))
        .Seconds("tookSeconds", member.Took)
        .Seconds("blockedSeconds", member.Blocked)
        .Number("reclaimedBytes", member.ReclaimedBytes)
        .Quota(member.Quota)
        .Status("before", member.Before)
        .Status("after", member.After)
        .Database(member.Check);

    private static string? Camel<T>(T? value)
        where T : struct, Enum => value is { } given ? JsonLine.Camel(given.ToString()) : null;

    public static string? Moment(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
