using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Core.Safety;

namespace EtcdDefrag.Core.Execution;

/// <summary>Folds the events of a run into its report.</summary>
public sealed class RunReportBuilder(bool dryRun) : IRunObserver
{
    private readonly List<MemberId> _order = [];
    private readonly Dictionary<MemberId, MemberReport> _members = [];
    private readonly Dictionary<MemberId, string> _names = [];
    private readonly List<RunFailure> _otherFailures = [];
    private readonly List<string> _refusedChecks = [];
    private IReadOnlyList<Alarm> _alarms = [];
    private string? _alarmLeftBecause;
    private ClusterId? _clusterId;
    private DateTimeOffset? _started;
    private TimeSpan? _took;
    private MemberId? _leader;
    private bool _workBegan;
    private bool _dataDiffer;
    private RunEvent.Stopped? _stopped;
    private OfflineJob? _offline;

    /// <summary>The report as it stands.</summary>
    public RunReport Report => new()
    {
        Offline = _offline,
        DryRun = dryRun,
        Started = _started,
        Took = _took,
        ClusterId = _clusterId,
        RefusedChecks = [.. _refusedChecks.Distinct()],
        Members = [.. _order.Select(id => _members[id])],
        Leader = _leader,
        WorkBegan = _workBegan,
        Stopped = _stopped?.Reason,
        StopExplanation = _stopped?.Explanation,
        OtherFailures = [.. _otherFailures],
        Alarms = _alarms,
        DataDiffer = _dataDiffer,
    };

    /// <summary>Closes the report.</summary>
    /// <param name="took">How long the run took.</param>
    /// <returns>The run's last event, which carries the report.</returns>
    public RunEvent.RunFinished Finish(TimeSpan took) => new(Report with { Took = took });

    /// <inheritdoc/>
    public void OnEvent(RunEvent runEvent)
    {
        switch (runEvent)
        {
            case RunEvent.RunStarted e:
                (_started, _offline) = (e.At, e.Offline);
                break;
            case RunEvent.ClusterFound e:
                _clusterId = e.ClusterId;
                foreach (var member in e.Members)
                {
                    _names[member.Id] = member.Name;
                }

                break;
            case RunEvent.CheckFound { Finding: { Severity: FindingSeverity.Refusal } finding }:
                _refusedChecks.Add(finding.CheckId);
                break;
            case RunEvent.QuotasRead e:
                foreach (var id in _order.Where(e.Quotas.ContainsKey))
                {
                    _members[id] = _members[id] with { Quota = e.Quotas[id] };
                }

                break;
            case RunEvent.StatusesRead e:
                foreach (var member in e.Members)
                {
                    Update(member.Target, report => report with { Before = member.Status });
                    SeeLeader(member.Status);
                }

                break;
            case RunEvent.OrderDecided e:
                foreach (var target in e.Targets)
                {
                    Update(target, report => report); // one whose status was not read is not known yet
                }

                _order.Clear();
                _order.AddRange(e.Targets.Select(target => target.MemberId));
                break;
            case RunEvent.Stopped e:
                _stopped ??= e;
                LeaveRunning(e.Running);
                break;
            case RunEvent.RunFinished e:
                _took = e.Report.Took;
                break;
            default:
                OnMemberEvent(runEvent);
                OnStepEvent(runEvent);
                break;
        }
    }

