namespace EtcdDefrag.Core.Bolt;

/// <summary>Collects findings: counts all, keeps the first.</summary>
/// <param name="most">How many are kept of each severity.</param>
public sealed class FindingList(int most)
{
    private readonly List<Finding>[] _kept = [[], [], []];
    private readonly long[] _counts = new long[3];

    /// <summary>How many errors there were, kept or not.</summary>
    public long Errors => _counts[(int)FindingSeverity.Error];

    /// <summary>How many warnings there were, kept or not.</summary>
    public long Warnings => _counts[(int)FindingSeverity.Warning];

    /// <summary>How many notices there were, kept or not.</summary>
    public long Notices => _counts[(int)FindingSeverity.Notice];

    /// <summary>The first findings, the worst kind first, as many as are kept.</summary>
    public IReadOnlyList<Finding> Kept => [.. _kept.Reverse().SelectMany(kind => kind).Take(most)];

    /// <summary>Adds one.</summary>
    public void Add(Finding finding)
    {
        var kind = (int)finding.Severity;
        _counts[kind]++;
        if (_kept[kind].Count < most)
        {
            _kept[kind].Add(finding);
        }
    }
}
