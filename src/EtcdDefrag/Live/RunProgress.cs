using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Storage;

namespace EtcdDefrag.Live;

/// <summary>How far a run is, for people who wait for it: a fold of its events, each with the time at which it
/// came. Knows no clock.</summary>
internal sealed class RunProgress
{
    private const string Unknown = "outcome unknown, waiting";

    private RunReportBuilder _report = new(dryRun: false);
    private string _phase = "looking for the cluster";
    private string _detail = "";
    private TimeSpan _since;
    private TimeSpan? _bound;
    private bool _defragmenting;
    private Target? _target;
    private bool _hasRule;
    private TimeSpan _pause;
    private ByteSize? _inUse;
    private FileProgress? _file;

    public void OnEvent(RunEvent runEvent, TimeSpan now)
    {
        _report.OnEvent(runEvent);
        switch (runEvent)
        {
            case RunEvent.RunStarted e:
                _report = new RunReportBuilder(e.DryRun);
                _hasRule = e.Rule is not null;
                Enter("checking", now);
                break;
            case RunEvent.CompactionStarted e:
                Enter("compacting", now);
                _detail = $" until revision {e.Revision}";
                break;
            case RunEvent.SettlingStarted:
                Enter("settling", now);
                _detail = ": members free what was compacted";
                break;
            case RunEvent.SettlingFinished or RunEvent.OrderDecided:
            case RunEvent.MemberSkipped or RunEvent.MemberFailed or RunEvent.DefragmentPlanned or RunEvent.MemberUndecided:
                Enter("checking", now);
                break;
            case RunEvent.MemberStarted e:
                _inUse = e.Member.Status.DbSizeInUse;
                Enter("checking", now, e.Member.Target);
                break;
            case RunEvent.SnapshotWaitStarted e:
                Enter("waiting", now, _report.Report.Members.FirstOrDefault(one => one.Target.Endpoint == e.Endpoint)?.Target,
                    e.AtMost);
                _detail = $": {e.Reason}";
                break;
            case RunEvent.SnapshotWaitFinished:
                Enter("checking", now);
                break;
            case RunEvent.LeaderMoveStarted e:
                Enter("moving the leadership", now, e.From);
                _detail = $" to {Name(e.To.Member)}";
                break;
            case RunEvent.LeaderMoved e:
                Enter(e.Pause > TimeSpan.Zero ? "pausing" : "checking", now, e.From, e.Pause);
                break;
            case RunEvent.DefragmentStarted e:
                Enter("defragmenting", now, e.Target);
                (_defragmenting, _detail) = (true, _inUse is { } size ? $" {size.ToHuman()}" : "");
                break;
            case RunEvent.DefragmentFinished e:
                Enter("recovering", now, e.Target);
                break;
            case RunEvent.OutcomeUnknown e:
                Enter(Unknown, now, e.Target, e.WaitAtMost);
                break;
            case RunEvent.Pausing e:
                _pause = e.Duration;
                Enter("pausing", now, null, e.Duration);
                break;
            case RunEvent.Stopped:
                Enter("ending", now);
                break;
            case RunEvent.DisarmStarted:
                Enter("looking at alarms", now);
                break;
            default:
                break; // the phase stays
        }
    }

    /// <summary>The work on a database file is so far now.</summary>
    public void OnFile(FileProgress progress, TimeSpan now)
    {
        if (_file?.Phase != progress.Phase)
        {
            Enter(progress.Phase, now, _target);
        }

        _file = progress;
    }

    /// <summary>What is to be seen of it now.</summary>
    public ProgressView At(TimeSpan now)
    {
        var report = _report.Report;
        var elapsed = now - _since;
        if (_file is { Done: > 0 } file && elapsed > TimeSpan.Zero)
        {
            return OfFile(file, elapsed);
        }

        var pauseIsOver = _phase == "pausing" && elapsed >= _bound;
        var member = report.Members.FirstOrDefault(one => one.Target.MemberId == _target?.MemberId);
        var expected = _defragmenting ? Expected(report) : null;
        var toCome = report.Members.Where(one =>
            one.Outcome == MemberOutcome.NotStarted && one.Target.MemberId != _target?.MemberId).ToArray();
        return new ProgressView
        {
            Name = _target is null ? "" : member?.Name is { Length: > 0 } name ? name : _target.Endpoint.Text,
            Endpoint = _target?.Endpoint.Text ?? "",
            Phase = pauseIsOver ? "checking" : _phase,
            Detail = pauseIsOver ? "" : _detail,
            Elapsed = pauseIsOver ? elapsed - _bound!.Value : elapsed,
            Expected = expected,
            Bound = pauseIsOver ? null : _bound,
            Tally = [.. Tally(report)],
            ToCome = [.. toCome.Select(one => one.Name.Length > 0 ? one.Name : one.Target.Endpoint.Text)],
            Left = Left(report, toCome.Length, elapsed),
            LeftAtMost = _hasRule && toCome.Length > 0,
        };
    }

