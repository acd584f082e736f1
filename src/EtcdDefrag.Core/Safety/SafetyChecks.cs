using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Core.Safety;

/// <summary>All safety checks: the one place where a check is registered.</summary>
public static class SafetyChecks
{
    /// <summary>The checks, in the order in which they are made and reported.</summary>
    public static IReadOnlyList<ISafetyCheck> All { get; } =
    [
        new SameCluster(),
        new MembersStarted(),
        new MembersReachable(),
        new QuorumRead(),
        new OneLeader(),
        new NoCorruptAlarm(),
        new RaftInSync(),
        new ServerVersion(),
        new NoDowngrade(),
        new SurvivesOneLoss(),
        new NoSnapshotRunning(),
    ];

    /// <summary>Makes all checks on a snapshot.</summary>
    /// <param name="snapshot">What to judge.</param>
    /// <param name="skipped">Ids of checks whose refusals become warnings.</param>
    /// <returns>The findings, in the order of the checks.</returns>
    public static IReadOnlyList<CheckFinding> Evaluate(ClusterSnapshot snapshot, IReadOnlySet<string> skipped)
    {
        var findings = new List<CheckFinding>();
        foreach (var check in All)
        {
            foreach (var finding in check.Evaluate(snapshot))
            {
                findings.Add(finding.Severity is FindingSeverity.Refusal or FindingSeverity.Wait
                    && skipped.Contains(finding.CheckId)
                    ? finding with { Severity = FindingSeverity.Warning, Hint = $"allowed by --skip-check {finding.CheckId}" }
                    : finding);
            }
        }

        return findings;
    }

    /// <summary>Whether any finding forbids (further) change.</summary>
    public static bool Refuse(this IReadOnlyList<CheckFinding> findings) =>
        findings.Any(finding => finding.Severity == FindingSeverity.Refusal);
}
