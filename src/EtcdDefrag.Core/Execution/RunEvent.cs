using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Offline;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Core.Safety;

namespace EtcdDefrag.Core.Execution;

/// <summary>What happens in a run, as it happens. A closed family: everything that is shown, reported or
/// counted comes from these.</summary>
public abstract record RunEvent
{
    private protected RunEvent()
    {
    }

    /// <summary>The run begins. Always the first event; nothing has been contacted.</summary>
    /// <param name="DryRun">Whether nothing is to be changed.</param>
    /// <param name="Rule">The rule's text; null: none, every member is selected.</param>
    /// <param name="At">The time of day.</param>
    public sealed record RunStarted(bool DryRun, string? Rule, DateTimeOffset At) : RunEvent
    {
        /// <summary>What is done with a database file; null: the run is of a running cluster.</summary>
        public OfflineJob? Offline { get; init; }
    }

    /// <summary>The checks of the cluster begin.</summary>
    /// <param name="GivenOnly">The endpoints, when only those given are looked at; else null.</param>
    public sealed record HealthCheckStarted(IReadOnlyList<Endpoint>? GivenOnly) : RunEvent;

    /// <summary>The member list is known: which cluster this is, and who is in it.</summary>
    /// <param name="ClusterId">The cluster.</param>
    /// <param name="Members">All members, voters and learners.</param>
    public sealed record ClusterFound(ClusterId ClusterId, IReadOnlyList<Member> Members) : RunEvent;

    /// <summary>One voter's health is known.</summary>
    /// <param name="View">What was read from it.</param>
    public sealed record HealthChecked(MemberView View) : RunEvent;

    /// <summary>A safety check has something to say.</summary>
    /// <param name="Finding">What.</param>
    public sealed record CheckFound(CheckFinding Finding) : RunEvent;

    /// <summary>The targets' status as the run begins.</summary>
    /// <param name="Members">One per target.</param>
    public sealed record StatusesRead(IReadOnlyList<TargetStatus> Members) : RunEvent;

    /// <summary>The members' quotas are known. Only where something depends on them.</summary>
    /// <param name="Quotas">One for each member that was looked at.</param>
    public sealed record QuotasRead(IReadOnlyDictionary<MemberId, Quota> Quotas) : RunEvent;

    /// <summary>Something worth knowing that is neither a result nor a problem.</summary>
    /// <param name="Text">What.</param>
    public sealed record Noted(string Text) : RunEvent;

    /// <summary>Something that went wrong without changing the course of the run.</summary>
    /// <param name="Text">What, and what to do.</param>
    public sealed record Warned(string Text) : RunEvent;

    /// <summary>History is not compacted.</summary>
    /// <param name="Why">The reason in words.</param>
    public sealed record CompactionSkipped(string Why) : RunEvent;

    /// <summary>Dry run: history would be compacted.</summary>
    /// <param name="Revision">To this revision.</param>
    public sealed record CompactionPlanned(long Revision) : RunEvent;

    /// <summary>History is being compacted.</summary>
    /// <param name="Revision">To this revision.</param>
    /// <param name="Endpoint">Through this member.</param>
    public sealed record CompactionStarted(long Revision, Endpoint Endpoint) : RunEvent;

    /// <summary>The compaction came to an end.</summary>
    /// <param name="Revision">To this revision.</param>
    /// <param name="Problem">Null: it worked.</param>
    /// <param name="AlreadyDone">Somebody had compacted this far already.</param>
    public sealed record CompactionFinished(long Revision, string? Problem, bool AlreadyDone = false) : RunEvent
    {
        /// <summary>Whether it may still be running: its outcome is not known.</summary>
        public bool MayBeRunning { get; init; }
    }

    /// <summary>Members still free the space that compaction made.</summary>
    /// <param name="Endpoints">The members waited for.</param>
    public sealed record SettlingStarted(IReadOnlyList<Endpoint> Endpoints) : RunEvent;

    /// <summary>The wait for freed space is over.</summary>
    /// <param name="Took">How long it took.</param>
    /// <param name="Unsettled">Members whose numbers still moved when the wait was given up.</param>
    /// <param name="Caveat">Why the numbers may be older than the compaction, so that standing still proves
    /// nothing; null: they are fresh.</param>
    public sealed record SettlingFinished(TimeSpan Took, IReadOnlyList<Endpoint> Unsettled, string? Caveat = null) : RunEvent;

    /// <summary>The order of work is known, as it looks now.</summary>
    /// <param name="Targets">The members, the leader last.</param>
    /// <param name="Selected">How many of them the rule and the reclaim floor select by the figures of this moment;
    /// null: there is neither.</param>
    public sealed record OrderDecided(IReadOnlyList<Target> Targets, int? Selected = null) : RunEvent;

    /// <summary>A member's turn begins.</summary>
    /// <param name="Member">Its fresh status.</param>
    public sealed record MemberStarted(TargetStatus Member) : RunEvent;

    /// <summary>A member is not defragmented, which is no failure.</summary>
    /// <param name="Target">The member.</param>
    /// <param name="Reason">Which of the reasons.</param>
    /// <param name="Explanation">The reason in words, with its numbers.</param>
    public sealed record MemberSkipped(Target Target, SkipReason Reason, string Explanation) : RunEvent;

