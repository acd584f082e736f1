using EtcdDefrag.Cli;
using EtcdDefrag.Storage;

namespace EtcdDefrag.Output;

/// <summary>A file that is written whole or not at all: whoever reads it sees the old text or the
/// new one, never a part.</summary>
/// <param name="path">As the user wrote it; a link is followed, so that it stays one.</param>
/// <param name="mode">The permissions where there is no such file yet; null: as for any new file. A file that is replaced leaves
/// its own to the new one.</param>
internal sealed class AtomicFile(string path, UnixFileMode? mode = null)
{
    /// <summary>Chosen: what a fleet of some 10,000 clusters writes.</summary>
    private const long LargestRead = 128 * 1024 * 1024;

    private readonly string _target = Resolve(path);

    /// <summary>How messages name it.</summary>
    public string Path => path;

    /// <summary>Finds out by trying whether the file can be written later. Leaves nothing behind.</summary>
    /// <returns>Null: it can; else why not, in words.</returns>
    public string? FindProblem()
    {
        // Renaming over a device replaces it, and over what a shell opened as our output loses that.
        if (IsDevice(System.IO.Path.GetFullPath(path)) || IsDevice(_target))
        {
            return "it names a device or an open stream; name a file";
        }

        if (IsSpecial())
        {
            return "it is a pipe, a socket or a device; name a file";
        }

        if (new FileInfo(_target).LinkTarget is not null)
        {
            return "it is a circular link; name a file";
        }

        if (Directory.Exists(_target))
        {
            return "it is a directory; name a file in it";
        }

        if (!Directory.Exists(Folder))
        {
            return $"there is no directory \"{Folder}\"; create it first";
        }

        try
        {
            var temporary = NewTemporary();
            Create(temporary, [], mode: null);
            File.Delete(temporary);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"cannot create a file in its directory: {FileProblem.Of(e)}";
        }
    }

    /// <summary>What is there; null where nothing is.</summary>
    /// <exception cref="IOException">It can't be read, or is too large to be ours.</exception>
    /// <exception cref="UnauthorizedAccessException">We may not read it.</exception>
    public string? Read() =>
        !File.Exists(_target) ? null
        : IsSpecial() || new FileInfo(_target).Length > LargestRead ? throw new IOException("it was not written by etcd-defrag")
        : File.ReadAllText(_target);

    /// <summary>Writes the text beside the file and renames it into place.</summary>
    /// <exception cref="IOException">It could not be written, e.g. for want of space; the old file is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">We may not.</exception>
    public void Write(string text) => Write(System.Text.Encoding.UTF8.GetBytes(text));

    /// <inheritdoc cref="Write(string)"/>
    public void Write(ReadOnlySpan<byte> text)
    {
        var temporary = NewTemporary();
        try
        {
            Create(temporary, text, File.Exists(_target) && !OperatingSystem.IsWindows() ? File.GetUnixFileMode(_target) : mode);
            File.Move(temporary, _target, overwrite: true);
            FlushFolder();
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private string Folder => System.IO.Path.GetDirectoryName(_target)!;

    /// <summary>In the same folder, since a rename is atomic only within one file system; its name ends in nothing that
    /// collectors look for.</summary>
    private string NewTemporary() => System.IO.Path.Combine(Folder,
        $".{System.IO.Path.GetFileName(_target)}.{Guid.NewGuid():N}.tmp");

    private static void Create(string file, ReadOnlySpan<byte> text, UnixFileMode? mode)
    {
        using var stream = new FileStream(file, FileMode.CreateNew, FileAccess.Write);
        if (mode is { } wanted && !OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(stream.SafeFileHandle, wanted); // whatever the umask says: node_exporter is another user
        }

        stream.Write(text);
        stream.Flush(flushToDisk: true); // or a crash could leave the new name with nothing in it
    }

    /// <summary>Makes the rename last through a crash of the machine. Where a file system can't do that, the file is in
    /// its place all the same.</summary>
    private void FlushFolder() => OnLinux(calls =>
    {
        var folder = calls.Open(Folder, writable: false);
        try
        {
            calls.Flush(folder);
        }
        finally
        {
            calls.Close(folder);
        }

        return true;
    });

    /// <summary>Whether there is a pipe, a socket or a device. .NET does not tell these from files, and to open a
    /// pipe may block for ever.</summary>
    private bool IsSpecial() => OnLinux(calls => calls.Stat(_target)?.Kind == FileKind.Other);

    private static bool OnLinux(Func<LinuxFileCalls, bool> call)
    {
        try
        {
            return OperatingSystem.IsLinux() && call(new LinuxFileCalls());
        }
        catch (FileCallException)
        {
            return false;
        }
    }

    private static string Resolve(string path)
    {
        try
        {
            return new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? System.IO.Path.GetFullPath(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return System.IO.Path.GetFullPath(path); // the trial will say what is wrong
        }
    }

    private static bool IsDevice(string path) =>
        path.StartsWith("/proc/", StringComparison.Ordinal)
        || (path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/dev/shm/", StringComparison.Ordinal));
}
