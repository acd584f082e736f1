namespace EtcdDefrag.Core.Bolt;

/// <summary>The two meta pages of a file, of which one may be torn.</summary>
internal static class MetaPages
{
    /// <summary>The valid one with the higher transaction; null when none is valid.</summary>
    /// <param name="source">The file.</param>
    /// <param name="findings">Where to put what is wrong.</param>
    public static MetaPage? Choose(IPageSource source, FindingList findings)
    {
        var first = Read(source, 0, out var firstProblem);
        MetaPage? second = null;
        var secondProblem = "is not where any page size puts it";
        if (first is not null)
        {
            second = Read(source, first.PageSize, out secondProblem);
            (second, secondProblem) = second is null || second.PageSize == first.PageSize
                ? (second, secondProblem)
                : (null, $"has page size {second.PageSize}, where page 0 has {first.PageSize}");
        }

        for (var size = MetaPage.SmallestPage; first is null && second is null && size <= MetaPage.LargestPage; size *= 2)
        {
            second = Read(source, size, out _) is { } found && found.PageSize == size ? found : null;
        }

        if (first is null && second is null)
        {
            var text = $"no meta page is valid: page 0 {firstProblem}, page 1 {secondProblem}";
            Note(findings, FindingSeverity.Error, 0, text, Advice.Replace);
            return null;
        }

        if (first is null || second is null)
        {
            var valid = (first ?? second)!;
            var (torn, problem) = first is null ? (0UL, firstProblem) : (1UL, secondProblem);
            var text = $"meta page {torn} {problem}: the other one counts, transaction {valid.TransactionId}";
            Note(findings, FindingSeverity.Warning, torn, text, Advice.None);
            return valid;
        }

        return first.TransactionId > second.TransactionId ? first : second;
    }

    private static MetaPage? Read(IPageSource source, long offset, out string problem)
    {
        Span<byte> page = stackalloc byte[MetaPage.Size];
        try
        {
            source.Read(offset, page);
        }
        catch (PageReadException e)
        {
            problem = $"cannot be read: {e.Reason}";
            return null;
        }

        var meta = MetaPage.Read(page, out var wrong);
        problem = wrong ?? "";
        return meta;
    }

    private static void Note(FindingList findings, FindingSeverity severity, ulong page, string text, string advice) =>
        findings.Add(new Finding(FindingIds.MetaInvalid, severity, text) { Page = page, Advice = advice });
}
