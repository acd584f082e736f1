namespace EtcdDefrag.Core.Offline;

/// <summary>Compares a new file, as a reader that shares no code with the writer found it, with what the old one held.</summary>
public static class Verification
{
    /// <summary>What is different, one sentence each; nothing if the new file is sound and dense and holds the same.</summary>
    /// <param name="rewrite">What was written.</param>
    /// <param name="check">What a check of the new file found.</param>
    public static IReadOnlyList<string> Compare(RewriteResult rewrite, DatabaseCheck check)
    {
        List<string> differences = [];
        if (!check.IsSound)
        {
            var first = check.Findings.Count > 0 ? check.Findings[0].Text : $"{check.Errors} errors";
            differences.Add($"the new file is damaged: {first}");
        }

        Compare("page size", rewrite.Source.Meta!.PageSize, check.Meta?.PageSize ?? 0);
        Compare("number of pages", rewrite.Pages, check.Pages.Total);
        Compare("number of pages in use", rewrite.Pages, check.Pages.InUse);
        Compare("root sequence", (long)rewrite.Source.Meta.Sequence, (long)(check.Meta?.Sequence ?? 0));
        Compare("number of buckets", rewrite.Source.BucketCount, check.BucketCount);
        foreach (var (old, now) in rewrite.Source.Buckets.Zip(check.Buckets).Where(pair => pair.First != pair.Second))
        {
            differences.Add(old.Name != now.Name
                ? $"bucket {old.Name} has become {now.Name}"
                : $"bucket {old.Name} had {Content(old)}, and has {Content(now)}");
        }

        Compare("hash of all buckets", rewrite.Source.DigestsHash, check.DigestsHash);
        Compare("hash of the content", rewrite.Source.Hash, check.Hash);
        return differences;

        void Compare(string what, long old, long now)
        {
            if (old != now)
            {
                differences.Add($"the {what} is {now} instead of {old}");
            }
        }
    }

    private static string Content(BucketDigest bucket) =>
        $"{bucket.Keys} keys of {bucket.KeyBytes} bytes, values of {bucket.ValueBytes} bytes, sequence {bucket.Sequence}, "
        + $"hash {bucket.Hash:x8}";
}
