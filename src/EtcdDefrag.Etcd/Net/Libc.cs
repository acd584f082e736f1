using System.Runtime.InteropServices;

[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace EtcdDefrag.Etcd.Net;

/// <summary>The C library's functions for the process itself. Linux only.</summary>
internal static partial class Libc
{
    /// <summary>RLIMIT_NOFILE.</summary>
    public const int OpenFiles = 7;

    /// <summary>struct rlimit.</summary>
    public record struct Limit(ulong Current, ulong Most);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int setenv(string name, string value, int overwrite);

    [LibraryImport("libc")]
    public static partial int getrlimit(int resource, out Limit limit);

    [LibraryImport("libc")]
    public static partial int setrlimit(int resource, in Limit limit);
}
