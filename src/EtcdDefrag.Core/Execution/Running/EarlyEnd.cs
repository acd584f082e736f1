namespace EtcdDefrag.Core.Execution.Running;

/// <summary>Why a run goes no further.</summary>
internal sealed record EarlyEnd(StopReason Reason, string Explanation)
{
    /// <summary>The findings that refuse, which have been told already; empty: no check refused.</summary>
    public IReadOnlyList<Safety.CheckFinding> Findings { get; init; } = [];

    /// <summary>What to do beside what the findings say; null: nothing.</summary>
    public string? Advice { get; init; }

    /// <summary>A stop because checks refuse.</summary>
    public static EarlyEnd Refusal(StopReason reason, IEnumerable<Safety.CheckFinding> findings, string? advice = null)
    {
        var refused = findings.Where(finding => finding.Severity == Safety.FindingSeverity.Refusal).ToArray();
        var told = string.Join("; ", refused.Select(finding => $"[{finding.CheckId}] {finding.Message}"));
        return new EarlyEnd(reason, advice is null ? told : $"{told}; {advice}") { Findings = refused, Advice = advice };
    }
}
