using EtcdDefrag.Core.Bolt;
using EtcdDefrag.Core.Keyspace;

namespace EtcdDefrag.Core.Inspection;

/// <summary>Counts the revisions of the key bucket as they come.</summary>
/// <param name="options">How.</param>
/// <param name="scheduledCompaction">The revision that a compaction goes to; 0: none.</param>
internal sealed class KeyspaceCount(InspectOptions options, long scheduledCompaction)
{
    private long _ordinal;
    private KeyCounts _all;
    private KeyCounts _pending;
    private long _leased;
    private long _broken;

    public LastRevisions Table { get; } = new();

    public PrefixTree Tree { get; } = new(options.Seed, options.Levels, options.Prefix.ToArray());

    public void Add(RevisionKey revision, ValueBytes value, in KeyValueView stored)
    {
        var ordinal = _ordinal++;
        var key = value.Piece(stored.Key.Start, (int)stored.Key.Length);
        var hash = KeyHash.Of(key, options.Seed);
        var node = Tree.Find(key);
        ref var last = ref Table.Entry(hash);
        if (last.Count > 0)
        {
            Supersede(in last, revision, stored.Version, node);
        }

        var size = revision.Size + value.Length;
        _all.Write(revision.IsTombstone, size, stored.ValueLength);
        node?.Own.Write(revision.IsTombstone, size, stored.ValueLength);
        if (revision.IsTombstone && revision.Main <= scheduledCompaction)
        {
            _pending.Write(true, size, 0);
        }

        last.Set(ordinal, stored.Version, revision.IsTombstone, stored.Lease != 0, size);
        _leased += last.HasLease ? 1 : 0;
        if (node is not null)
        {
            MostRevisions.Offer(hash, key, last.Count, stored.ValueLength, revision.Main, ordinal);
        }

        if (node is not null && !revision.IsTombstone)
        {
            Values.Add(stored.ValueLength);
            Largest.Offer(hash, key, stored.ValueLength, stored.ValueLength, revision.Main, ordinal);
        }
    }

    public TopKeys Largest { get; } = new(options.TopKeys);

    public TopKeys MostRevisions { get; } = new(options.TopKeys);

    public ValueSizes Values { get; } = new();

    public KeyspaceFacts Finish()
    {
        Tree.Sum();
        return new KeyspaceFacts(Tree)
        {
            All = _all,
            Keys = Table.Count,
            LeasedKeys = _leased,
            Pending = _pending,
            BrokenChains = _broken,
            Values = Values,
            Largest = [.. Largest.Rows.Select(row => FactOf(row, row.Size))],
            MostRevisions = [.. MostRevisions.Rows.Where(row => row.Figure > 1).Select(row => FactOf(row, row.Size))],
        };

        KeyFact FactOf(TopKeys.Row row, long size)
        {
            var isLast = Table.IsLast(row.Hash, row.Ordinal, out var isTombstone);
            return new KeyFact(row.Key, size, Table.Entry(row.Hash).Count, row.Revision, isLast && !isTombstone);
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
}
