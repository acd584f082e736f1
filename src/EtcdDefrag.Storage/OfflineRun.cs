using EtcdDefrag.Core.Bolt;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Offline;
using EtcdDefrag.Core.Planning;

namespace EtcdDefrag.Storage;

/// <summary>The main job, or a check, on a database file that no etcd is using: what happens is told by the same events
/// as in a run on a cluster.</summary>
/// <param name="calls">The system.</param>
/// <param name="users">Who else uses a file.</param>
/// <param name="options">What is to be done.</param>
/// <param name="observer">Who is told.</param>
/// <param name="time">The clock.</param>
public sealed class OfflineRun(
    IFileCalls calls, OpenElsewhere users, OfflineOptions options, IRunObserver observer, TimeProvider time)
{
    private readonly long _began = time.GetTimestamp();
    private readonly DateTimeOffset _beganAt = time.GetUtcNow();
    private readonly CheckOptions _checkOptions = new() { MaxFindings = options.Findings, AnyBbolt = options.AnyBbolt };
    private readonly RunReportBuilder _report = new(options.DryRun);
    private bool _started;

    /// <summary>Told how far the reading is; from the thread that runs.</summary>
    public Action<FileProgress>? Progress { get; init; }

    /// <summary>Runs.</summary>
    /// <param name="stop">The user's wish to stop. Until the new file takes the old one's place it ends the run; after
    /// that, the run ends first.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="StorageException">With <see cref="StorageFault.Usage"/>, before any event: the path is not what
    /// the command takes.</exception>
    public async Task<RunReport> RunAsync(CancellationToken stop)
    {
        try
        {
            await WorkAsync(stop);
        }
        catch (StorageException e) when (e.Fault != StorageFault.Usage || _started)
        {
            Start();
            Emit(new RunEvent.Stopped(StopReason.Refused, e.Message));
        }
        catch (FileCallException e)
        {
            // Before any work: each call of the work itself is told with what it was for.
            Start();
            Emit(new RunEvent.Stopped(StopReason.Refused,
                $"{options.PathName} \"{options.Path}\": {e.Message}{(e.IsDenied ? "; run as root or as its owner" : "")}"));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Start();
            Emit(new RunEvent.Stopped(StopReason.Interrupted, "interrupted: the file is as it was"));
        }

        var finished = _report.Finish(time.GetElapsedTime(_began));
        Emit(finished);
        return finished.Report;
    }

    private async Task WorkAsync(CancellationToken stop)
    {
        var finder = new DatabaseFinder(calls);
        var place = options.MustBeFile ? finder.AsFile(options.Path, options.PathName)
            : finder.InDataDirectory(options.Path, options.PathName);
        var changes = options is { Job: OfflineJob.Defragment, DryRun: false };
        if (changes && options.Backup is { } backup)
        {
            RefuseBackup(backup);
        }

        var how = new OpenOptions(changes, options.Wait, Waiting, users);
        using var file = await DatabaseFile.OpenAsync(calls, place.File, how, time, stop);
        var target = new Target(MemberId.None, Endpoint.OfFile(place.File, file.Path));
        Signature.Require(calls, file, $"{options.PathName} \"{options.Path}\"");
        var source = new PreadSource(calls, file.Descriptor, SnapshotFile.DatabaseSize(file.Facts.Size));
        if (options.Job == OfflineJob.Check)
        {
            Start();
            new FileCheck(calls, place, file, Emit)
            {
                Progress =
                Reading("checking", file.Facts.Size)
            }.Run(target, source, _checkOptions, stop);
            return;
        }

        Defragment(target, file, source, stop);
    }

    private void Defragment(Target target, DatabaseFile file, PreadSource source, CancellationToken stop)
    {
        if (OfflineSizes.Measure(source, _checkOptions, stop) is not { } sizes)
        {
            Damaged(target, file, DatabaseCheck.Run(source, _checkOptions, Reading("checking", file.Facts.Size), stop));
            return;
        }

        Start();
        var quota = options.Quota is { } given ? new Quota(given, QuotaSource.Flag) : Quota.Default;
        Emit(new RunEvent.MemberStarted(new TargetStatus(target, FileStatus.Of(file.Facts.Size, sizes.InUse.Bytes))));
        if (options.Rule?.Variables.Any(name => name.StartsWith("dbQuota", StringComparison.Ordinal)) == true)
        {
            Emit(new RunEvent.QuotasRead(new Dictionary<MemberId, Quota> { [target.MemberId] = quota }));
        }

        switch (OfflinePlan.Decide(sizes, quota, options.Rule, options.MinReclaim, new ByteSize(Replacement.Room(calls, file))))
        {
            case OfflinePlan.Skipped skipped:
                Emit(new RunEvent.MemberSkipped(target, skipped.Reason, skipped.Explanation));
                break;
            case OfflinePlan.Undecidable undecidable:
                Emit(new RunEvent.MemberFailed(target, MemberStep.Rule, TimeSpan.Zero, undecidable.Problem));
                break;
            case OfflinePlan.NoRoom tight:
                throw new StorageException(
                    StorageFault.NoRoom,
                    $"there is no room for the new file in {file.Folder}: it needs up to {tight.Needed.ToHuman()}, and {tight.Available.ToHuman()} are free; make room, or give the disk more");
            case OfflinePlan.Rewritten planned when options.DryRun:
                Emit(new RunEvent.DefragmentPlanned(target, null, new ByteSize(sizes.File.Bytes - sizes.InUse.Bytes),
                    planned.Explanation));
                break;
            default:
                Rewrite(target, file, source, sizes, stop);
                break;
        }
    }

    private void Rewrite(Target target, DatabaseFile file, PreadSource source, OfflineSizes sizes, CancellationToken stop)
    {
        var began = time.GetTimestamp();
        Emit(new RunEvent.DefragmentStarted(target));
        try
        {
            var isSnapshot = SnapshotFile.HasHash(file.Facts.Size);
            if (isSnapshot && !SnapshotFile.IsIntact(calls, file.Descriptor, file.Facts.Size, stop))
            {
                throw new StorageException(StorageFault.Failed, SnapshotFile.WrongHash);
            }

            using var replacement = Replacement.Begin(calls, file, users, sizes.InUse.Bytes);
            var result = replacement.Write(sink => Core.Offline.Rewrite.Run(source, sink, _checkOptions,
                Reading("rewriting", sizes.InUse.Bytes), stop));
            replacement.Finish(isSnapshot, stop);
            var check = Verify(replacement, result, stop);
            if (options.Backup is { } backup)
            {
                replacement.KeepOld(backup, stop);
            }

            stop.ThrowIfCancellationRequested();
            var warning = replacement.Commit(result.Source.Meta!.PageSize, () => Emit(new RunEvent.FileReplaced(target)));
            var took = time.GetElapsedTime(began);
            Emit(new RunEvent.DefragmentFinished(target, took));
            if (warning is not null)
            {
                Emit(new RunEvent.Warned(warning));
            }

            var size = result.Bytes + (isSnapshot ? SnapshotFile.HashSize : 0);
            Emit(new RunEvent.MemberDone(new TargetStatus(target, FileStatus.Of(size, size, check)) { Check = check }, took));
        }
        catch (DamagedDatabaseException e)
        {
            Damaged(target, file, e.Check);
        }
        catch (StorageException e) when (e.Fault == StorageFault.NotFlushed)
        {
            Emit(new RunEvent.OutcomeUnknown(target, time.GetElapsedTime(began), e.Message, TimeSpan.Zero));
        }
        catch (StorageException e) when (e.Fault == StorageFault.Failed)
        {
            Emit(new RunEvent.MemberFailed(target, MemberStep.Defragment, time.GetElapsedTime(began), e.Message));
        }
    }

    /// <summary>Reads the new file back while the disk is still busy with it.</summary>
    private DatabaseCheck Verify(Replacement replacement, RewriteResult result, CancellationToken stop)
    {
        var flush = Task.Run(replacement.Flush, CancellationToken.None);
        DatabaseCheck check;
        try
        {
            check = replacement.Read(source => DatabaseCheck.Run(source, _checkOptions, Reading("verifying", result.Bytes),
                stop));
        }
        finally
        {
            ((IAsyncResult)flush).AsyncWaitHandle.WaitOne(); // nothing of ours may go on behind the run's back
        }

        flush.GetAwaiter().GetResult();
        return Verification.Compare(result, check) is { Count: > 0 } differences
            ? throw new StorageException(
                StorageFault.Failed,
                $"the new file is not what the old one is, so it was thrown away ({string.Join("; ", differences)}). This is a fault of etcd-defrag, or of the disk or the memory: report it, and run `etcd-defrag check` on the old file")
            : check;
    }

    private void Damaged(Target target, DatabaseFile file, DatabaseCheck check)
    {
        if (check is { Meta: not null, HasKeyBucket: false } && !options.AnyBbolt && !_started
            && check.Errors == check.Findings.Count
            && check.Findings.All(finding => finding.Id == FindingIds.BucketMissing))
        {
            throw NotEtcd();
        }

        Start();
        Emit(new RunEvent.FileChecked(new TargetStatus(target, FileStatus.Of(file.Facts.Size, check)) { Check = check }));
        Emit(new RunEvent.MemberFailed(target, MemberStep.Defragment, TimeSpan.Zero, FileCheck.Verdict(check)));
    }

    private StorageException NotEtcd() => new(
        StorageFault.Usage, $"{options.PathName} \"{options.Path}\": it is a bbolt database, but not etcd's (there is no bucket \"key\"); name etcd's, or give --any-bbolt");

    private void RefuseBackup(string backup)
    {
        var full = Path.GetFullPath(backup);
        if (calls.Stat(full) is not null)
        {
            throw new StorageException(StorageFault.Usage, $"--backup \"{backup}\": something is there already; name a new file");
        }

        if (calls.Stat(Path.GetDirectoryName(full) ?? "/")?.Kind != FileKind.Folder)
        {
            throw new StorageException(StorageFault.Usage,
                $"--backup \"{backup}\": there is no folder \"{Path.GetDirectoryName(full)}\"; make it first");
        }
    }

    private Action<ReadProgress>? Reading(string phase, long bytes) => Progress is not { } tell ? null
        : pages => tell(new FileProgress(phase, pages.PagesInUse > 0 ? (long)((double)bytes * pages.PagesRead / pages.PagesInUse)
            : 0, bytes));

    private void Waiting(DatabaseFile file)
    {
        Start();
        Emit(new RunEvent.Noted($"waiting for etcd to close and release its lock on \"{file.Path}\"")); // etcdutl's words
    }

    private void Start()
    {
        if (!_started)
        {
            _started = true;
            Emit(new RunEvent.RunStarted(options.DryRun || options.Job == OfflineJob.Check, options.Rule?.Text,
                _beganAt)
            { Offline = options.Job });
        }
    }

    private void Emit(RunEvent runEvent)
    {
        _report.OnEvent(runEvent);
        observer.OnEvent(runEvent);
    }
}