    private void OnMemberEvent(RunEvent runEvent)
    {
        switch (runEvent)
        {
            case RunEvent.MemberStarted e:
                Update(e.Member.Target, report => report with { Before = e.Member.Status });
                SeeLeader(e.Member.Status);
                break;
            case RunEvent.MemberSkipped e:
                Update(e.Target, report => report with
                {
                    Outcome = MemberOutcome.Skipped,
                    SkipReason = e.Reason,
                    Explanation = e.Explanation,
                });
                break;
            case RunEvent.MemberUndecided e:
                Update(e.Target, report => report with { Outcome = MemberOutcome.Undecided, Explanation = e.Explanation });
                break;
            case RunEvent.DefragmentPlanned e:
                Update(e.Target, report => report with { Outcome = MemberOutcome.Planned });
                break;
            case RunEvent.DefragmentStarted when _offline is not null:
                break; // the file is as it was until another takes its place
            case RunEvent.FileReplaced e:
                _workBegan = true;
                Update(e.Target, report => report with
                {
                    Outcome = MemberOutcome.Unknown,
                    Explanation = "its folder is not flushed yet",
                });
                break;
            case RunEvent.FileChecked e:
                Update(e.Member.Target, report => report with
                {
                    Outcome = MemberOutcome.Sound,
                    Before = e.Member.Status,
                    Check = e.Member.Check,
                });
                break;
            case RunEvent.DefragmentStarted e:
                // Until an answer is in, nobody knows: whatever stops us here, this is what the report must say.
                _workBegan = true;
                Update(e.Target, report => report with { Outcome = MemberOutcome.Unknown, Explanation = "no answer yet" });
                break;
            case RunEvent.DefragmentFinished e:
                Update(e.Target, report => report with { Outcome = MemberOutcome.Done, Explanation = null, Took = e.Took });
                break;
            case RunEvent.DefragmentFinishedLate e:
                Update(e.Target, report => report with
                {
                    Outcome = MemberOutcome.Done,
                    Explanation = "the answer was lost; the member is back and its file has been rewritten",
                    Took = e.Took,
                    Blocked = e.Took,
                });
                break;
            case RunEvent.MemberFailed e:
                Update(e.Target, report => report with
                {
                    Outcome = MemberOutcome.Failed,
                    FailedStep = e.Step,
                    Explanation = e.Problem,
                    Took = e.Step == MemberStep.Defragment ? e.Took : null,
                });
                break;
            case RunEvent.OutcomeUnknown e: // nobody waits for a database file, and nobody is blocked by it
                Update(e.Target, report => report with
                {
                    Outcome = MemberOutcome.Unknown,
                    Explanation = e.Problem,
                    Took = e.Took,
                    Blocked = e.WaitAtMost > TimeSpan.Zero ? e.Took : null,
                });
                break;
            case RunEvent.MemberDone e:
                Update(e.Member.Target, report => report with
                {
                    After = e.Member.Status,
                    Check = e.Member.Check,
                    Blocked = e.Blocked,
                });
                SeeLeader(e.Member.Status);
                break;
            default:
                break;
        }
    }

    private void OnStepEvent(RunEvent runEvent)
    {
        switch (runEvent)
        {
            case RunEvent.CompactionStarted:
                _workBegan = true;
                break;
            case RunEvent.CompactionFinished { Problem: { } problem } e:
                _otherFailures.Add(new(RunStep.Compaction, $"compaction until revision {e.Revision}: {problem}",
                    e.MayBeRunning));
                break;
            case RunEvent.LeaderMoveStarted:
                _workBegan = true;
                break;
            case RunEvent.LeaderMoved e:
                _leader = e.To;
                break;
            case RunEvent.Disarmed e:
                _workBegan = true;
                if (e.Problem is not null)
                {
                    _otherFailures.Add(new(RunStep.Disarm,
                        $"clearing alarm {e.Alarm.Name} of member {e.Alarm.MemberId}: {e.Problem}"));
                }

                break;
            case RunEvent.DisarmSkipped e:
                _alarmLeftBecause = e.Why;
                break;
            case RunEvent.AlarmsLeft e:
                _alarms = e.Alarms;
                if (!dryRun && _alarmLeftBecause is { } why && e.Alarms.Any(alarm => alarm.Kind == AlarmKind.NoSpace))
                {
                    _otherFailures.Add(new(RunStep.Disarm, $"--auto-disalarm: a NOSPACE alarm is left: {why}"));
                }

                break;
            case RunEvent.Verified { Result: VerifyResult.Different }:
                _dataDiffer = true;
                break;
            case RunEvent.Verified { Result: VerifyResult.Inconclusive } e:
                _otherFailures.Add(new(RunStep.Verification, $"verification: {e.Explanation}"));
                break;
            default:
                break;
        }
    }

    /// <summary>Who is left while it defragments has been blocked since its call, as far as anybody saw.</summary>
    private void LeaveRunning(TimeSpan? running)
    {
        foreach (var member in _members.Values.Where(member => member.Outcome == MemberOutcome.Unknown).ToArray())
        {
            if (running is { } time && _offline is null)
            {
                Update(member.Target, report => report with { Took = report.Took ?? time, Blocked = time });
            }
        }
    }

    private void SeeLeader(MemberStatus status) => _leader = status.Leader.IsNone ? _leader : status.Leader;

    private void Update(Target target, Func<MemberReport, MemberReport> change)
    {
        if (!_members.TryGetValue(target.MemberId, out var report))
        {
            report = new MemberReport { Target = target, Name = _names.GetValueOrDefault(target.MemberId, "") };
            _order.Add(target.MemberId);
        }

        _members[target.MemberId] = change(report);
    }
}
