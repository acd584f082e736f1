namespace EtcdDefrag.Core.Inspection;

/// <summary>What the key bucket holds.</summary>
public sealed record KeyspaceFacts
{
    internal KeyspaceFacts(PrefixTree tree) => Tree = tree;

    /// <summary>All keys together, whatever <see cref="InspectOptions.Prefix"/> says.</summary>
    public KeyCounts All { get; init; }

    /// <summary>How many different keys there are, deleted ones included.</summary>
    public long Keys { get; init; }

    /// <summary>How many live keys hang on a lease.</summary>
    public long LeasedKeys { get; init; }

    /// <summary>Of the old revisions those that a compaction which has not finished will still remove.</summary>
    public KeyCounts Pending { get; init; }

    /// <summary>
    /// Revisions whose version does not follow that of the one before. In a sound file: two keys with the same hash, which
    /// were counted as one.
    /// </summary>
    public long BrokenChains { get; init; }

    /// <summary>How large the values are, old ones included.</summary>
    public required ValueSizes Values { get; init; }

    /// <summary>The keys with the largest values, live or old; each key once.</summary>
    public IReadOnlyList<KeyFact> Largest { get; init; } = [];

    /// <summary>The keys with most revisions, two or more.</summary>
    public IReadOnlyList<KeyFact> MostRevisions { get; init; } = [];

    /// <summary>Whether there were more prefixes than there is room for: some keys are counted under shorter ones.</summary>
    public bool IsTreeFull => Tree.IsFull;

    internal PrefixTree Tree { get; }
}

/// <summary>A key that stands out.</summary>
/// <param name="Key">The key.</param>
/// <param name="ValueBytes">Bytes of the value.</param>
/// <param name="Revisions">How many revisions of it the file has.</param>
/// <param name="ModRevision">The revision that wrote the value.</param>
/// <param name="IsLive">Whether that is what a reader gets now.</param>
public sealed record KeyFact(ReadOnlyMemory<byte> Key, long ValueBytes, long Revisions, long ModRevision, bool IsLive);
