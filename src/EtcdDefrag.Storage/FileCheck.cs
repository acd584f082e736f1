using EtcdDefrag.Core.Bolt;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Offline;
using EtcdDefrag.Core.Planning;

namespace EtcdDefrag.Storage;

/// <summary>Looks at a database file and at what lies around it. Writes nothing.</summary>
internal sealed class FileCheck(IFileCalls calls, DatabasePath place, DatabaseFile file, Action<RunEvent> emit)
{
    public Action<ReadProgress>? Progress { get; init; }

    public void Run(Target target, IPageSource source, CheckOptions options, CancellationToken stop)
    {
        var check = DatabaseCheck.Run(source, options, Progress, stop);
        var more = Snapshot(stop).Concat(place.SnapFolder is { } folder ? FolderFindings.Of(SnapFolder.Read(folder), check.Etcd) : []).ToArray();
        check = check with
        {
            Findings = [.. check.Findings.Concat(more).OrderByDescending(finding => finding.Severity).Take(options.MaxFindings)],
            Errors = check.Errors + more.Count(finding => finding.Severity == FindingSeverity.Error),
            Warnings = check.Warnings + more.Count(finding => finding.Severity == FindingSeverity.Warning),
            Notices = check.Notices + more.Count(finding => finding.Severity == FindingSeverity.Notice),
        };
        emit(new RunEvent.FileChecked(new TargetStatus(target, FileStatus.Of(file.Facts.Size, check)) { Check = check }));
        if (!check.IsSound)
        {
            emit(new RunEvent.MemberFailed(target, MemberStep.Check, TimeSpan.Zero, Verdict(check)));
        }
    }

    /// <summary>A damaged file in one line.</summary>
    public static string Verdict(DatabaseCheck check) =>
        $"the database is damaged ({check.Errors} error(s)), so it was left as it is: take this member's data from the others (member remove, member add), or from a backup";

    private IEnumerable<Finding> Snapshot(CancellationToken stop)
    {
        var size = file.Facts.Size;
        if (!SnapshotFile.HasHash(size))
        {
            return place.SnapFolder is not null ? [] : [new Finding(FindingIds.SnapshotHash, FindingSeverity.Notice, "there is no hash at its end: it is a copy of a database, not a snapshot of etcdctl snapshot save")
            {
                Advice = "restore it with: etcdutl snapshot restore --skip-hash-check",
            }];
        }

        try
        {
            return SnapshotFile.IsIntact(calls, file.Descriptor, size, stop) ? [] : [new Finding(FindingIds.SnapshotHash, FindingSeverity.Error, SnapshotFile.WrongHash)
            {
                Advice = "take another snapshot: this one was changed or cut since it was saved",
            }];
        }
        catch (FileCallException e)
        {
            return [new Finding(FindingIds.PageUnreadable, FindingSeverity.Error, $"the snapshot's hash could not be checked: {e.Message}") { Advice = "look at the disk; take another snapshot" }];
        }
    }
}
