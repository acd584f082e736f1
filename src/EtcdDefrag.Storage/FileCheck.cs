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
        var own = DatabaseCheck.Run(source, options, Progress, stop);
        var check = Surroundings.AddTo(own, calls, place.SnapFolder, file.Descriptor, file.Facts.Size, options.MaxFindings, stop);
        emit(new RunEvent.FileChecked(new TargetStatus(target, FileStatus.Of(file.Facts.Size, check)) { Check = check }));
        if (!check.IsSound)
        {
            emit(new RunEvent.MemberFailed(target, MemberStep.Check, TimeSpan.Zero, Verdict(check)));
        }
    }

    /// <summary>A damaged file in one line.</summary>
    public static string Verdict(DatabaseCheck check) =>
        $"the database is damaged ({check.Errors} error(s)), so it was left as it is: take this member's data from the others (member remove, member add), or from a backup";
}
