using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Core.Safety;
using EtcdDefrag.Core.Text;

namespace EtcdDefrag.Output;

/// <summary>
/// The format <c>simple</c>: the original's lines, word for word, on standard output; everything it has no line for goes to
/// standard error when it is conversation, and after the original's line when it is a result.
/// </summary>
internal sealed class TextRenderer(Screen screen, bool withTable = true) : IRunObserver
{
    // What happens on the way; the result goes to the screen's output whatever --quiet says.
    private readonly TextWriter _output = screen.IsQuiet ? TextWriter.Null : screen.Output;
    private readonly TextWriter _talk = screen.IsQuiet ? TextWriter.Null : screen.Error;
    private readonly TextWriter _error = screen.Error;
    private readonly RunSummary _summary = new(screen);
    private OfflineJob? _offline;
    private MemberStatus? _before;

    public void OnEvent(RunEvent runEvent)
    {
        _summary.OnEvent(runEvent);
        switch (runEvent)
        {
            case RunEvent.RunStarted e:
                Start(e);
                break;
            case RunEvent.HealthCheckStarted e:
                _output.WriteLine("Performing health check.");
                _output.WriteLine(e.GivenOnly is { } given
                    ? $"Health check will be performed only on the explicitly provided endpoints: {List(given)}"
                    : "Health check will be performed on all cluster member endpoints");
                break;
            case RunEvent.ClusterFound or RunEvent.QuotasRead or RunEvent.AlarmsLeft:
                break; // the original has no line for it; the summary and the rule's numbers show them
            case RunEvent.HealthChecked e:
                _output.WriteLine(Lines.Health(e.View));
                break;
            case RunEvent.CheckFound e:
                Tell(e.Finding);
                break;
            case RunEvent.StatusesRead e:
                _output.WriteLine("Getting members status");
                foreach (var member in e.Members)
                {
                    _output.WriteLine(Lines.Status(member));
                }

                break;
            case RunEvent.Noted e:
                _output.WriteLine(e.Text);
                break;
            case RunEvent.Warned e:
                _error.WriteLine($"{Caution("Warning:")} {e.Text}");
                break;
            case RunEvent.CompactionSkipped e:
                _output.WriteLine("Skip compaction.");
                _output.WriteLine($"No compaction: {e.Why}");
                break;
            case RunEvent.CompactionPlanned e:
                _output.WriteLine("Skip compaction.");
                _output.WriteLine($"[Dry run] a real run compacts first, until revision: {e.Revision}");
                break;
            case RunEvent.CompactionStarted:
                break; // the original's line carries the result: it is written when that is known
            case RunEvent.CompactionFinished e:
                var how = e.AlreadyDone ? "already compacted" : e.Problem is null ? "successful" : $"failed, {e.Problem}";
                _output.WriteLine($"Running compaction until revision: {e.Revision} ... {how}");
                break;
            case RunEvent.SettlingStarted e:
                _talk.WriteLine($"Waiting until all members have freed compacted data: {List(e.Endpoints)}");
                break;
            case RunEvent.SettlingFinished e:
                (e.Unsettled.Count == 0 ? _talk : _error).WriteLine(
                    e.Unsettled.Count == 0 && e.Caveat is { } caveat ? $"Waited {ShortTime.Of(e.Took)}: {caveat}"
                    : e.Unsettled.Count == 0 ? $"All members have freed compacted data. took {GoDuration.Format(e.Took)}"
                    : $"{Caution("Warning:")} after {GoDuration.Format(e.Took)} these members still free space; their current numbers are used: {List(e.Unsettled)}");
                break;
            case RunEvent.OrderDecided e:
                _output.WriteLine($"{e.Targets.Count} endpoint(s) need to be defragmented: {List(e.Targets.Select(target => target.Endpoint))}");
                if (e.Selected is { } selected)
                {
                    _output.WriteLine($"By the current figures {selected} of {e.Targets.Count} are selected.");
                }

                break;
            default:
                OnMemberEvent(runEvent);
                break;
        }
    }

