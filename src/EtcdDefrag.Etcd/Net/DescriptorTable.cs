using System.Runtime.InteropServices;

namespace EtcdDefrag.Etcd.Net;

/// <summary>
/// Makes room in the process's table of open files before a big cluster is dialled, and lifts the limit to what the process is allowed.
/// Linux begins with 64 places and doubles them, and in a process with threads each doubling waits until all processors have seen it,
/// some 5 to 10 ms: with 300 members four times, one after the other.
/// </summary>
/// <remarks>Source: Linux fs/file.c, expand_fdtable: <c>synchronize_rcu</c> where the table is shared.</remarks>
internal static partial class DescriptorTable
{
    /// <summary>Places that Linux gives every process; some 30 are taken by what is no connection.</summary>
    private const int Given = 64;
    private const int Others = 40;
    private const int PerMember = 2; // its gRPC connection, and one for its metrics

    private const int DuplicateCloseOnExec = 1030; // F_DUPFD_CLOEXEC: the first free number from there on
    private const int StandardError = 2;

    private const int OpenFiles = 7; // RLIMIT_NOFILE

    private static readonly Lock Gate = new();
    private static int _reserved = Given;

    /// <summary>Makes room for so many members, beside what goes on. Where that fails the table grows as it needs to.</summary>
    /// <returns>Who is at it; null: there is room.</returns>
    public static Thread? Reserve(int members)
    {
        var wanted = Others + (members * PerMember);
        lock (Gate)
        {
            if (!OperatingSystem.IsLinux() || wanted <= _reserved)
            {
                return null;
            }

            _reserved = wanted;
        }

        if (getrlimit(OpenFiles, out var limit) == 0 && limit.Current < (ulong)wanted && limit.Current < limit.Most)
        {
            _ = setrlimit(OpenFiles, limit with { Current = limit.Most });
        }

        var thread = new Thread(() => _ = close(fcntl(StandardError, DuplicateCloseOnExec, wanted)), maxStackSize: 64 * 1024) { IsBackground = true };
        thread.Start();
        return thread;
    }

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int fcntl(int descriptor, int command, int from);

    private record struct Limit(ulong Current, ulong Most);

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int getrlimit(int resource, out Limit limit);

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int setrlimit(int resource, in Limit limit);

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int close(int descriptor);
}
