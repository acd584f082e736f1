namespace EtcdDefrag.Storage;

/// <summary>The old content of a file under a name of its own.</summary>
/// <remarks>
/// A reflink, else a copy; never a hard link: an etcd that waits for the lock of the old file would get it after the rename and
/// write into the backup, and the old file could not be made invalid for that etcd.
/// </remarks>
internal static class Backup
{
    /// <summary>Makes one, whole and on the disk when this returns.</summary>
    /// <param name="calls">The system.</param>
    /// <param name="file">What is kept.</param>
    /// <param name="path">Under this path; nothing may be there.</param>
    /// <param name="stop">Ends the copying.</param>
    public static void Make(IFileCalls calls, DatabaseFile file, string path, CancellationToken stop)
    {
        var full = Path.GetFullPath(path);
        using var copy = TemporaryFile.Create(calls, full);
        try
        {
            calls.Clone(file.Descriptor, copy.Descriptor);
        }
        catch (FileCallException)
        {
            Copy(calls, file, copy.Descriptor, stop); // another file system, or one without reflinks
        }

        calls.ChangeMode(copy.Descriptor, file.Facts.Mode);
        calls.Flush(copy.Descriptor);
        copy.RenameTo(full, replace: false);
        FlushFolder(calls, Path.GetDirectoryName(full)!);
    }

    /// <summary>Waits until a folder's entries are on the disk.</summary>
    public static void FlushFolder(IFileCalls calls, string folder)
    {
        var descriptor = calls.Open(folder, writable: false);
        try
        {
            calls.Flush(descriptor);
        }
        finally
        {
            calls.Close(descriptor);
        }
    }

    private static void Copy(IFileCalls calls, DatabaseFile file, int to, CancellationToken stop)
    {
        var block = Transfer.NewBlock();
        for (long offset = 0; ;)
        {
            stop.ThrowIfCancellationRequested();
            var count = Transfer.Read(calls, file.Descriptor, offset, block);
            if (count == 0)
            {
                return;
            }

            Transfer.Write(calls, to, offset, block.AsSpan(0, count));
            calls.BeginFlush(to, offset, count);
            offset += count;
        }
    }
}
