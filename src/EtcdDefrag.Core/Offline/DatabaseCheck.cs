using EtcdDefrag.Core.Bolt;
using EtcdDefrag.Core.Keyspace;

namespace EtcdDefrag.Core.Offline;

/// <summary>What one pass over every page of a file found.</summary>
public sealed record DatabaseCheck
{
    /// <summary>The meta page that counts; null when none is valid: then nothing else was read.</summary>
    public MetaPage? Meta { get; init; }

    /// <summary>The first findings, as many as <see cref="CheckOptions.MaxFindings"/> says; the errors come first.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>How many errors there are, kept or not.</summary>
    public long Errors { get; init; }

    /// <summary>How many warnings there are, kept or not.</summary>
    public long Warnings { get; init; }

    /// <summary>How many notices there are, kept or not.</summary>
    public long Notices { get; init; }

    /// <summary>Where the pages go. Of a damaged file: what could be reached.</summary>
    public PageCounts Pages { get; init; } = new();

    /// <summary>How the trees are built. Of a damaged file: as far as they could be reached.</summary>
    public TreeShape Shape { get; init; } = new();

    /// <summary>The first 1,000 buckets, in the order of names, a nested one before the one around it.</summary>
    public IReadOnlyList<BucketDigest> Buckets { get; init; } = [];

    /// <summary>How many buckets there are, nested ones included.</summary>
    public long BucketCount { get; init; }

    /// <summary>CRC-32C of all digests, those that <see cref="Buckets"/> leaves out included.</summary>
    public uint DigestsHash { get; init; }

    /// <summary>
    /// The hash that <c>etcdutl snapshot status</c> prints in hexadecimal: CRC-32C of all buckets' names, keys and values.
    /// It means nothing when there are errors.
    /// </summary>
    public uint Hash { get; init; }

    /// <summary>What etcd's own keys say; null when the file is not one of etcd's.</summary>
    public EtcdFacts? Etcd { get; init; }

    /// <summary>Whether the top level has a bucket named <c>key</c>, which every database of etcd has.</summary>
    public bool HasKeyBucket { get; init; }

    /// <summary>Whether the file may be rewritten: nothing is damaged.</summary>
    public bool IsSound => Meta is not null && Errors == 0;

    /// <summary>Reads every page and every key. Damage is told, not thrown.</summary>
    /// <param name="source">The file; of a snapshot, without the SHA-256 at its end or with it.</param>
    /// <param name="options">What is applied.</param>
    /// <param name="progress">Told every few MiB, from the calling thread; null: nobody.</param>
    /// <param name="stop">Ends the pass.</param>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was asked for.</exception>
    public static DatabaseCheck Run(
        IPageSource source, CheckOptions options, Action<ReadProgress>? progress = null, CancellationToken stop = default) =>
        DatabaseReader.Run(source, options, null, progress, stop).Check;
}
