using System.Diagnostics.CodeAnalysis;

namespace EtcdDefrag.Storage;

/// <summary>A file that takes a snapshot from the network, mode 0600.</summary>
/// <remarks>
/// Without a name to keep, it loses its own at once: whatever ends the process, the system gives the space back. With one, it
/// is written beside it and renamed when it is whole.
/// </remarks>
public sealed class ReceivedSnapshot : IDisposable
{
    private readonly IFileCalls _calls;
    private readonly string? _keep;
    private readonly TemporaryFile _file;

    private ReceivedSnapshot(IFileCalls calls, string? keep, TemporaryFile file) => (_calls, _keep, _file) = (calls, keep, file);

    /// <summary>Its descriptor.</summary>
    public int Descriptor => _file.Descriptor;

    /// <summary>Bytes so far.</summary>
    public long Size { get; private set; }

    /// <summary>Bytes that may still be written, about.</summary>
    public long Room => Guard(() => _calls.FreeBytes(Descriptor));

    /// <summary>Files that earlier runs left beside a name when they were killed.</summary>
    /// <param name="keep">The name (<c>--snapshot-file</c>).</param>
    public static IReadOnlyList<string> Leftovers(string keep)
    {
        var full = Path.GetFullPath(keep);
        try
        {
            return [.. Directory.GetFiles(Path.GetDirectoryName(full)!, Path.GetFileName(full)
                + ".tmp.*").Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Makes one.</summary>
    /// <param name="calls">The system.</param>
    /// <param name="keep">The name that it gets in the end; null: none.</param>
    /// <param name="folder">Where it is without a name.</param>
    /// <exception cref="StorageException">It can't be made.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "What is returned owns it.")]
    public static ReceivedSnapshot Create(IFileCalls calls, string? keep, string folder)
    {
        var path = keep is null ? Path.Combine(Path.GetFullPath(folder), "etcd-defrag-snapshot") : Path.GetFullPath(keep);
        try
        {
            if (keep is not null && calls.Stat(path) is not null)
            {
                throw new StorageException(StorageFault.Usage,
                    $"--snapshot-file \"{keep}\": something is there already; name a new file");
            }

            var file = TemporaryFile.Create(calls, path);
            if (keep is null)
            {
                file.RemoveName();
            }

            return new ReceivedSnapshot(calls, keep, file);
        }
        catch (FileCallException e)
        {
            var where = keep is null ? $"the folder for temporary files, {folder} (TMPDIR)" : $"--snapshot-file \"{keep}\"";
            throw new StorageException(StorageFault.Usage, $"{where}: no file can be made there: {e.Reason}", e);
        }
    }

    /// <summary>Adds a piece.</summary>
    /// <exception cref="StorageException">There is no room, or the disk failed.</exception>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        try
        {
            Transfer.Write(_calls, Descriptor, Size, bytes);
            Size += bytes.Length;
        }
        catch (FileCallException e)
        {
            throw Failed(e);
        }
    }

    /// <summary>Whether all has come: the hash at its end is right.</summary>
    public bool IsIntact(CancellationToken stop) =>
        SnapshotFile.HasHash(Size) && Guard(() => SnapshotFile.IsIntact(_calls, Descriptor, Size, stop));

    /// <summary>Gives it the name that it is kept under, if there is one.</summary>
    /// <exception cref="StorageException">It can't be kept.</exception>
    public void Keep()
    {
        if (_keep is not null)
        {
            _ = Guard(() =>
            {
                _calls.Flush(Descriptor);
                _file.RenameTo(Path.GetFullPath(_keep), replace: false);
                return true;
            });
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private StorageException Failed(FileCallException e) => new(
        e.IsNoSpace ? StorageFault.NoRoom : StorageFault.Failed,
        $"the snapshot could not be stored in {Path.GetDirectoryName(_file.Path)} ({e.Reason}); "
        + "name another place with --snapshot-file, or another folder with TMPDIR",
        e);

    private T Guard<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (FileCallException e)
        {
            throw Failed(e);
        }
    }
}
