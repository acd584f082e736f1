using System.Runtime.CompilerServices;

namespace EtcdDefrag.Cli.Tests;

/// <summary>Files of the repository.</summary>
internal static class Repository
{
    public static string File(string path) => Path.Combine(Folder(), path);

    private static string Folder([CallerFilePath] string self = "") => Path.Combine(Path.GetDirectoryName(self)!, "..", "..");
}
