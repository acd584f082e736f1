using EtcdDefrag.Core.Bolt;
using EtcdDefrag.Core.Offline;

namespace EtcdDefrag.Storage;

/// <summary>What the check of the file itself does not see: the hash of a snapshot, and what lies in the folder.</summary>
internal static class Surroundings
{
    /// <summary>Adds the findings to those of a check.</summary>
    /// <param name="check">The check of the file.</param>
    /// <param name="calls">The system.</param>
    /// <param name="snapFolder">The folder around a data directory's database; null: a bare file or a snapshot.</param>
    /// <param name="descriptor">The file.</param>
    /// <param name="size">Its size, in bytes.</param>
    /// <param name="most">How many findings are kept.</param>
    /// <param name="stop">Ends the reading.</param>
    public static DatabaseCheck AddTo(
        DatabaseCheck check, IFileCalls calls, string? snapFolder, int descriptor, long size, int most, CancellationToken stop)
    {
        Finding[] more =
        [
            .. OfSnapshot(calls, snapFolder is null, descriptor, size, stop),
            .. snapFolder is null ? [] : FolderFindings.Of(SnapFolder.Read(snapFolder), check.Etcd),
        ];
        return check with
        {
            Findings = [.. check.Findings.Concat(more).OrderByDescending(finding => finding.Severity).Take(most)],
            Errors = check.Errors + more.Count(finding => finding.Severity == FindingSeverity.Error),
            Warnings = check.Warnings + more.Count(finding => finding.Severity == FindingSeverity.Warning),
            Notices = check.Notices + more.Count(finding => finding.Severity == FindingSeverity.Notice),
        };
    }

    private static Finding Of(FindingSeverity severity, string text, string advice, string id = FindingIds.SnapshotHash) =>
        new(id, severity, text) { Advice = advice };

    private static IEnumerable<Finding> OfSnapshot(
        IFileCalls calls, bool isBare, int descriptor, long size, CancellationToken stop)
    {
        if (SnapshotFile.HasHash(size))
        {
            return WrongHash(calls, descriptor, size, stop) is { } wrong ? [wrong] : [];
        }

        const string Copy = "there is no hash at its end: it is a copy of a database, not a snapshot of etcdctl snapshot save";
        return isBare ? [Of(FindingSeverity.Notice, Copy, "restore it with: etcdutl snapshot restore --skip-hash-check")] : [];
    }

    private static Finding? WrongHash(IFileCalls calls, int descriptor, long size, CancellationToken stop)
    {
        try
        {
            const string Again = "take another snapshot: this one was changed or cut since it was saved";
            return SnapshotFile.IsIntact(calls, descriptor, size, stop)
                ? null
                : Of(FindingSeverity.Error, SnapshotFile.WrongHash, Again);
        }
        catch (FileCallException e)
        {
            var text = $"the snapshot's hash could not be checked: {e.Message}";
            return Of(FindingSeverity.Error, text, "look at the disk; take another snapshot", FindingIds.PageUnreadable);
        }
    }
}
