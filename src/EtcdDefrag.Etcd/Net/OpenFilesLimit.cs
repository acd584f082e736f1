namespace EtcdDefrag.Etcd.Net;

/// <summary>The process's limit of open files. A native binary starts with the soft limit, often 1024.</summary>
internal static class OpenFilesLimit
{
    private const int Others = 40; // what is open besides connections
    private const int PerMember = 2; // its gRPC connection, and one for its metrics

    /// <summary>Raises the limit to what the process is allowed, where it is too low for so many members.</summary>
    public static void RaiseFor(int members)
    {
        var wanted = (ulong)Others + ((ulong)members * PerMember);
        if (OperatingSystem.IsLinux() && Libc.getrlimit(Libc.OpenFiles, out var limit) == 0 && limit.Current < wanted
            && limit.Current < limit.Most)
        {
            _ = Libc.setrlimit(Libc.OpenFiles, limit with { Current = limit.Most });
        }
    }
}
