using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Text;

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
            var labels = string.Join(' ', group.Select(view => view.Label));
            if (EtcdVersion.TryParse(group.Key) is not { } version)
            {
                yield return new CheckFinding(Id, FindingSeverity.Warning, $"version \"{Printable.Of(group.Key)}\" of {labels} can't be read: known faults can't be looked up");
                continue;
            }

            // Source: etcd issues 14685, 14730 and 14733; fixed in 3.5.6.
            if (version.IsOlderInLine(3, 5, 6))
            {
                yield return new CheckFinding(
                    Id,
                    FindingSeverity.Refusal,
                    $"etcd {Printable.Of(group.Key)} ({labels}): a crash during a defragmentation can leave members with different data",
                    "upgrade to 3.5.6 or later first");
                continue;
            }

            var faults = KnownFaults(version);
            if (faults.Count > 0)
            {
                yield return new CheckFinding(Id, FindingSeverity.Warning, $"etcd {Printable.Of(group.Key)} ({labels}): {string.Join("; ", faults)}");
            }
        }
    }

    private static List<string> KnownFaults(EtcdVersion version)
    {
        var faults = new List<string>();
        var beforeLine34 = version.Major < 3 || (version.Major == 3 && version.Minor < 4);

        // Source: etcd issue 11613; fixed in 3.2.29, 3.3.19, 3.4.4.
        if (version.IsOlderInLine(3, 2, 29) || version.IsOlderInLine(3, 3, 19) || version.IsOlderInLine(3, 4, 4))
        {
            faults.Add("a leftover temporary file can be mixed into the database (fixed in 3.4.4)");
        }

        // Source: etcd issues 18810, 18842, 18854; fixed in 3.4.35, 3.5.17, 3.6.0.
        if (beforeLine34 || version.IsOlderInLine(3, 4, 35) || version.IsOlderInLine(3, 5, 17))
        {
            faults.Add("a full disk during a defragmentation crashes the member (fixed in 3.4.35, 3.5.17): see that the disk has room for a second database file");
        }

        // Source: etcd issues 20650, 20653, 20659; fixed in 3.4.38, 3.5.23, 3.6.5.
        if (beforeLine34 || version.IsOlderInLine(3, 4, 38) || version.IsOlderInLine(3, 5, 23) || version.IsOlderInLine(3, 6, 5))
        {
            faults.Add("a member that is sent a snapshot while it is defragmented can be damaged (fixed in 3.4.38, 3.5.23, 3.6.5): no lagging member is defragmented");
        }

        return faults;
    }
}
