using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Core.Safety;

/// <summary>A defragmentation waits for the end of a snapshot that is being read, with the member's file locked: the member
/// answers nobody until then.</summary>
/// <remarks>Source: etcd server/storage/backend/backend.go, defrag: the locks are taken before the old database is closed, and
/// bbolt's Close waits for read transactions.</remarks>
public sealed class NoSnapshotRunning : ISafetyCheck
{
    /// <summary>The id of this check.</summary>
    public const string CheckId = "no-snapshot-running";

    /// <inheritdoc/>
    public string Id => CheckId;

    /// <inheritdoc/>
    public string Promise => "No snapshot of the member is being read, and no other defragmentation runs.";

    /// <inheritdoc/>
    public IEnumerable<CheckFinding> Evaluate(ClusterSnapshot snapshot)
    {
        foreach (var view in snapshot.Voters)
        {
            if (view.Metrics is { Defragmenting: true })
            {
                yield return new CheckFinding(Id, FindingSeverity.Wait, OfDefragmentation(view),
                    "a run waits until it ends, at most --snapshot-wait; then it refuses");
            }

            if (view.Metrics is { IsSnapshotOpen: true } metrics)
            {
                yield return new CheckFinding(Id, FindingSeverity.Wait, OfSnapshot(view.Label, metrics),
                    "a run waits for this member until it ends, at most --snapshot-wait; then the member counts as failed");
            }
        }

        MemberView[] blind = [.. snapshot.Voters.Where(view => view.Status is not null && view.MetricsProblem is not null)];
        if (blind.Length > 0)
        {
            yield return new CheckFinding(
                Id, FindingSeverity.Notice, $"backups of [{string.Join(' ', blind.Select(view => view.Label))}] can't be seen: {blind[0].MetricsProblem}",
                "if its metrics are served elsewhere, give --metrics-url; keep backups and defragmentations apart");
        }
    }

    /// <summary>What is told of a snapshot.</summary>
    public static string OfSnapshot(string label, MemberMetrics metrics) => metrics.Snapshots > 0
        ? $"a snapshot of {label} is being read (a backup)"
        : $"a snapshot passes between {label} and another member, which is behind or new";

    /// <summary>What is told of somebody else's defragmentation.</summary>
    public static string OfDefragmentation(MemberView view) => $"{view.Label} is being defragmented by somebody else";
}
