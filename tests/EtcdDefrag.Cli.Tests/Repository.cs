using System.Runtime.CompilerServices;

namespace EtcdDefrag.Cli.Tests;

/// <summary>Files of the repository, by their path from its root.</summary>
internal static class Repository
{
    public static string File(string path, [CallerFilePath] string self = "") => Path.Combine(Path.GetDirectoryName(self)!, "..", "..", path);
}
