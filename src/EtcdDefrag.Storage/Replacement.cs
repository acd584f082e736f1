using EtcdDefrag.Core.Bolt;

namespace EtcdDefrag.Storage;

/// <summary>
/// Puts a new file in the place of a database file. The steps in their order, each of which leaves a data
/// directory that etcd starts on:
/// <see cref="Begin"/>, <see cref="Write"/>, <see cref="Finish"/>, <see cref="Flush"/> beside the
/// verification, <see cref="Commit"/>.
/// </summary>
public sealed class Replacement : IDisposable
{
    private readonly IFileCalls _calls;
    private readonly DatabaseFile _old;
    private readonly OpenElsewhere _users;
    private readonly TemporaryFile _new;
    private readonly FileSink _sink;

    private Replacement(IFileCalls calls, DatabaseFile old, OpenElsewhere users, TemporaryFile created)
    {
        (_calls, _old, _users, _new) = (calls, old, users, created);
        _sink = new FileSink(calls, created.Descriptor);
    }

    /// <summary>Creates the new file and makes sure that it can be written and handed over, before any work is done.</summary>
    /// <param name="calls">The system.</param>
    /// <param name="old">The file that is to be replaced, locked.</param>
    /// <param name="users">Who else uses it.</param>
    /// <param name="size">How large the new file will be, at the least; so much is reserved.</param>
    /// <exception cref="StorageException">A right is missing, or room.</exception>
    public static Replacement Begin(IFileCalls calls, DatabaseFile old, OpenElsewhere users, long size) => Guard(old, () =>
    {
        TemporaryFile? created = null;
        try
        {
            created = TemporaryFile.Create(calls, old.Path);
            Attributes.CopyOwner(calls, old.Facts, created.Descriptor); // only to see that we may
            Reserve(calls, created.Descriptor, size);
            return new Replacement(calls, old, users, created);
        }
        catch
        {
            created?.Dispose();
            throw;
        }
    });

    /// <summary>Bytes that the folder's file system has left.</summary>
    /// <exception cref="StorageException">It can't be told.</exception>
    public static long Room(IFileCalls calls, DatabaseFile old) => Guard(old, () => calls.FreeBytes(old.Descriptor));

    /// <summary>Writes the new file.</summary>
    /// <exception cref="StorageException">A write failed.</exception>
    public T Write<T>(Func<IPageSink, T> write) => Guard(_old, () =>
    {
        var result = write(_sink);
        _sink.Complete();
        return result;
    });

    /// <summary>All is written: gives the file its exact size, a snapshot's hash, and owner, mode and
    /// attributes of the old one.</summary>
    /// <param name="sealAsSnapshot">Whether a hash belongs at its end.</param>
    /// <param name="stop">Ends the hashing.</param>
    /// <exception cref="StorageException">A write failed, or a right is missing.</exception>
    public void Finish(bool sealAsSnapshot, CancellationToken stop) => Guard(_old, () =>
    {
        var size = _sink.Length;
        _calls.Truncate(_new.Descriptor, size); // gives back what was reserved beyond
        if (sealAsSnapshot)
        {
            SnapshotFile.Seal(_calls, _new.Descriptor, size, stop);
        }

        Attributes.CopyAll(_calls, _old.Descriptor, _old.Facts, _new.Descriptor);
        return size;
    });

    /// <summary>Waits until the new file is on the disk. May run beside the verification.</summary>
    /// <exception cref="StorageException">The disk reports an error.</exception>
    public void Flush() => Guard(_old, () =>
    {
        _calls.Flush(_new.Descriptor);
        return true;
    });

    /// <summary>Hands the new file's database to a reader, through a descriptor of its own.</summary>
    /// <exception cref="StorageException">It can't be opened.</exception>
    public T Read<T>(Func<IPageSource, T> read)
    {
        var descriptor = Guard(_old, () => _calls.Open(_new.Path, writable: false));
        try
        {
            return read(new PreadSource(_calls, descriptor, _sink.Length));
        }
        finally
        {
            _calls.Close(descriptor);
        }
    }

    /// <summary>Keeps the old content, before the new file takes its place.</summary>
    /// <exception cref="StorageException">It can't be kept.</exception>
    public void KeepOld(string backup, CancellationToken stop)
    {
        try
        {
            Backup.Make(_calls, _old, backup, stop);
        }
        catch (FileCallException e)
        {
            throw new StorageException(
                e.IsNoSpace ? StorageFault.NoRoom : e.Errno == Errno.Exists ? StorageFault.Usage : StorageFault.Failed,
                $"--backup {backup}: {(e.Errno == Errno.Exists ? "something is there already; name a new file" : e.Reason)}", e);
        }
    }

