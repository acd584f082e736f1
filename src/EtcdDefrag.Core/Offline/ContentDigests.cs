using EtcdDefrag.Core.Bolt;
using EtcdDefrag.Core.Keyspace;

namespace EtcdDefrag.Core.Offline;

/// <summary>Takes the digests of all buckets in one walk, and applies etcd's rules.</summary>
/// <param name="rules">etcd's rules; null: not etcd's file.</param>
internal sealed class ContentDigests(EtcdRules? rules) : IBucketVisitor
{
    // No file may take memory by the number of its buckets; those of the rest are in the hash of all digests.
    private const int MostKept = 1000;

    private readonly List<BucketDigest> _kept = [];
    private readonly Stack<Open> _open = new();
    private Crc32C _dump;
    private Crc32C _digests;

    public IReadOnlyList<BucketDigest> Kept => _kept;

    public long Count { get; private set; }

    public uint DumpHash => _dump.Value;

    public uint DigestsHash => _digests.Value;

    public bool HasKeyBucket { get; private set; }

    public void BeginBucket(ReadOnlySpan<byte> name, string path, ulong sequence)
    {
        if (_open.TryPeek(out var around))
        {
            // As etcdutl's ForEach sees it: a key without a value.
            around.Add(name);
        }

        HasKeyBucket |= around is null && path == EtcdRules.KeyBucket;
        var bucket = new Open(path, sequence);
        bucket.Add(name);
        _open.Push(bucket);
        rules?.BeginBucket(path, _open.Count);
    }

    public void Pair(ReadOnlySpan<byte> key, ValueBytes value, ulong page)
    {
        var bucket = _open.Peek();
        bucket.Keys++;
        bucket.KeyBytes += key.Length;
        bucket.ValueBytes += value.Length;
        bucket.Add(key);
        for (long at = 0; at < value.Length;)
        {
            var piece = value.Piece(at);
            bucket.Add(piece);
            at += piece.Length;
        }

        rules?.Pair(key, value, page);
    }

    public void EndBucket()
    {
        var bucket = _open.Pop();
        var digest = bucket.Digest;
        if (_open.Count == 0)
        {
            _dump.Add(digest.Hash, bucket.HashedBytes);
        }

        Span<byte> numbers = stackalloc byte[6 * sizeof(long)];
        ReadOnlySpan<long> values =
            [(long)digest.Sequence, digest.Keys, digest.KeyBytes, digest.ValueBytes, digest.Hash, _open.Count];
        for (var i = 0; i < values.Length; i++)
        {
            BitConverter.TryWriteBytes(numbers[(i * sizeof(long))..], values[i]);
        }

        _digests.Add(numbers);
        Count++;
        if (_kept.Count < MostKept)
        {
            _kept.Add(digest);
        }
    }

    private sealed class Open(string path, ulong sequence)
    {
        private Crc32C _hash;

        public long Keys { get; set; }

        public long KeyBytes { get; set; }

        public long ValueBytes { get; set; }

        public long HashedBytes { get; private set; }

        public BucketDigest Digest => new(path, sequence, Keys, KeyBytes, ValueBytes, _hash.Value);

        public void Add(ReadOnlySpan<byte> bytes)
        {
            _hash.Add(bytes);
            HashedBytes += bytes.Length;
        }
    }
}
