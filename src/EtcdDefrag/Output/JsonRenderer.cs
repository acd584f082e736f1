using System.Diagnostics;
using EtcdDefrag.Core.Execution;

namespace EtcdDefrag.Output;

/// <summary>The format <c>json</c>: one object a line per event, closed by the report. Documented in docs/output.md; the schema only grows.</summary>
internal sealed class JsonRenderer(TextWriter output, TimeProvider time, bool hex, Func<RunReport, ExitCode> exitCode, string? cluster = null) : IRunObserver
{
    /// <summary>Writes the report and no events.</summary>
    public bool OnlyReport { get; init; }

    public void OnEvent(RunEvent runEvent)
    {
        if (runEvent is RunEvent.RunFinished { Report: var report })
        {
            output.WriteLine(JsonReport.Render(report, exitCode(report), hex, report.Ended ?? time.GetUtcNow(), cluster));
            return;
        }

        if (OnlyReport)
        {
            return;
        }

        using var line = JsonReport.Begin(hex, time.GetUtcNow(), JsonLine.Camel(runEvent.GetType().Name), cluster);
        Fill(line, runEvent);
        output.WriteLine(line.End());
    }

    private void Fill(JsonLine line, RunEvent runEvent) => _ = runEvent switch
    {
        RunEvent.RunStarted e => line.Flag("dryRun", e.DryRun).Text("rule", e.Rule).Text("offline", e.Offline is { } job ? JsonLine.Camel(job.ToString()) : null),
        RunEvent.HealthCheckStarted e => e.GivenOnly is null ? line : line.Texts("givenOnly", e.GivenOnly.Select(endpoint => endpoint.Text)),
        RunEvent.ClusterFound e => line.Id("clusterID", e.ClusterId.Value).Array("members", e.Members, member => line
            .Id("ID", member.Id.Value).Text("name", member.Name).Texts("clientURLs", member.ClientUrls).Flag("isLearner", member.IsLearner)),
        RunEvent.HealthChecked e => line.Text("endpoint", e.View.Label).Id("memberID", e.View.Id.Value).Flag("health", e.View.IsHealthy).Seconds("tookSeconds", e.View.ReadTook)
            .Text("error", e.View.StatusProblem ?? e.View.ReadProblem ?? e.View.AlarmProblem).Alarms("alarms", e.View.Alarms),
        RunEvent.CheckFound e => line.Finding(e.Finding),
        RunEvent.StatusesRead e => line.Array("members", e.Members, member => line.Target(member.Target).Status("status", member.Status)),
        RunEvent.QuotasRead e => line.Array("quotas", e.Quotas, pair => line
            .Id("memberID", pair.Key.Value).Quota(pair.Value)),
        RunEvent.Noted e => line.Text("message", e.Text),
        RunEvent.Warned e => line.Text("message", e.Text),
        RunEvent.CompactionSkipped e => line.Text("reason", e.Why),
        RunEvent.CompactionPlanned e => line.Number("revision", e.Revision),
        RunEvent.CompactionStarted e => line.Number("revision", e.Revision).Text("endpoint", e.Endpoint.Text),
        RunEvent.CompactionFinished e => line.Number("revision", e.Revision).Flag("alreadyDone", e.AlreadyDone).Text("error", e.Problem),
        RunEvent.SettlingStarted e => line.Texts("endpoints", e.Endpoints.Select(endpoint => endpoint.Text)),
        RunEvent.SettlingFinished e => line.Seconds("tookSeconds", e.Took).Texts("unsettled", e.Unsettled.Select(endpoint => endpoint.Text)).Text("doubt", e.Caveat),
        RunEvent.OrderDecided e => line.Array("members", e.Targets, target => line.Target(target)).Number("selected", e.Selected),
        RunEvent.DisarmStarted => line,
        RunEvent.DisarmSkipped e => line.Text("reason", e.Why),
        RunEvent.DisarmPlanned e => line.Id("memberID", e.Alarm.MemberId.Value).Text("alarm", e.Alarm.Name),
        RunEvent.Disarmed e => line.Id("memberID", e.Alarm.MemberId.Value).Text("alarm", e.Alarm.Name).Text("error", e.Problem),
        RunEvent.AlarmsLeft e => line.Alarms("alarms", e.Alarms),
        RunEvent.Verified e => line.Text("phase", JsonLine.Camel(e.Phase.ToString())).Text("result", JsonLine.Camel(e.Result.ToString())).Text("message", e.Explanation),
        RunEvent.Stopped e => line.Text("reason", JsonLine.Camel(e.Reason.ToString())).Text("message", e.Explanation),
        _ => FillMember(line, runEvent),
    };

    private static JsonLine FillMember(JsonLine line, RunEvent runEvent) => runEvent switch
    {
        RunEvent.MemberStarted e => line.Target(e.Member.Target).Status("status", e.Member.Status),
        RunEvent.MemberSkipped e => line.Target(e.Target).Text("reason", JsonLine.Camel(e.Reason.ToString())).Text("message", e.Explanation),
        RunEvent.MemberUndecided e => line.Target(e.Target).Text("message", e.Explanation),
        RunEvent.DefragmentPlanned e => MovePlanned(line.Target(e.Target).Number("reclaimableBytes", e.Reclaimable.Bytes).Text("message", e.Explanation), e),
        RunEvent.LeaderMoveStarted e => line.Target(e.From).Id("to", e.To.Id.Value),
        RunEvent.LeaderMoved e => line.Target(e.From).Id("to", e.To.Value).Seconds("pauseSeconds", e.Pause),
        RunEvent.DefragmentStarted e => line.Target(e.Target),
        RunEvent.FileReplaced e => line.Target(e.Target),
        RunEvent.FileChecked e => line.Target(e.Member.Target).Status("status", e.Member.Status).Database(e.Member.Check),
        RunEvent.DefragmentFinished e => line.Target(e.Target).Seconds("tookSeconds", e.Took),
        RunEvent.DefragmentFinishedLate e => line.Target(e.Target).Seconds("tookSeconds", e.Took),
        RunEvent.MemberFailed e => line.Target(e.Target).Text("step", JsonLine.Camel(e.Step.ToString())).Seconds("tookSeconds", e.Took).Text("error", e.Problem),
        RunEvent.OutcomeUnknown e => line.Target(e.Target).Seconds("tookSeconds", e.Took).Text("error", e.Problem).Seconds("waitAtMostSeconds", e.WaitAtMost),
        RunEvent.MemberDone e => line.Target(e.Member.Target).Seconds("blockedSeconds", e.Blocked).Status("status", e.Member.Status).Database(e.Member.Check),
        RunEvent.SnapshotWaitStarted e => line.Text("endpoint", e.Endpoint.Text).Text("message", e.Reason).Seconds("waitAtMostSeconds", e.AtMost),
        RunEvent.SnapshotWaitFinished e => line.Text("endpoint", e.Endpoint.Text).Seconds("tookSeconds", e.Took).Flag("ended", e.IsOver),
        RunEvent.Recovering e => line.Target(e.Target).Text("message", e.Problem),
        RunEvent.Pausing e => line.Seconds("durationSeconds", e.Duration).Flag("adaptive", e.Adaptive),
        _ => throw new UnreachableException(runEvent.GetType().Name),
    };

    private static JsonLine MovePlanned(JsonLine line, RunEvent.DefragmentPlanned e) => e.MoveLeaderTo is { } transferee ? line.Id("moveLeaderTo", transferee.Id.Value) : line;
}