    /// <summary>Dry run: whether the member would be defragmented depends on what the compaction before it frees.</summary>
    /// <param name="Target">The member.</param>
    /// <param name="Explanation">What the rule says now, with its numbers.</param>
    public sealed record MemberUndecided(Target Target, string Explanation) : RunEvent;

    /// <summary>Dry run: the member would be defragmented.</summary>
    /// <param name="Target">The member.</param>
    /// <param name="MoveLeaderTo">To whom leadership would be moved before; null: it would not.</param>
    /// <param name="Reclaimable">How much it would give back, at the least.</param>
    /// <param name="Explanation">What the rule was evaluated with; null where there is no rule.</param>
    public sealed record DefragmentPlanned(Target Target, MemberView? MoveLeaderTo, ByteSize Reclaimable,
        string? Explanation) : RunEvent;

    /// <summary>A snapshot of a member is being read, or somebody else's defragmentation runs: it is waited for.</summary>
    /// <param name="Endpoint">The member.</param>
    /// <param name="Reason">What is waited for, naming the member.</param>
    /// <param name="AtMost">How long.</param>
    public sealed record SnapshotWaitStarted(Endpoint Endpoint, string Reason, TimeSpan AtMost) : RunEvent;

    /// <summary>That wait is over.</summary>
    /// <param name="Endpoint">The member.</param>
    /// <param name="Took">How long it took.</param>
    /// <param name="IsOver">Whether what was waited for came to its end; else the time did.</param>
    public sealed record SnapshotWaitFinished(Endpoint Endpoint, TimeSpan Took, bool IsOver) : RunEvent;

    /// <summary>Leadership is being moved away from a member.</summary>
    /// <param name="From">The leader.</param>
    /// <param name="To">The member that is to lead.</param>
    public sealed record LeaderMoveStarted(Target From, MemberView To) : RunEvent;

    /// <summary>All voters name the new leader.</summary>
    /// <param name="From">The old leader.</param>
    /// <param name="To">The new leader.</param>
    /// <param name="Pause">How long is waited now because the user asked for it; zero: not at all.</param>
    public sealed record LeaderMoved(Target From, MemberId To, TimeSpan Pause) : RunEvent;

    /// <summary>The rewrite of a member's file begins; the member answers nobody until it is over.</summary>
    /// <param name="Target">The member.</param>
    public sealed record DefragmentStarted(Target Target) : RunEvent;

    /// <summary>A database file was rewritten, and the new file has just taken its place. Until the folder is flushed,
    /// the outcome is unknown.</summary>
    /// <param name="Target">The file.</param>
    public sealed record FileReplaced(Target Target) : RunEvent;

    /// <summary>Every page of a database file was read.</summary>
    /// <param name="Member">The file, with what was found.</param>
    public sealed record FileChecked(TargetStatus Member) : RunEvent;

    /// <summary>The member confirmed the end of its defragmentation.</summary>
    /// <param name="Target">The member.</param>
    /// <param name="Took">From the call to the answer.</param>
    public sealed record DefragmentFinished(Target Target, TimeSpan Took) : RunEvent;

    /// <summary>The answer to the call was lost, but the member is back and shows that the work was done.</summary>
    /// <param name="Target">The member.</param>
    /// <param name="Took">From the call to the first sign of life.</param>
    public sealed record DefragmentFinishedLate(Target Target, TimeSpan Took) : RunEvent;

    /// <summary>The member was not defragmented: it, or a step before it, failed.</summary>
    /// <param name="Target">The member.</param>
    /// <param name="Step">The step that failed.</param>
    /// <param name="Took">How long the step took.</param>
    /// <param name="Problem">What went wrong.</param>
    public sealed record MemberFailed(Target Target, MemberStep Step, TimeSpan Took, string Problem) : RunEvent;

    /// <summary>No answer came to the call: it may be running, done, or never begun.</summary>
    /// <param name="Target">The member.</param>
    /// <param name="Took">How long was waited.</param>
    /// <param name="Problem">What happened.</param>
    /// <param name="WaitAtMost">How long the member is now waited for.</param>
    public sealed record OutcomeUnknown(Target Target, TimeSpan Took, string Problem, TimeSpan WaitAtMost) : RunEvent;

    /// <summary>The member's status after its defragmentation.</summary>
    /// <param name="Member">The fresh status.</param>
    /// <param name="Blocked">Time from the call until the member answered again.</param>
    public sealed record MemberDone(TargetStatus Member, TimeSpan Blocked) : RunEvent;

    /// <summary>The member, or the cluster, is not yet as it should be before the next one.</summary>
    /// <param name="Target">The member just dealt with.</param>
    /// <param name="Problem">What is waited for.</param>
    public sealed record Recovering(Target Target, string Problem) : RunEvent;

    /// <summary>A pause between members.</summary>
    /// <param name="Duration">How long.</param>
    /// <param name="Adaptive">Whether the tool chose it (as long as the member was blocked), not the user.</param>
    public sealed record Pausing(TimeSpan Duration, bool Adaptive) : RunEvent;