    private ProgressView OfFile(FileProgress file, TimeSpan elapsed)
    {
        var speed = file.Done / elapsed.TotalSeconds;
        return new ProgressView
        {
            Name = _target?.Endpoint.Text ?? "",
            Endpoint = _target?.Endpoint.Text ?? "",
            Phase = file.Phase,
            Detail = $" {new ByteSize(Math.Min(file.Done, file.Total)).ToHuman()} of {new ByteSize(file.Total).ToHuman()}, {new ByteSize((long)speed).ToHuman()}/s",
            Elapsed = elapsed,
            Left = TimeSpan.FromSeconds(Math.Max(0, file.Total - file.Done) / speed),
        };
    }

    private void Enter(string phase, TimeSpan now, Target? target = null, TimeSpan? bound = null)
    {
        (_phase, _detail, _since, _target, _bound, _defragmenting) =
            (phase, "", now, target, bound > TimeSpan.Zero ? bound : null, false);
        _file = null;
    }

    private static string Name(Member member) => member.Name.Length > 0 ? member.Name : member.Id.ToString();

    private static IEnumerable<string> Tally(RunReport report)
    {
        foreach (var (outcome, word) in new[]
        {
            (MemberOutcome.Done, "done"), (MemberOutcome.Planned, "planned"), (MemberOutcome.Undecided, "undecided"),
                (MemberOutcome.Skipped, "skipped"), (MemberOutcome.Failed, "failed"),
        })
        {
            if (report.Count(outcome) is > 0 and var count)
            {
                yield return $"{count} {word}";
            }
        }
    }

    /// <summary>How long a defragmentation takes, by what is in use and by the speed of the members before; null
    /// while none is known.</summary>
    private TimeSpan? Expected(RunReport report)
    {
        var measured = report.Members.Where(one => one is
        {
            Outcome: MemberOutcome.Done, Took: not null,
            Before: not null
        }).ToArray();
        var bytes = measured.Sum(one => one.Before!.DbSizeInUse.Bytes);
        return bytes > 0 && _inUse is { } inUse ? measured.Aggregate(TimeSpan.Zero, (sum, one) => sum
            + one.Took!.Value) * ((double)inUse.Bytes / bytes) : null;
    }

    /// <summary>What is left of the run: the rest of this member, and for each to come a defragmentation and a pause like the
    /// last one. Null where nobody can tell.</summary>
    private TimeSpan? Left(RunReport report, int toCome, TimeSpan elapsed)
    {
        if (Expected(report) is not { } each || report.DryRun || (_defragmenting && elapsed > each) || _phase == Unknown)
        {
            return null;
        }

        var rest = _defragmenting ? each - elapsed : _phase == "pausing" && _bound is { } pause ? pause - elapsed : TimeSpan.Zero;
        var left = (rest > TimeSpan.Zero ? rest : TimeSpan.Zero) + (toCome * each)
            + (Math.Max(0, _defragmenting ? toCome : toCome - 1) * _pause);
        return left > TimeSpan.Zero ? left : null;
    }
}

/// <summary>What is to be seen of a run's progress.</summary>
internal sealed record ProgressView
{
    /// <summary>The member being worked on: its name, else its endpoint; empty: none.</summary>
    public string Name { get; init; } = "";

    public string Endpoint { get; init; } = "";

    public required string Phase { get; init; }

    /// <summary>What belongs to the phase where there is room for it; begins with what divides it from the phase.</summary>
    public string Detail { get; init; } = "";

    /// <summary>How long the phase has lasted.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>How long it will last, about; null: nobody knows.</summary>
    public TimeSpan? Expected { get; init; }

    /// <summary>How long it lasts at the most; null: no bound to show.</summary>
    public TimeSpan? Bound { get; init; }

    /// <summary>What became of the members so far, in words.</summary>
    public IReadOnlyList<string> Tally { get; init; } = [];

    /// <summary>The members whose turn has not come.</summary>
    public IReadOnlyList<string> ToCome { get; init; } = [];

    /// <summary>How long the run will go on, about; null: nobody knows.</summary>
    public TimeSpan? Left { get; init; }

    /// <summary>Whether it may well be less: the rule may skip members.</summary>
    public bool LeftAtMost { get; init; }
}
