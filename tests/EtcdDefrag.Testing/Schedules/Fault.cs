using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Testing.Model;

namespace EtcdDefrag.Testing.Schedules;

/// <summary>What may go wrong.</summary>
public enum FaultKind
{
    /// <summary>The process dies, and is back after <see cref="Fault.Duration"/> (zero: never).</summary>
    Crash,

    /// <summary>As SIGSTOP, and SIGCONT after <see cref="Fault.Duration"/> (zero: never).</summary>
    Hang,
    OffNetwork,
    Isolate,
    AnswerLate,
    SlowDisk,
    LoseLeadership,
    MoveLeadership,
    BecomeLearner,
    AddLearner,
    AddVoterNotStarted,
    AlarmNoSpace,
    AlarmCorrupt,
    AlarmUnknown,
    LoseReply,
    LoseRequest,
    DivertUrl,
    LagSpike,
    ForeignCompaction,
    ForeignDefrag,

    /// <summary>Somebody reads a snapshot for <see cref="Fault.Duration"/> (zero: for ever).</summary>
    Snapshot,
    LoseLock,
    DiskFull,
    ClockJump,
    Interrupt,
}

/// <summary>When it strikes: at a time, or some time after the n-th call of a kind was sent or the n-th defragmentation ended.</summary>
public enum FaultTrigger
{
    AtTime,
    CallSent,
    DefragEnded,
}

/// <summary>Whom it strikes.</summary>
public enum FaultVictim
{
    /// <summary>The member with <see cref="Fault.MemberIndex"/>.</summary>
    ByIndex,

    /// <summary>The member that the trigger was about.</summary>
    Concerned,

    /// <summary>Who leads at that moment.</summary>
    Leader,
}

/// <summary>One thing that goes wrong in a schedule.</summary>
public sealed record Fault(FaultKind Kind, FaultTrigger Trigger, TimeSpan Delay)
{
    /// <summary>For <see cref="FaultTrigger.CallSent"/>: which call.</summary>
    public CallKind Call { get; init; }

    /// <summary>For triggers that count: the how-manieth, from 1.</summary>
    public int Nth { get; init; } = 1;

    public FaultVictim Victim { get; init; }

    public int MemberIndex { get; init; }

    public TimeSpan Duration { get; init; }

    public double Amount { get; init; }

    /// <summary>For lost replies and requests: of which call.</summary>
    public CallKind Lost { get; init; }

    /// <summary>For a URL that is re-pointed: which, and to which member.</summary>
    public Endpoint? Url { get; init; }
}