    /// <summary>No further member is started.</summary>
    /// <param name="Reason">Which of the reasons.</param>
    /// <param name="Explanation">The reason in words, and what to do.</param>
    public sealed record Stopped(StopReason Reason, string Explanation) : RunEvent
    {
        /// <summary>The ids of the checks that refuse; their findings have been told before. Empty: no check refused.</summary>
        public IReadOnlyList<string> Checks { get; init; } = [];

        /// <summary>What to do beside what those findings say; null: nothing.</summary>
        public string? Advice { get; init; }

        /// <summary>How long the defragmentation that is left behind has been running; null: none is.</summary>
        public TimeSpan? Running { get; init; }
    }

    /// <summary>NOSPACE alarms are looked at.</summary>
    public sealed record DisarmStarted : RunEvent;

    /// <summary>NOSPACE alarms are left, or there are none.</summary>
    /// <param name="Why">The reason in words.</param>
    public sealed record DisarmSkipped(string Why) : RunEvent;

    /// <summary>Dry run: an alarm would be cleared.</summary>
    /// <param name="Alarm">The alarm.</param>
    public sealed record DisarmPlanned(Alarm Alarm) : RunEvent;

    /// <summary>One alarm was cleared.</summary>
    /// <param name="Alarm">The alarm.</param>
    /// <param name="Problem">Null: it was cleared, and is gone.</param>
    public sealed record Disarmed(Alarm Alarm, string? Problem) : RunEvent;

    /// <summary>Alarms are active as the run ends. Only where there are any.</summary>
    /// <param name="Alarms">The alarms, as they were last read; at least one.</param>
    public sealed record AlarmsLeft(IReadOnlyList<Alarm> Alarms) : RunEvent;

    /// <summary>All voters' key spaces were compared.</summary>
    /// <param name="Phase">Before or after the work.</param>
    /// <param name="Result">What came of it.</param>
    /// <param name="Explanation">In words, naming members and revisions.</param>
    public sealed record Verified(VerifyPhase Phase, VerifyResult Result, string Explanation) : RunEvent;

    /// <summary>The run is over. Always the last event.</summary>
    /// <param name="Report">What was done.</param>
    public sealed record RunFinished(RunReport Report) : RunEvent;
}

/// <summary>A target with its status.</summary>
/// <param name="Target">The member.</param>
/// <param name="Status">What it says about itself.</param>
public sealed record TargetStatus(Target Target, MemberStatus Status)
{
    /// <summary>What a pass over the whole file found; null where there was none.</summary>
    public DatabaseCheck? Check { get; init; }
}

/// <summary>What is done with a database file.</summary>
public enum OfflineJob
{
    /// <summary>It is rewritten.</summary>
    Defragment,

    /// <summary>It is only looked at.</summary>
    Check,
}

/// <summary>The steps of a member's turn that can fail.</summary>
public enum MemberStep
{
    /// <summary>Reading its status.</summary>
    Status,

    /// <summary>Evaluating the rule.</summary>
    Rule,

    /// <summary>Deciding by sizes that may be from before the compaction.</summary>
    Sizes,

    /// <summary>Waiting for a snapshot of it to end; nothing was sent.</summary>
    Snapshot,

    /// <summary>Moving leadership away from it.</summary>
    MoveLeader,

    /// <summary>The defragmentation itself.</summary>
    Defragment,

    /// <summary>Looking for damage in a database file.</summary>
    Check,
}

/// <summary>Why no further member is started.</summary>
public enum StopReason
{
    /// <summary>A safety check refuses.</summary>
    Refused,

    /// <summary>No endpoint gave a usable answer, or we are not allowed in.</summary>
    NoAccess,

    /// <summary>The outcome of a member is unknown and stays so.</summary>
    Unknown,

    /// <summary>A member was defragmented, but it or the cluster did not come back in time.</summary>
    NotRecovered,

    /// <summary>A member failed and <c>--continue-on-error=false</c> was given.</summary>
    MemberFailed,

    /// <summary>Another run holds the lock.</summary>
    Locked,

    /// <summary>Our lock is gone: another run may be at work.</summary>
    LockLost,

    /// <summary><c>--run-timeout</c> is over.</summary>
    RunTimeout,

    /// <summary>The user interrupted the run.</summary>
    Interrupted,

    /// <summary>The members' data differ.</summary>
    DataDiffer,
}

/// <summary>When the key spaces were compared.</summary>
public enum VerifyPhase
{
    /// <summary>Before anything was changed.</summary>
    Before,

    /// <summary>After the last member.</summary>
    After,
}

/// <summary>What a comparison of key spaces came to.</summary>
public enum VerifyResult
{
    /// <summary>All voters hash alike.</summary>
    Equal,

    /// <summary>They don't.</summary>
    Different,

    /// <summary>It could not be found out.</summary>
    Inconclusive,
}

/// <summary>Whoever wants to know what happens in a run.</summary>
public interface IRunObserver
{
    /// <summary>Tells of an event. Called in order, one at a time; must not throw.</summary>
    void OnEvent(RunEvent runEvent);
}
