namespace EtcdDefrag.Core.Offline;

/// <summary>Compares a new file, as a reader that shares no code with the writer found it, with what the old one held.</summary>
public static class Verification
{
    /// <summary>What is different, one sentence each. Empty: the new file is sound, holds the same, and none of its pages is free or lost.</summary>
    /// <param name="rewrite">What was written.</param>
    /// <param name="check">What a check of the new file found.</param>
    public static IReadOnlyList<string> Compare(RewriteResult rewrite, DatabaseCheck check) => throw new NotSupportedException();
}
