using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Core.Safety;

/// <summary>How much a finding weighs.</summary>
public enum FindingSeverity
{
    /// <summary>Worth knowing; nothing is wrong.</summary>
    Notice,

    /// <summary>Something that passes by itself: a run waits for it before it goes on.</summary>
    Wait,

    /// <summary>Something is wrong that does not forbid the work, or that the user told us to let pass.</summary>
    Warning,

    /// <summary>Nothing (more) may be changed.</summary>
    Refusal,
}

/// <summary>What a check found.</summary>
/// <param name="CheckId">The check's id, as <c>--skip-check</c> takes it.</param>
/// <param name="Severity">How much it weighs.</param>
/// <param name="Message">What was found, naming the endpoint or member.</param>
/// <param name="Hint">What to do about it; null when the message says so.</param>
public sealed record CheckFinding(string CheckId, FindingSeverity Severity, string Message, string? Hint = null);

/// <summary>A condition under which a cluster may be worked on. Pure: the same snapshot always gives the same findings.</summary>
public interface ISafetyCheck
{
    /// <summary>The id: lower case, words joined by hyphens; never changes once released.</summary>
    string Id { get; }

    /// <summary>One sentence: what holds when this check finds nothing.</summary>
    string Promise { get; }

    /// <summary>Judges a snapshot.</summary>
    /// <returns>What is to be said; empty when all is well.</returns>
    IEnumerable<CheckFinding> Evaluate(ClusterSnapshot snapshot);
}
