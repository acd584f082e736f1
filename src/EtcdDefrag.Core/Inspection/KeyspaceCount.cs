using EtcdDefrag.Core.Bolt;
using EtcdDefrag.Core.Keyspace;

namespace EtcdDefrag.Core.Inspection;

/// <summary>Counts the revisions of the key bucket as they come.</summary>
/// <param name="options">How.</param>
/// <param name="scheduledCompaction">The revision that a compaction goes to; 0: none.</param>
internal sealed class KeyspaceCount(InspectOptions options, long scheduledCompaction)
{
    private const int MostWaiting = 32;
    private const int LongestWaiting = 256;

    private readonly byte[] _keys = new byte[MostWaiting * LongestWaiting];
    private readonly ulong[] _hashes = new ulong[MostWaiting];
    private readonly (Change Change, PrefixNode? Node, int KeyLength)[] _changes = new (Change, PrefixNode?, int)[MostWaiting];
    private int _waiting;
    private long _ordinal;
    private KeyCounts _all;
    private KeyCounts _pending;
    private long _leased;
    private long _broken;

    public LastRevisions Table { get; } = new();

    public PrefixTree Tree { get; } = new(options.Seed, options.Levels, options.Prefix.ToArray());

    /// <summary>Takes in a revision. It is counted with the next ones, so that the memory for several is fetched at once.</summary>
    public void Add(RevisionKey revision, ValueBytes value, in KeyValueView stored)
    {
        var key = value.Piece(stored.Key.Start, (int)stored.Key.Length);
        var change = new Change(_ordinal++, revision, revision.Size + value.Length, stored.ValueLength, stored.Version, stored.Lease != 0);
        var (hash, node) = (KeyHash.Of(key, options.Seed), Tree.Find(key));
        if (key.Length > LongestWaiting)
        {
            CountWaiting();
            Count(in change, hash, node, key);
            return;
        }

        key.CopyTo(_keys.AsSpan(_waiting * LongestWaiting));
        _hashes[_waiting] = hash;
        _changes[_waiting++] = (change, node, key.Length);
        if (_waiting == MostWaiting)
        {
            CountWaiting();
        }
    }

    private void CountWaiting()
    {
        Table.Warm(_hashes.AsSpan(0, _waiting));
        for (var i = 0; i < _waiting; i++)
        {
            var (change, node, keyLength) = _changes[i];
            Count(in change, _hashes[i], node, _keys.AsSpan(i * LongestWaiting, keyLength));
        }

        _waiting = 0;
    }

    private void Count(in Change change, ulong hash, PrefixNode? node, ReadOnlySpan<byte> key)
    {
        var revision = change.Revision;
        ref var last = ref Table.Entry(hash);
        if (last.Count > 0)
        {
            Supersede(in last, revision, change.Version, node);
        }

        _all.Write(revision.IsTombstone, change.Size, change.ValueLength);
        node?.Own.Write(revision.IsTombstone, change.Size, change.ValueLength);
        if (revision.IsTombstone && revision.Main <= scheduledCompaction)
        {
            _pending.Write(true, change.Size, 0);
        }

        last.Set(change.Ordinal, change.Version, revision.IsTombstone, change.HasLease, change.Size);
        _leased += last.HasLease ? 1 : 0;
        if (node is not null)
        {
            MostRevisions.Offer(hash, key, last.Count, change.ValueLength, revision.Main, change.Ordinal);
        }

        if (node is not null && !revision.IsTombstone)
        {
            Values.Add(change.ValueLength);
            Largest.Offer(hash, key, change.ValueLength, change.ValueLength, revision.Main, change.Ordinal);
        }
    }

    public TopKeys Largest { get; } = new(options.TopKeys);

    public TopKeys MostRevisions { get; } = new(options.TopKeys);

    public ValueSizes Values { get; } = new();

    public KeyspaceFacts Finish()
    {
        CountWaiting();
        Tree.Sum();
        return new KeyspaceFacts(Tree)
        {
            All = _all,
            Keys = Table.Count,
            LeasedKeys = _leased,
            Pending = _pending,
            BrokenChains = _broken,
            Values = Values,
            Largest = [.. Largest.Rows.Select(FactOf)],
            MostRevisions = [.. MostRevisions.Rows.Where(row => row.Figure > 1).Select(FactOf)],
        };

        KeyFact FactOf(TopKeys.Row row)
        {
            var isLast = Table.IsLast(row.Hash, row.Ordinal, out var isTombstone);
            return new KeyFact(row.Key, row.Size, Table.Entry(row.Hash).Count, row.Revision, isLast && !isTombstone);
        }
    }

    private void Supersede(in LastRevision last, RevisionKey by, long version, PrefixNode? node)
    {
        if (!last.Precedes(version, by.IsTombstone))
        {
            _broken++;
        }

        if (last.IsTombstone)
        {
            return;
        }

        _leased -= last.HasLease ? 1 : 0;
        _all.Supersede(last.Size);
        node?.Own.Supersede(last.Size);
        if (by.Main <= scheduledCompaction)
        {
            _pending.OldRevisions++;
            _pending.OldBytes += last.Size;
        }
    }

    private readonly record struct Change(
        long Ordinal, RevisionKey Revision, long Size, long ValueLength, long Version, bool HasLease);
}
