using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace EtcdDefrag.Testing;

/// <summary>Golden files: text that a person has read and approved lies beside the test and must come out the same again.</summary>
/// <remarks>ETCD_DEFRAG_UPDATE_GOLDEN=1 writes the files anew (the change is then read in the diff); never under CI.</remarks>
public static partial class Snapshot
{
    /// <summary>Compares with <c>Goldens/name.golden</c> beside the calling test's file.</summary>
    /// <exception cref="SnapshotException">The text differs, or there is no such file.</exception>
    public static void Match(string name, string actual, [CallerFilePath] string testFile = "")
    {
        var path = Path.Combine(SourceFolder(testFile), "Goldens", name + ".golden");
        if (Updating)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
            return;
        }

        if (!File.Exists(path))
        {
            throw new SnapshotException($"{path} is missing: write it with ETCD_DEFRAG_UPDATE_GOLDEN=1 and read it. The text:\n{actual}");
        }

        var expected = File.ReadAllText(path);
        if (expected != actual)
        {
            throw new SnapshotException($"{path} differs at line {FirstDifference(expected, actual)}.\n--- expected\n{expected}\n--- actual\n{actual}");
        }
    }

    /// <summary>Every run of digits (with a fraction) becomes N: for text whose numbers differ from run to run.</summary>
    public static string MaskNumbers(string text) => Numbers().Replace(text, "N");

    /// <summary>Every hexadecimal id of 12 to 16 digits becomes ID: member and cluster ids.</summary>
    public static string MaskIds(string text) => Ids().Replace(text, "ID");

    /// <summary>Every masked duration (Nms, NmNs, …) becomes TIME: its unit differs from run to run as well. For text after <see cref="MaskNumbers"/>.</summary>
    public static string MaskDurations(string text) => Durations().Replace(text, "TIME");

    private static bool Updating =>
        Environment.GetEnvironmentVariable("ETCD_DEFRAG_UPDATE_GOLDEN") is { Length: > 0 } && Environment.GetEnvironmentVariable("CI") is not "true";

    // Deterministic builds may map source paths to /_/.
    private static string SourceFolder(string testFile) =>
        Path.GetDirectoryName(testFile.StartsWith("/_/", StringComparison.Ordinal) ? Repo.Path(testFile[3..]) : testFile)!;

    private static int FirstDifference(string expected, string actual) =>
        expected.Split('\n').Zip(actual.Split('\n')).TakeWhile(pair => pair.First == pair.Second).Count() + 1;

    [GeneratedRegex(@"\d+(\.\d+)?")]
    private static partial Regex Numbers();

    [GeneratedRegex(@"\b(N(h|m|s|ms|µs|ns))+\b")]
    private static partial Regex Durations();

    [GeneratedRegex(@"\b[0-9a-f]{12,16}\b")]
    private static partial Regex Ids();
}
