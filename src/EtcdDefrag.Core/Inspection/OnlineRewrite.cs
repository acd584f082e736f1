using EtcdDefrag.Core.Bolt;

namespace EtcdDefrag.Core.Inspection;

/// <summary>
/// What an online defragmentation would leave: it goes through the motions of etcd, which puts every pair into a new file
/// with bbolt, 10,000 in a transaction, with pages filled to 90 %.
/// </summary>
/// <remarks>
/// <para>Source: etcd server/mvcc/backend/backend.go, defragdb; bbolt node.go (split, splitIndex, spill), tx.go (Commit).</para>
/// <para>Which of several free places bbolt takes depends on the order of a map in memory: a few pages more or less.</para>
/// </remarks>
internal sealed class OnlineRewrite(int pageSize) : IBucketVisitor
{
    private const int PairsPerTransaction = 10_000;

    private readonly NewPages _pages = new();
    private readonly Stack<BucketInMemory> _open = new();
    private readonly BucketInMemory _top = new(pageSize) { Page = NewPages.RootPage };
    private int _pairs;
    private bool _isDirty;

    /// <summary>Bytes of the new file, once all was told; etcd's <c>dbSize</c>.</summary>
    public long Finish()
    {
        Commit();
        return _pages.HighWaterMark * pageSize;
    }

    public void BeginBucket(ReadOnlySpan<byte> name, string path, ulong sequence)
    {
        _open.Push(new BucketInMemory(pageSize) { NameSize = name.Length });
        _isDirty = true;
    }

    public void Pair(ReadOnlySpan<byte> key, ValueBytes value, ulong page)
    {
        if (++_pairs > PairsPerTransaction)
        {
            Commit();
            _pairs = 0;
        }

        _open.Peek().Add(key.Length, value.Length);
        _isDirty = true;
    }

    public void EndBucket()
    {
        // It is written by the next commit, as part of the same transaction as what follows: the order of pages is all that differs.
        var bucket = _open.Pop();
        _top.Add(bucket.NameSize, bucket.Write(_pages));
    }

    private void Commit()
    {
        if (!_isDirty)
        {
            return;
        }

        foreach (var bucket in _open)
        {
            _ = bucket.Write(_pages);
        }

        _ = _top.Write(_pages, isTop: true);
        _pages.Commit(pageSize);
        _isDirty = false;
    }
}
