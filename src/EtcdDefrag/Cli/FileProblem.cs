using System.Runtime.InteropServices;

namespace EtcdDefrag.Cli;

/// <summary>Why a file could not be read or written, in the system's words: .NET's name the temporary file.</summary>
internal static class FileProblem
{
    /// <summary>The words.</summary>
    public static string Of(Exception e) => e switch
    {
        UnauthorizedAccessException => "permission denied",
        DirectoryNotFoundException => "its directory does not exist",
        FileNotFoundException => "it does not exist",
        IOException { HResult: > 0 } => Marshal.GetPInvokeErrorMessage(e.HResult), // errno
        _ => e.Message,
    };
}
