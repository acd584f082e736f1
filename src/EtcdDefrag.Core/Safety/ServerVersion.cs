using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Core.Safety;

/// <summary>Some releases of etcd lose or damage data around a defragmentation.</summary>
public sealed class ServerVersion : ISafetyCheck
{
    /// <inheritdoc/>
    public string Id => "server-version";

    /// <inheritdoc/>
    public string Promise => "No member runs an etcd release that is known to damage data when it is defragmented.";

    /// <inheritdoc/>
    public IEnumerable<CheckFinding> Evaluate(ClusterSnapshot snapshot)
    {
        foreach (var group in snapshot.Views.Where(view => view.Status is not null).GroupBy(view => view.Status!.Version))
        {
            var labels = string.Join(' ', group.Select(view => view.Label).Order(StringComparer.Ordinal));
            if (EtcdVersion.TryParse(group.Key) is not { } version)
            {
                yield return new CheckFinding(Id, FindingSeverity.Warning,
                    $"version \"{group.Key}\" of {labels} cannot be read, so known bugs cannot be checked");
                continue;
            }

            // Source: etcd issues 14685, 14730 and 14733; fixed in 3.5.6.
            if (version.IsOlderInLine(3, 5, 6))
            {
                yield return new CheckFinding(
                    Id,
                    FindingSeverity.Refusal,
                    $"etcd {group.Key} ({labels}): a crash during a defragmentation can leave members with different data",
                    "upgrade to 3.5.6 or later first");
                continue;
            }

            if (HasKnownFaults(version))
            {
                yield return new CheckFinding(
                    Id, FindingSeverity.Warning, $"etcd {group.Key}: known defragmentation bugs, see docs/safety.md#server-version");
            }
        }
    }

    /// <summary>Whether a release has one of the faults that docs/safety.md lists under "server-version".</summary>
    private static bool HasKnownFaults(EtcdVersion version) =>
        version.Major < 3
        || (version.Major == 3 && version.Minor < 4)
        || version.IsOlderInLine(3, 4, 38) // etcd issues 11613, 18810, 20650
        || version.IsOlderInLine(3, 5, 23) // etcd issues 18810, 20650
        || version.IsOlderInLine(3, 6, 5); // etcd issue 20650
}
