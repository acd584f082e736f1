using System.Buffers.Binary;
using System.Text;
using EtcdDefrag.Core.Bolt;

namespace EtcdDefrag.Core.Tests.Bolt;

/// <summary>Databases for tests, made by the loader.</summary>
internal static class SampleDatabase
{
    private static readonly string[] Buckets =
        ["key", "meta", "lease", "alarm", "auth", "authUsers", "authRoles", "cluster", "members", "members_removed"];

    public static byte[] Of(int pageSize, Action<BulkLoader> fill, ulong rootSequence = 0)
    {
        var sink = new MemorySink();
        using var loader = new BulkLoader(sink, pageSize);
        fill(loader);
        _ = loader.Finish(rootSequence);
        return sink.ToArray();
    }

    /// <summary>One bucket with these pairs, in order.</summary>
    public static byte[] Of(
        int pageSize, IEnumerable<(byte[] Key, byte[] Value)> pairs, ulong sequence = 0) => Of(pageSize, loader =>
    {
        loader.BeginBucket("b"u8, sequence);
        foreach (var (key, value) in pairs)
        {
            loader.Add(key, new ValueBytes(value));
        }

        loader.EndBucket();
    });

    /// <summary>What etcd makes: all its buckets, revisions with their keys and values, and what the meta bucket says.</summary>
    /// <param name="pageSize">Bytes of a page.</param>
    /// <param name="revisions">How many revisions the key bucket has; every tenth is a deletion.</param>
    /// <param name="valueSize">Bytes of each value.</param>
    /// <param name="change">Changes a pair before it is written.</param>
    /// <param name="leaveOut">Buckets that are left out.</param>
    /// <param name="more">Further buckets.</param>
    public static byte[] Etcd(
        int pageSize,
        int revisions,
        int valueSize = 20,
        Func<byte[], byte[], (byte[] Key, byte[] Value)>? change = null,
        string[]? leaveOut = null,
        string[]? more = null)
    {
        SortedDictionary<string, List<(byte[] Key, byte[] Value)>> buckets = new(StringComparer.Ordinal);
        foreach (var name in Buckets.Concat(more ?? []))
        {
            buckets[name] = [];
        }

        for (var i = 0; i < revisions; i++)
        {
            var isTombstone = i % 10 == 9;
            var value = KeyValue($"key/{i / 3:d5}", isTombstone ? 0 : i + 2, new byte[valueSize]);
            buckets["key"].Add((Revision(i + 2, 0, isTombstone), value));
        }

        buckets["meta"].AddRange(
        [
            ("confState"u8.ToArray(), "{}"u8.ToArray()),
            ("consistent_index"u8.ToArray(), Number(42)),
            ("finishedCompactRev"u8.ToArray(), Revision(1, 0)),
            ("scheduledCompactRev"u8.ToArray(), Revision(1, 0)),
            ("term"u8.ToArray(), Number(3)),
        ]);
        buckets["members"].Add(("8e9e05c52164694d"u8.ToArray(), "{\"id\":10276657743932975437}"u8.ToArray()));
        return Of(pageSize, loader =>
        {
            foreach (var (name, pairs) in buckets.Where(bucket => leaveOut?.Contains(bucket.Key) != true))
            {
                loader.BeginBucket(Encoding.UTF8.GetBytes(name), 0);
                foreach (var (key, value) in pairs.Select(pair => change?.Invoke(pair.Key, pair.Value) ?? pair))
                {
                    loader.Add(key, new ValueBytes(value));
                }

                loader.EndBucket();
            }
        });
    }

    /// <summary>A change that gives the key another value.</summary>
    public static Func<byte[], byte[], (byte[] Key, byte[] Value)> Replacing(byte[] key, byte[] value) =>
        (found, old) => (found, found.AsSpan().SequenceEqual(key) ? value : old);

    /// <summary>A key of the key bucket.</summary>
    public static byte[] Revision(long main, long sub, bool isTombstone = false)
    {
        byte[] key = [.. Number((ulong)main), (byte)'_', .. Number((ulong)sub)];
        return isTombstone ? [.. key, (byte)'t'] : key;
    }

    /// <summary>A value of the key bucket; with revision 0 a deletion.</summary>
    public static byte[] KeyValue(string key, long revision, byte[] value, long version = 1, long? created = null, long lease = 0)
    {
        List<byte> message = [0x0A, .. Varint(key.Length), .. Encoding.UTF8.GetBytes(key)];
        if (revision != 0)
        {
            message.AddRange([0x10, .. Varint(created ?? revision), 0x18, .. Varint(revision), 0x20, .. Varint(version)]);
            message.AddRange([0x2A, .. Varint(value.Length), .. value]);
            message.AddRange(lease != 0 ? [0x30, .. Varint(lease)] : []);
        }

        return [.. message];
    }

    public static byte[] Number(ulong number)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, number);
        return bytes;
    }

    private static IEnumerable<byte> Varint(long value)
    {
        var rest = (ulong)value;
        for (; rest >= 0x80; rest >>= 7)
        {
            yield return (byte)(rest | 0x80);
        }

        yield return (byte)rest;
    }
}
