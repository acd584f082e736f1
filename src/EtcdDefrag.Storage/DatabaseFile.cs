namespace EtcdDefrag.Storage;

/// <summary>A database file that is open and locked, so that no etcd can use it until this is disposed of.</summary>
/// <remarks>etcd opens by path and locks the inode: who waits for the lock may get one on a file that has lost its name. So both
/// are compared once the lock is ours.</remarks>
public sealed class DatabaseFile : IDisposable
{
    /// <summary>How often a lock that somebody else holds is tried, as bbolt does it.</summary>
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(50);

    private readonly IFileCalls _calls;

    private DatabaseFile(IFileCalls calls, string path, int descriptor, FileFacts facts)
    {
        (_calls, Path, Descriptor, Facts) = (calls, path, descriptor, facts);
    }

    /// <summary>The real path: no part of it is a symbolic link.</summary>
    public string Path { get; }

    /// <summary>Its descriptor.</summary>
    public int Descriptor { get; }

    /// <summary>What it was when it was opened.</summary>
    public FileFacts Facts { get; }

    /// <summary>The folder that it is in.</summary>
    public string Folder => System.IO.Path.GetDirectoryName(Path)!;

    /// <summary>Opens and locks a file. Never creates one, and never writes to it.</summary>
    /// <param name="calls">The system.</param>
    /// <param name="path">The file; links are followed.</param>
    /// <param name="options">How.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Ends the wait for the lock.</param>
    /// <exception cref="StorageException">It can't be opened, or is in use.</exception>
    public static async Task<DatabaseFile> OpenAsync(
        IFileCalls calls, string path, OpenOptions options, TimeProvider time, CancellationToken stop)
    {
        var began = time.GetTimestamp();
        var told = false;
        while (true)
        {
            var file = Open(calls, path, options.ForWriting);
            try
            {
                if (TryLock(file, options.ForWriting))
                {
                    if (told)
                    {
                        // An online defragmentation closes the old file a moment before it renames the new one over it.
                        await Task.Delay(RetryInterval, time, stop);
                    }

                    if (file.IsStillAtPath() && !(told && options.IsOpenElsewhere(file.Facts)))
                    {
                        return file;
                    }
                }

                // Taken, or ours on an inode that has lost its name, or ours a moment before the etcd that is opening the new file:
                // the next round opens what the path leads to by then.
                if (time.GetElapsedTime(began) >= options.Wait)
                {
                    throw InUse(calls, file, options);
                }

                if (!told)
                {
                    options.Waiting?.Invoke(file);
                    told = true;
                }
            }
            catch
            {
                file.Dispose();
                throw;
            }

            file.Dispose();
            await Task.Delay(RetryInterval, time, stop);
        }
    }

    /// <summary>Whether the path still leads to the file that is locked.</summary>
    public bool IsStillAtPath() => Facts.IsSameFile(_calls.Stat(Path));

    /// <summary>Gives the lock back.</summary>
    public void Dispose() => _calls.Close(Descriptor);

    private static DatabaseFile Open(IFileCalls calls, string path, bool forWriting)
    {
        var descriptor = -1;
        try
        {
            var real = calls.ResolveLinks(path);
            descriptor = calls.Open(real, forWriting);
            var facts = calls.Stat(descriptor);
            return new DatabaseFile(calls, real, descriptor, facts);
        }
        catch (FileCallException e)
        {
            if (descriptor >= 0)
            {
                calls.Close(descriptor);
            }

            throw e.Errno is Errno.NotFound or Errno.NotFolder
                ? new StorageException(StorageFault.Usage, $"there is no file {path}", e)
                : new StorageException(StorageFault.Failed,
                    $"{path} can't be opened: {e.Reason}{(e.IsDenied ? AsWhom(calls, path) : "")}", e);
        }
    }

    private static string AsWhom(IFileCalls calls, string path)
    {
        try
        {
            return calls.Stat(path) is { } facts ? $"; run as root or as its owner (uid {facts.User})" : "";
        }
        catch (FileCallException)
        {
            return "; run as root or as its owner";
        }
    }

    private static bool TryLock(DatabaseFile file, bool exclusive)
    {
        try
        {
            return file._calls.TryLock(file.Descriptor, exclusive);
        }
        catch (FileCallException e)
        {
            throw new StorageException(
                StorageFault.InUse,
                $"{file.Path} can't be locked ({e.Reason}), so nobody can tell whether an etcd is using it; copy the data directory to a local disk and work on that",
                e);
        }
    }

    private static StorageException InUse(IFileCalls calls, DatabaseFile file, OpenOptions options)
    {
        var waited = options.Wait;
        var user = new OpenElsewhere(calls).FindLocker(file.Facts);
        return new StorageException(
            StorageFault.InUse,
            $"{file.Path} is in use{(user is null ? "" : $" by {user}")}{(waited > TimeSpan.Zero ? $", also after {waited.TotalSeconds:0.###}s" : "")}; "
            + "stop that etcd first, or wait for it with --wait-lock; "
            + (options.ForWriting ? "to defragment a running etcd: etcd-defrag --endpoints URL"
                : "to look into a running etcd: etcd-defrag inspect --endpoints URL"));
    }
}

/// <summary>How a database file is opened.</summary>
/// <param name="ForWriting">To be replaced, with a lock that excludes everybody; false: to be read, beside other readers.</param>
/// <param name="Wait">How long to wait for the lock; zero: not at all.</param>
/// <param name="Waiting">Told once, when the wait begins.</param>
/// <param name="Users">Who else uses a file; null: nobody is looked for before the lock is refused.</param>
public sealed record OpenOptions(
    bool ForWriting, TimeSpan Wait, Action<DatabaseFile>? Waiting = null, OpenElsewhere? Users = null)
{
    /// <summary>Whether a process that has no lock is about to use a file that we want to replace.</summary>
    internal bool IsOpenElsewhere(FileFacts file) => ForWriting && Users?.FindUser(file) is not null;
}
