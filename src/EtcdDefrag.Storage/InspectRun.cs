using EtcdDefrag.Core.Bolt;
using EtcdDefrag.Core.Inspection;
using EtcdDefrag.Core.Offline;

namespace EtcdDefrag.Storage;

/// <summary>Looks into a database file. Writes nothing.</summary>
/// <param name="calls">The system.</param>
/// <param name="options">Which file, and how it is read.</param>
/// <param name="inspect">What is looked at.</param>
/// <param name="time">The clock.</param>
public sealed class InspectRun(IFileCalls calls, OfflineOptions options, InspectOptions inspect, TimeProvider time)
{
    private readonly CheckOptions _check = new() { MaxFindings = options.Findings, AnyBbolt = options.AnyBbolt };

    /// <summary>Told how far the reading is; from the thread that runs.</summary>
    public Action<FileProgress>? Progress { get; init; }

    /// <summary>Told once, when the file is in use and is waited for.</summary>
    public Action<string>? Waiting { get; init; }

    /// <summary>Looks into the file that the options name.</summary>
    /// <exception cref="StorageException">It can't be opened or is in use, or is no database.</exception>
    public async Task<FileInspection> OfFileAsync(CancellationToken stop)
    {
        try
        {
            var place = new DatabaseFinder(calls).InDataDirectory(options.Path, options.PathName);
            var open = new OpenOptions(ForWriting: false, options.Wait, file => Waiting?.Invoke(file.Path));
            using var file = await DatabaseFile.OpenAsync(calls, place.File, open, time, stop);
            Signature.Require(calls, file, $"{options.PathName} \"{options.Path}\"");
            return Read(place.File, place.SnapFolder, file.Descriptor, file.Facts.Size, stop);
        }
        catch (FileCallException e)
        {
            throw new StorageException(StorageFault.Failed, $"{options.PathName} \"{options.Path}\": {e.Message}", e);
        }
    }

    /// <summary>Looks into a snapshot of a running member.</summary>
    /// <param name="endpoint">The member.</param>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="stop">Ends the reading.</param>
    public FileInspection OfMember(string endpoint, ReceivedSnapshot snapshot, CancellationToken stop) =>
        Read(endpoint, null, snapshot.Descriptor, snapshot.Size, stop) with { Kind = FileInspectionKind.Member };

    private FileInspection Read(string path, string? snapFolder, int descriptor, long size, CancellationToken stop)
    {
        var bytes = SnapshotFile.DatabaseSize(size);
        var source = new PreadSource(calls, descriptor, bytes);
        Action<ReadProgress>? progress = Progress is not { } tell ? null
            : read => tell(new FileProgress("reading", (long)((double)bytes * read.PagesRead / Math.Max(1, read.PagesInUse)), bytes));
        var database = Inspector.Run(source, _check, inspect, progress, stop);
        if (database.Check is { Meta: not null, HasKeyBucket: false } && !options.AnyBbolt
            && database.Check.Findings.All(finding => finding.Id is FindingIds.BucketMissing or FindingIds.BucketUnknown))
        {
            var text = $"{options.PathName} \"{options.Path}\": it is a bbolt database, but not etcd's (there is no bucket \"key\")";
            throw new StorageException(StorageFault.Usage, $"{text}; name etcd's, or give --any-bbolt");
        }

        var check = Surroundings.AddTo(database.Check, calls, snapFolder, descriptor, size, options.Findings, stop);
        var isSnapshot = SnapshotFile.HasHash(size);
        var kind = snapFolder is not null ? FileInspectionKind.DataDirectory : isSnapshot ? FileInspectionKind.Snapshot : FileInspectionKind.File;
        return new FileInspection(path, kind, bytes, database with { Check = check })
        {
            IsHashRight = isSnapshot ? !check.Findings.Any(finding => finding is { Id: FindingIds.SnapshotHash, Severity: FindingSeverity.Error }) : null,
        };
    }
}
