using System.Globalization;

namespace EtcdDefrag.Storage;

/// <summary>A process that has a file open.</summary>
/// <param name="Id">Its process id.</param>
/// <param name="Command">The name of its program; empty where we may not know.</param>
public sealed record FileUser(int Id, string Command)
{
    /// <summary>How a message names it.</summary>
    public override string ToString() => Command.Length > 0 ? $"process {Id} ({Command})" : $"process {Id}";
}

/// <summary>Finds the processes that use a file, as far as <c>/proc</c> lets us see.</summary>
/// <param name="calls">The system.</param>
/// <param name="proc">Where the processes are listed; a folder of their own for tests.</param>
public sealed class OpenElsewhere(IFileCalls calls, string proc = "/proc")
{
    /// <summary>A process other than ours that has the file open; null: none that we can see.</summary>
    /// <remarks>Without root we see our own user's processes only; in a container only those in it.</remarks>
    public FileUser? FindUser(FileFacts file)
    {
        foreach (var process in Entries(proc))
        {
            if (int.TryParse(Path.GetFileName(process), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && id != Environment.ProcessId
                && Entries(Path.Combine(process, "fd")).Any(entry => IsSame(entry, file)))
            {
                return new FileUser(id, Command(process));
            }
        }

        return null;
    }

    /// <summary>The process that holds a lock on the file; null: none that we can see.</summary>
    /// <remarks>Source: proc_locks(5). Its process ids are readable for everybody, but some file systems (btrfs, overlayfs) have
    /// other device numbers there.</remarks>
    public FileUser? FindLocker(FileFacts file)
    {
        var wanted = string.Create(CultureInfo.InvariantCulture,
            $"{file.Device >> 32:x2}:{file.Device & uint.MaxValue:x2}:{file.Inode}");
        foreach (var line in ReadLines(Path.Combine(proc, "locks")))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 5 && words[1] == "FLOCK" && words[5] == wanted
                && int.TryParse(words[4], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                    && id != Environment.ProcessId)
            {
                return new FileUser(id, Command(Path.Combine(proc, words[4])));
            }
        }

        return FindUser(file);
    }

    private bool IsSame(string path, FileFacts file)
    {
        try
        {
            return file.IsSameFile(calls.Stat(path));
        }
        catch (FileCallException)
        {
            return false; // closed meanwhile, or not for us to see
        }
    }

    private static string Command(string process) => ReadLines(Path.Combine(process, "comm")).FirstOrDefault() ?? "";

    // Processes end while we look: what is gone uses nothing.
    private static string[] Entries(string folder)
    {
        try
        {
            return Directory.GetFileSystemEntries(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string[] ReadLines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
