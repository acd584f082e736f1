using System.Runtime.InteropServices;

namespace EtcdDefrag.Etcd.Net;

/// <summary>Keeps .NET from reading the system's certificates where nobody needs them.</summary>
/// <remarks>
/// On Linux the first certificate check of a process reads every certificate of the system, 80-100 ms, even where other roots are named
/// (measured; the whole handshake takes some 15 ms without). The places to read are taken from SSL_CERT_DIR and SSL_CERT_FILE in the native
/// environment, which .NET's own setter does not reach: hence setenv. Both are pointed at a place that holds no certificate.
/// This holds for the whole process and only if done before its first TLS handshake.
/// </remarks>
internal static partial class SystemRoots
{
    private const string Nowhere = "/dev/null";

    /// <summary>Makes the system's roots unavailable to this process, where it has not read them yet.</summary>
    public static void Skip()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = SetEnv("SSL_CERT_DIR", Nowhere, 1);
            _ = SetEnv("SSL_CERT_FILE", Nowhere, 1);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetEnv(string name, string value, int overwrite);
}
