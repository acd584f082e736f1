using EtcdDefrag.Core.Bolt;
using EtcdDefrag.Core.Keyspace;

namespace EtcdDefrag.Core.Inspection;

/// <summary>etcd's HashKV of the current revision, which all members have in common.</summary>
/// <remarks>
/// Source: etcd server/storage/mvcc/hash.go, index.go (Keep). Up to the compacted revision only those revisions count that
/// are the last of their key and no deletions; were there none, all would. So it takes a second pass.
/// </remarks>
internal sealed class HashKv : IBucketVisitor
{
    private readonly KeyspaceCount _count;
    private readonly ulong _seed;
    private readonly long _compacted;
    private readonly bool _keepsSome;
    private Crc32C _hash;
    private long _ordinal;
    private bool _isKeyBucket;

    private HashKv(KeyspaceCount count, ulong seed, long compacted, bool keepsSome)
    {
        (_count, _seed, _compacted, _keepsSome) = (count, seed, compacted, keepsSome);
        _hash.Add("key"u8);
    }

    /// <summary>Computes it.</summary>
    /// <param name="source">The file; it is sound.</param>
    /// <param name="count">What the first pass counted.</param>
    /// <param name="seed">The seed of its hashes.</param>
    /// <param name="compacted">The revision up to which history was compacted, or is to be.</param>
    /// <param name="keepsSome">Whether there is any live key.</param>
    /// <param name="progress">Told how many pages were reached; null: nobody.</param>
    /// <param name="stop">Ends the pass.</param>
    /// <returns>Null when the file can no longer be read as in the first pass.</returns>
    public static uint? Of(
        IPageSource source,
        KeyspaceCount count,
        ulong seed,
        long compacted,
        bool keepsSome,
        Action<long>? progress,
        CancellationToken stop)
    {
        var visitor = new HashKv(count, seed, compacted, keepsSome);
        var findings = new FindingList(1);
        if (BoltFile.Open(source, findings, progress, stop) is not { } file)
        {
            return null;
        }

        DatabaseWalk.Run(file, visitor);
        return findings.Errors > 0 ? null : visitor._hash.Value;
    }

    public void BeginBucket(ReadOnlySpan<byte> name, string path, ulong sequence) => _isKeyBucket = path == EtcdRules.KeyBucket;

    public void EndBucket() => _isKeyBucket = false;

    public void Pair(ReadOnlySpan<byte> key, ValueBytes value, ulong page)
    {
        if (_isKeyBucket && RevisionKey.TryRead(key, out var revision) && Counts(revision, value))
        {
            _hash.Add(key);
            for (long at = 0; at < value.Length;)
            {
                var piece = value.Piece(at);
                _hash.Add(piece);
                at += piece.Length;
            }
        }
    }

    private bool Counts(RevisionKey revision, ValueBytes value)
    {
        var ordinal = value.Length == 0 ? -1 : _ordinal++;
        if (revision.Main > _compacted || !_keepsSome)
        {
            return true;
        }

        if (!KeyValueView.TryRead(value, out var stored) || stored.Key.Length == 0)
        {
            return false;
        }

        var hash = KeyHash.Of(value.Piece(stored.Key.Start, (int)stored.Key.Length), _seed);
        return _count.Table.IsLast(hash, ordinal, out var isTombstone) && !isTombstone;
    }
}