    /// <summary>Puts the new file in the old one's place. It must be flushed and verified.</summary>
    /// <param name="pageSize">Of the old file, in bytes.</param>
    /// <param name="renamed">Told at once when it has happened: from here on the file is the new one.</param>
    /// <returns>What the user should know; null: nothing.</returns>
    /// <exception cref="StorageException">Somebody else uses the file, or changed it: nothing has happened. With
    /// <see cref="StorageFault.NotFlushed"/>: it has.</exception>
    public string? Commit(int pageSize, Action renamed)
    {
        Guard(_old, () =>
        {
            RefuseOthers();
            _new.RenameTo(_old.Path, replace: true);
            return true;
        });
        renamed();
        try
        {
            Backup.FlushFolder(_calls, _old.Folder);
        }
        catch (FileCallException e)
        {
            // The old file may come back in a power cut: it is not made invalid.
            throw new StorageException(
                StorageFault.NotFlushed,
                $"{_old.Path} is the new file, whole and verified, but its folder could not be flushed to the disk ({e.Reason}): after a power cut the old file may be there instead. Look at the disk, and run `sync` before etcd is started",
                e);
        }

        return Invalidate(pageSize);
    }

    /// <summary>Removes the new file, unless it has taken its place.</summary>
    public void Dispose()
    {
        _sink.Dispose();
        _new.Dispose();
    }

    private static void Reserve(IFileCalls calls, int descriptor, long size)
    {
        try
        {
            calls.Reserve(descriptor, size);
        }
        catch (FileCallException e) when (e.Errno == Errno.NotSupported)
        {
            // The free space that was asked for before is all that can be known.
        }
    }

    /// <summary>flock is on the inode, and etcd opens by path: one that was started meanwhile waits for the lock of the old file,
    /// and would serve it without a name.</summary>
    private void RefuseOthers()
    {
        if (_users.FindUser(_old.Facts) is { } user)
        {
            throw new StorageException(
                StorageFault.InUse,
                $"{_old.Path} was opened by {user} meanwhile, an etcd that was started too early, so nothing was changed; stop it, and see that etcd is started only when this has ended");
        }

        var now = _calls.Stat(_old.Descriptor);
        if (!_old.IsStillAtPath() || now.Size != _old.Facts.Size || now.Modified != _old.Facts.Modified)
        {
            throw new StorageException(StorageFault.InUse,
                $"{_old.Path} was changed by somebody else meanwhile, so nothing was changed; see what uses it, and run again");
        }
    }

    /// <summary>Makes the old file one that no etcd serves: who opened it before the rename ends with "invalid database", and
    /// starts again on the new one.</summary>
    private string? Invalidate(int pageSize)
    {
        try
        {
            if (_calls.Stat(_old.Descriptor).Links > 0)
            {
                return $"the old file has another name (a hard link), so it was left as it is; an etcd that was started during the rewrite would go on with it: see that none was";
            }

            foreach (var metaPage in (ReadOnlySpan<long>)[0, pageSize])
            {
                Transfer.Write(_calls, _old.Descriptor, metaPage + Signature.Offset, new byte[Signature.Size]);
            }

            return null;
        }
        catch (FileCallException e)
        {
            return $"the old file could not be made invalid ({e.Message}); an etcd that was started during the rewrite would go on with it: see that none was";
        }
    }

    private static T Guard<T>(DatabaseFile old, Func<T> step)
    {
        try
        {
            return step();
        }
        catch (FileCallException e)
        {
            throw e switch
            {
                { IsNoSpace: true } => new StorageException(StorageFault.NoRoom,
                    $"there is no room for the new file in {old.Folder} ({e.Message}); make room, or give the disk more", e),
                { IsDenied: true } => new StorageException(
                    StorageFault.Failed, $"the new file can't be made in {old.Folder} with the owner, mode and attributes of the old one ({e.Message}); run as root or as its owner (uid {old.Facts.User})", e),
                _ => new StorageException(StorageFault.Failed, $"the new file can't be made in {old.Folder} ({e.Message})", e),
            };
        }
    }
}