    private void OnMemberEvent(RunEvent runEvent)
    {
        switch (runEvent)
        {
            case RunEvent.MemberStarted e:
                _before = e.Member.Status;
                _output.WriteLine(e.Member.Target.Endpoint.IsFile ? OfflineLines.Before(e.Member) : $"[Before defragmentation] {Lines.Status(e.Member)}");
                break;
            case RunEvent.MemberSkipped { Reason: SkipReason.RuleIsFalse } e:
                _output.WriteLine($"Evaluation result is false, so skipping endpoint: {e.Target.Endpoint}");
                _output.WriteLine($"Evaluated: {e.Explanation}");
                break;
            case RunEvent.MemberSkipped e:
                _output.WriteLine($"Skipping endpoint: {e.Target.Endpoint}: {e.Explanation}");
                break;
            case RunEvent.MemberUndecided e:
                _output.WriteLine($"[Dry run] undecided until compaction, endpoint: {e.Target.Endpoint}");
                _output.WriteLine($"Evaluated: {e.Explanation}; a real run compacts first and then decides");
                break;
            case RunEvent.DefragmentPlanned e:
                if (e.Explanation is { } explanation)
                {
                    _output.WriteLine($"Evaluated: {explanation}");
                }

                if (e.MoveLeaderTo is { } transferee)
                {
                    _output.WriteLine($"[Dry run] would transfer the leadership from {e.Target.MemberId} to {transferee.Id}");
                }

                _output.WriteLine($"[Dry run] skip defragmenting endpoint \"{e.Target.Endpoint}\"");
                break;
            case RunEvent.LeaderMoveStarted e:
                _output.WriteLine("Transferring the leadership from the current leader");
                _output.WriteLine($"Transferring the leadership from {e.From.MemberId} to {e.To.Id}");
                break;
            case RunEvent.LeaderMoved e:
                _output.WriteLine(e.Pause > TimeSpan.Zero
                    ? $"Transferred the leadership successfully! Waiting for {GoDuration.Format(e.Pause)} for next operation"
                    : $"Transferred the leadership successfully! {e.To} leads now");
                break;
            case RunEvent.DefragmentStarted { Target.Endpoint.IsFile: true } or RunEvent.DefragmentFinished { Target.Endpoint.IsFile: true } or RunEvent.FileReplaced:
                break; // the line about the new file says it all
            case RunEvent.FileChecked e:
                Tell(e.Member);
                break;
            case RunEvent.DefragmentStarted e:
                _output.WriteLine($"Defragmenting endpoint \"{e.Target.Endpoint}\"");
                break;
            case RunEvent.DefragmentFinished e:
                _output.WriteLine($"Finished defragmenting etcd endpoint \"{e.Target.Endpoint}\". took {GoDuration.Format(e.Took)}");
                break;
            case RunEvent.DefragmentFinishedLate e:
                _output.WriteLine($"Finished defragmenting etcd endpoint \"{e.Target.Endpoint}\" late: the answer was lost, but the file has been rewritten. took {GoDuration.Format(e.Took)}");
                break;
            case RunEvent.MemberFailed e:
                _error.WriteLine(Bad(Lines.Failure(e)));
                break;
            case RunEvent.OutcomeUnknown { Target.Endpoint.IsFile: true } e:
                _error.WriteLine(Bad(e.Problem));
                break;
            case RunEvent.OutcomeUnknown e:
                _error.WriteLine(
                    Bad($"Outcome of endpoint \"{e.Target.Endpoint}\" unknown after {GoDuration.Format(e.Took)}: {e.Problem}. ")
                    + $"It may still be defragmenting, so nothing else is started; waiting for it, at most {GoDuration.Format(e.WaitAtMost)}");
                break;
            case RunEvent.MemberDone e:
                (e.Member.Target.Endpoint.IsFile ? screen.Output : _output).WriteLine(
                    e.Member.Target.Endpoint.IsFile ? OfflineLines.Rewritten(_before!, e) : $"[Post defragmentation] {Lines.Status(e.Member)}");
                break;
            case RunEvent.SnapshotWaitStarted e:
                _talk.WriteLine($"Waiting for at most {GoDuration.Format(e.AtMost)} until this ends: {e.Reason}");
                break;
            case RunEvent.SnapshotWaitFinished e:
                (e.IsOver ? _talk : _error).WriteLine(e.IsOver ? $"It has ended on {e.Endpoint}. took {GoDuration.Format(e.Took)}" : Caution($"It has not ended on {e.Endpoint}. took {GoDuration.Format(e.Took)}"));
                break;
            case RunEvent.Recovering e:
                _talk.WriteLine($"Waiting until the cluster is healthy after {e.Target.Endpoint}: {e.Problem}");
                break;
            case RunEvent.Pausing e:
                (e.Adaptive ? _talk : _output).WriteLine(
                    $"Waiting for {GoDuration.Format(e.Duration)} for next operation{(e.Adaptive ? ", as long as the member was blocked" : "")}");
                break;
            default:
                OnClosingEvent(runEvent);
                break;
        }
    }

