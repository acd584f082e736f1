namespace EtcdDefrag.Core.Execution;

/// <summary>What the process tells its caller. Answers the question "was anything touched?".</summary>
public enum ExitCode
{
    /// <summary>Done, or nothing needed doing, or a dry run.</summary>
    Ok = 0,

    /// <summary>Something failed after work began, or a NOSPACE alarm is left that was to be cleared.</summary>
    Failed = 1,

    /// <summary>Bad usage; nothing was contacted.</summary>
    Usage = 2,

    /// <summary>A safety check refused; nothing was changed.</summary>
    Refused = 3,

    /// <summary>No endpoint answered, or TLS, login or missing rights refused us; nothing was changed.</summary>
    NoAccess = 4,

    /// <summary>The outcome of a member is unknown: it may still be defragmenting.</summary>
    Unknown = 5,

    /// <summary>The members' data differ.</summary>
    DataDiffer = 6,

    /// <summary>Another run holds the lock; nothing was changed.</summary>
    Locked = 7,

    /// <summary>With <c>--dry-run --exit-code</c>: at least one member would be defragmented, or might be once
    /// history is compacted.</summary>
    WorkNeeded = 10,

    /// <summary>Interrupted by SIGINT.</summary>
    Interrupted = 130,

    /// <summary>Interrupted by SIGTERM.</summary>
    Terminated = 143,
}
