namespace EtcdDefrag.Core.Execution;

/// <summary>How the process ends. A script's question is "was anything touched?", so that is what the numbers answer.</summary>
/// <remarks>The original knows 0 and 1 only; everything that was 0 or 1 there for the same reason still is.</remarks>
public enum ExitCode
{
    /// <summary>Done, nothing was needed, or it was a dry run.</summary>
    Success = 0,

    /// <summary>Something failed after work had begun.</summary>
    Failed = 1,

    /// <summary>Bad usage: a flag, a variable, an argument or a rule. Nothing was contacted.</summary>
    Usage = 2,

    /// <summary>A safety check refused. Nothing was changed.</summary>
    Refused = 3,

    /// <summary>No endpoint answered, or TLS, login or missing rights kept us out. Nothing was changed.</summary>
    Unreachable = 4,

    /// <summary>What became of a member is not known: it may still be defragmenting.</summary>
    Unknown = 5,

    /// <summary>The members' data differ.</summary>
    DataDiffers = 6,

    /// <summary>Another run holds the lock.</summary>
    Locked = 7,

    /// <summary>With <c>--dry-run --exit-code</c>: at least one member would be defragmented.</summary>
    WorkNeeded = 10,

    /// <summary>Ended by SIGINT: 128 + 2, as shells count.</summary>
    Interrupted = 130,

    /// <summary>Ended by SIGTERM: 128 + 15, as shells count.</summary>
    Terminated = 143,
}
