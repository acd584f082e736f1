using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Planning;

namespace EtcdDefrag.Testing.Schedules;

/// <summary>What the tool under simulation is told to do.</summary>
public sealed record ScheduleOptions
{
    public required DefragOptions Defrag { get; init; }

    public required IReadOnlyList<Endpoint> Endpoints { get; init; }

    /// <summary>The user's wish to stop, as SIGTERM would tell it.</summary>
    public CancellationToken Stop { get; init; }
}

/// <summary>What the tool says became of a member.</summary>
public enum ReportedOutcome
{
    NotStarted,
    Skipped,
    Planned,
    Done,
    Failed,
    Unknown,
}

/// <summary>What the tool says became of one member.</summary>
public sealed record MemberSummary(MemberId Member, ReportedOutcome Outcome);

/// <summary>What the tool says about its run. The exit code is the contract's.</summary>
public sealed record RunSummary(int ExitCode, IReadOnlyList<MemberSummary> Members);

/// <summary>A broken promise.</summary>
/// <param name="Id">Which one; see <see cref="Invariants"/>.</param>
/// <param name="Message">What happened.</param>
/// <param name="JournalIndex">Where in the journal.</param>
public sealed record Violation(string Id, string Message, int JournalIndex);
