namespace EtcdDefrag.Core.Bolt;

/// <summary>How bad a finding is.</summary>
public enum FindingSeverity
{
    /// <summary>Worth knowing, no defect.</summary>
    Notice,

    /// <summary>A defect that loses nothing: etcd starts and has all its data.</summary>
    Warning,

    /// <summary>Damage: the file is not rewritten.</summary>
    Error,
}

/// <summary>One thing that is wrong with a database file.</summary>
/// <param name="Id">Which kind, one of <see cref="FindingIds"/>.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Text">What is wrong, in one sentence, with the numbers.</param>
public sealed record Finding(string Id, FindingSeverity Severity, string Text)
{
    /// <summary>The page it is about; null where it is about no single page.</summary>
    public ulong? Page { get; init; }

    /// <summary>The bucket, printable; null where there is none. Nested buckets are joined by a slash.</summary>
    public string? Bucket { get; init; }

    /// <summary>The first key near it, printable; null where there is none.</summary>
    public string? Key { get; init; }

    /// <summary>What to do about it.</summary>
    public required string Advice { get; init; }
}