    private void OnClosingEvent(RunEvent runEvent)
    {
        switch (runEvent)
        {
            case RunEvent.DisarmStarted:
                _output.WriteLine("Start auto-disalarm");
                break;
            case RunEvent.DisarmSkipped e:
                _output.WriteLine(e.Why);
                break;
            case RunEvent.DisarmPlanned e:
                _output.WriteLine($"[Dry run] would clear alarm {e.Alarm.Name} of member {e.Alarm.MemberId}, by the sizes after the planned defragmentations");
                break;
            case RunEvent.Disarmed e:
                (e.Problem is null ? _output : _error).WriteLine(e.Problem is null
                    ? $"Cleared alarm {e.Alarm.Name} of member {e.Alarm.MemberId}"
                    : Bad($"Auto-disalarm failed: alarm {e.Alarm.Name} of member {e.Alarm.MemberId}: {e.Problem}"));
                break;
            case RunEvent.Verified e:
                (e.Result == VerifyResult.Equal ? _output : _error).WriteLine(
                    $"Verification {(e.Phase == VerifyPhase.Before ? "before" : "after")} the run: {e.Explanation}");
                break;
            case RunEvent.Stopped e:
                Tell(e);
                break;
            case RunEvent.RunFinished e:
                _summary.Close(e.Report, withTable);
                break;
            default:
                throw new System.Diagnostics.UnreachableException(runEvent.GetType().Name);
        }
    }

    private void Start(RunEvent.RunStarted e)
    {
        _offline = e.Offline;
        if (e.DryRun && e.Offline != OfflineJob.Check)
        {
            _output.WriteLine("Using dry run mode, will not perform defragmentation");
        }

        if (e.Offline is not null && e.Rule is null)
        {
            return;
        }

        _output.WriteLine("Validating configuration.");
        _output.WriteLine(e.Rule is null ? "No defragmentation rule provided" : $"Validating the defragmentation rule: {e.Rule} ... valid");
    }

    /// <summary>Of a check the result; of a rewrite why there is none.</summary>
    private void Tell(TargetStatus file)
    {
        var check = file.Check!;
        var writer = _offline == OfflineJob.Check ? screen.Output : _error;
        if (_offline == OfflineJob.Check)
        {
            writer.WriteLine(OfflineLines.Before(file));
        }

        writer.WriteLine(OfflineLines.Verdict(check));
        foreach (var finding in check.Findings)
        {
            writer.WriteLine(OfflineLines.Finding(finding));
        }

        if (OfflineLines.Rest(check) is { } rest)
        {
            writer.WriteLine(rest);
        }
    }

    private void Tell(CheckFinding finding)
    {
        var weight = finding.Severity switch
        {
            FindingSeverity.Refusal => Bad("Refusal"),
            FindingSeverity.Warning or FindingSeverity.Wait => Caution("Warning"),
            _ => "Notice",
        };
        var writer = finding.Severity == FindingSeverity.Notice ? _talk : _error;
        writer.WriteLine($"{weight} [{finding.CheckId}]: {finding.Message}");
        if (finding.Hint is { } hint)
        {
            writer.WriteLine($"  {hint}");
        }
    }

    private string Bad(string text) => screen.ErrorPaint.Bad(text);

    private string Caution(string text) => screen.ErrorPaint.Caution(text);

    private void Tell(RunEvent.Stopped stopped)
    {
        var word = stopped.Reason is StopReason.Refused or StopReason.NoAccess or StopReason.Locked ? "Refused" : "Stopped";
        _error.WriteLine(stopped.Checks.Count == 0
            ? $"{Bad($"{word}:")} {stopped.Explanation}"
            : $"{Bad(word)} by the checks named above: {string.Join(", ", stopped.Checks)}{(stopped.Advice is null ? "" : $"; {stopped.Advice}")}");
    }

    private static string List(IEnumerable<Endpoint> endpoints) => $"[{string.Join(' ', endpoints.Select(endpoint => endpoint.Text))}]";
}
