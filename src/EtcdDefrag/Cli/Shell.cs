namespace EtcdDefrag.Cli;

/// <summary>Words as a POSIX shell takes them.</summary>
internal static class Shell
{
    /// <summary>The word as it must be typed: in single quotes where it holds anything that a shell reads.</summary>
    public static string Quote(string word) =>
        word.Length > 0 && word.All(static c => char.IsAsciiLetterOrDigit(c) || "_@%+=:,./-".Contains(c,
            StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
