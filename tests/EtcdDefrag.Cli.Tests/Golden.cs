using System.Runtime.CompilerServices;
using Xunit;

namespace EtcdDefrag.Cli.Tests;

/// <summary>Compares a text with a file beside the tests; UPDATE_GOLDEN=1 writes it anew.</summary>
internal static class Golden
{
    private static readonly bool Update = Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1";

    public static void Match(string actual, string name) => MatchFile(actual, Path.Combine(Folder(), "Goldens", name + ".golden"));

    /// <summary>The same for a file of the repository, by its path from the root.</summary>
    public static void MatchRepositoryFile(string actual, string path) => MatchFile(actual, Path.Combine(Folder(), "..", "..", path));

    private static void MatchFile(string actual, string file)
    {
        if (Update)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, actual);
        }

        Assert.True(File.Exists(file), $"{file} is missing; run with UPDATE_GOLDEN=1 and read what it wrote");
        Assert.Equal(File.ReadAllText(file), actual);
    }

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
