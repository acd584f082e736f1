using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Offline;
using EtcdDefrag.Core.Planning;

namespace EtcdDefrag.Core.Execution;

/// <summary>What became of a member.</summary>
public enum MemberOutcome
{
    /// <summary>Its turn did not come.</summary>
    NotStarted,

    /// <summary>It was not worth it, or not allowed; no failure.</summary>
    Skipped,

    /// <summary>Dry run: it would be defragmented.</summary>
    Planned,

    /// <summary>Dry run: whether it would be defragmented shows only once history is compacted.</summary>
    Undecided,

    /// <summary>It was defragmented.</summary>
    Done,

    /// <summary>etcd answered with an error, or a step before failed; nothing runs any more.</summary>
    Failed,

    /// <summary>Nobody knows: it may still be defragmenting.</summary>
    Unknown,

    /// <summary>A database file was looked at, and is sound.</summary>
    Sound,
}

/// <summary>What became of one member in a run.</summary>
public sealed record MemberReport
{
    /// <summary>The member.</summary>
    public required Target Target { get; init; }

    /// <summary>Its name; empty when it has none, or the member list was not read.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its quota; null when nothing needed it and nobody asked.</summary>
    public Quota? Quota { get; init; }

    /// <summary>What became of it.</summary>
    public MemberOutcome Outcome { get; init; }

    /// <summary>The step that failed; null unless <see cref="Outcome"/> is <see cref="MemberOutcome.Failed"/>.</summary>
    public MemberStep? FailedStep { get; init; }

    /// <summary>Why it was skipped, or what failed; null when all went well.</summary>
    public string? Explanation { get; init; }

    /// <summary>Which reason it was skipped for; null when it was not.</summary>
    public SkipReason? SkipReason { get; init; }

    /// <summary>Its status at the beginning of its turn, or of the run; null when it gave none.</summary>
    public MemberStatus? Before { get; init; }

    /// <summary>Its status after its defragmentation; null when that is not known.</summary>
    public MemberStatus? After { get; init; }

    /// <summary>What a pass over the whole database file found, of the new one where it was rewritten; null
    /// where there was none.</summary>
    public DatabaseCheck? Check { get; init; }

    /// <summary>How long its defragmentation took, as we saw it; null when it had none.</summary>
    public TimeSpan? Took { get; init; }

    /// <summary>From the call until the member was seen to answer again; null when it was not called, or has not
    /// been seen to answer.</summary>
    public TimeSpan? Blocked { get; init; }

    /// <summary>By how much its file shrank, in bytes; negative when it grew; null when that is not known.</summary>
    public long? ReclaimedBytes => Before is null || After is null ? null : Before.DbSize.Bytes - After.DbSize.Bytes;
}

/// <summary>The steps of a run that are not a member's.</summary>
public enum RunStep
{
    /// <summary>Compacting history.</summary>
    Compaction,

    /// <summary>Clearing NOSPACE alarms.</summary>
    Disarm,

    /// <summary>Comparing the members' data.</summary>
    Verification,
}

/// <summary>What went wrong beside the members.</summary>
/// <param name="Step">Where.</param>
/// <param name="Text">What, with the step's name in front.</param>
/// <param name="IsUnknown">Whether the step may have been done, or may still be running.</param>
public sealed record RunFailure(RunStep Step, string Text, bool IsUnknown = false);

/// <summary>What a run did: a fold of its events.</summary>
public sealed record RunReport
{
    /// <summary>What was done with a database file; null: the run was of a running cluster.</summary>
    public OfflineJob? Offline { get; init; }

    /// <summary>Whether nothing was to be changed.</summary>
    public bool DryRun { get; init; }

    /// <summary>When it began; null when it did not.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>How long it took; null while it is not over.</summary>
    public TimeSpan? Took { get; init; }

    /// <summary>When it was over; null while it is not.</summary>
    public DateTimeOffset? Ended => Started + Took;

    /// <summary>The cluster; null when no endpoint gave the member list.</summary>
    public ClusterId? ClusterId { get; init; }

    /// <summary>Ids of the safety checks that refused, each once.</summary>
    public IReadOnlyList<string> RefusedChecks { get; init; } = [];

    /// <summary>The members that were to be defragmented, in the order of work.</summary>
    public IReadOnlyList<MemberReport> Members { get; init; } = [];

    /// <summary>The leader as last seen; null when none was.</summary>
    public MemberId? Leader { get; init; }

    /// <summary>Whether anything in the cluster may have been changed (the lock's key aside).</summary>
    public bool WorkBegan { get; init; }

    /// <summary>Why the run stopped before its end; null when it did not.</summary>
    public StopReason? Stopped { get; init; }

    /// <summary>The reason of the stop, in words.</summary>
    public string? StopExplanation { get; init; }

    /// <summary>What went wrong beside the members: compaction, alarms, verification.</summary>
    public IReadOnlyList<RunFailure> OtherFailures { get; init; } = [];

    /// <summary>The alarms that are active as it ends, as they were last read.</summary>
    public IReadOnlyList<Alarm> Alarms { get; init; } = [];

    /// <summary>Whether the cluster takes no writes.</summary>
    public bool IsOutOfSpace => Alarms.Any(alarm => alarm.Kind == AlarmKind.NoSpace);

    /// <summary>Whether the key spaces were found to differ.</summary>
    public bool DataDiffer { get; init; }

    /// <summary>How many members have this outcome.</summary>
    public int Count(MemberOutcome outcome) => Members.Count(member => member.Outcome == outcome);

    /// <summary>Bytes given back by all members together, as far as known.</summary>
    public long ReclaimedBytes => Members.Sum(member => member.Outcome == MemberOutcome.Done ? member.ReclaimedBytes ?? 0 : 0);
}
