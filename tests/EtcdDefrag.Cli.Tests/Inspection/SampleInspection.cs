using System.Buffers.Binary;
using System.Text;
using EtcdDefrag.Core.Bolt;
using EtcdDefrag.Core.Inspection;
using EtcdDefrag.Core.Offline;
using EtcdDefrag.Storage;

namespace EtcdDefrag.Cli.Tests.Inspection;

/// <summary>A small database, with keys of Kubernetes and of people who mean harm.</summary>
internal static class SampleInspection
{
    /// <summary>Keys that steer a terminal, end a cell, a text, an attribute or a line, or are long or no text at all.</summary>
    public static readonly byte[][] HostileKeys =
    [
        "hostile/\e[2J\e]0;owned\a"u8.ToArray(),
        "hostile/\",=cmd|'/c calc'!A0\r\nnext,line"u8.ToArray(),
        "hostile/</title><script>alert(1)</script>&amp;"u8.ToArray(),
        "hostile/{\"json\":\"\\u0000\"}"u8.ToArray(),
        "hostile/\u202Egnp.exe\u2028"u8.ToArray(),
        [.. "hostile/"u8, 0, 1, 0x80, 0xFF, 0xC3, 0x28],
        [.. "hostile/"u8, .. Enumerable.Repeat((byte)'x', 10_000)],
        "=1+1/x"u8.ToArray(),
    ];

    private static readonly string[] Before = ["alarm", "auth", "authRoles", "authUsers", "cluster"];

    public static InspectOptions Options { get; } = new() { HashKv = true, Seed = 1 };

    /// <summary>What is found in it.</summary>
    public static FileInspection Of(InspectOptions? options = null, Action<byte[]>? damage = null)
    {
        var file = Build();
        damage?.Invoke(file);
        var found = Inspector.Run(new Memory(file), new CheckOptions(), options ?? Options);
        return new FileInspection("/var/lib/etcd/member/snap/db", FileInspectionKind.DataDirectory, file.Length, found);
    }

    public static InspectSettings Settings(InspectOptions? options = null, bool checkOnly = false) =>
        new(options ?? Options, checkOnly, Redact: false, null, null);

    private static byte[] Build()
    {
        var sink = new Sink();
        using var loader = new BulkLoader(sink, 4096);
        foreach (var name in Before)
        {
            Bucket(loader, name, EtcdsOwn(name));
        }

        Bucket(loader, "key", Revisions());
        foreach (var name in (string[])["lease", "members", "members_removed", "meta"])
        {
            Bucket(loader, name, EtcdsOwn(name));
        }

        _ = loader.Finish(0);
        return sink.Bytes;
    }

    private static IEnumerable<(byte[] Key, byte[] Value)> EtcdsOwn(string bucket) => bucket switch
    {
        "alarm" => [([0x08, 0x05, 0x10, 0x01], [])],
        "auth" => [("authEnabled"u8.ToArray(), [1]), ("authRevision"u8.ToArray(), Number(7))],
        "authRoles" => [("root"u8.ToArray(), "secret-role"u8.ToArray())],
        "authUsers" => [("ann\e[31m"u8.ToArray(), "secret-hash"u8.ToArray()), ("root"u8.ToArray(), "secret-hash"u8.ToArray())],
        "cluster" => [("clusterVersion"u8.ToArray(), "3.5.0"u8.ToArray()), ("downgrade"u8.ToArray(), "{\"target-version\":\"3.4.0\",\"enabled\":true}"u8.ToArray())],
        "lease" => [(Number(1), [0x08, 0x01, 0x10, 0x3C]), (Number(2), [0x08, 0x02, 0x10, 0x90, 0x1C, 0x18, 0x0A])],
        "members" => [("8e9e05c52164694d"u8.ToArray(), "{\"id\":1,\"peerURLs\":[\"http://m1:2380\"],\"name\":\"m1\"}"u8.ToArray()), ("9"u8.ToArray(), "{\"isLearner\":true,\"name\":\"\"}"u8.ToArray())],
        "members_removed" => [("a"u8.ToArray(), "removed"u8.ToArray())],
        _ => [("consistent_index"u8.ToArray(), Number(42)), ("finishedCompactRev"u8.ToArray(), Revision(1, false)), ("scheduledCompactRev"u8.ToArray(), Revision(20, false)), ("storageVersion"u8.ToArray(), "3.6.0"u8.ToArray()), ("term"u8.ToArray(), Number(3))],
    };

    private static IEnumerable<(byte[] Key, byte[] Value)> Revisions()
    {
        long revision = 1;
        (byte[], byte[]) Put(ReadOnlySpan<byte> key, int size, long version = 1)
        {
            revision++;
            byte[] message = [0x0A, .. Varint(key.Length), .. key, 0x10, .. Varint(revision - version + 1), 0x18, .. Varint(revision), 0x20, .. Varint(version), 0x2A, .. Varint(size), .. Enumerable.Repeat((byte)'v', size)];
            return (Revision(revision, false), message);
        }

        (byte[], byte[]) Delete(ReadOnlySpan<byte> key) => (Revision(++revision, true), [0x0A, .. Varint(key.Length), .. key]);

        for (var version = 1; version <= 12; version++)
        {
            yield return Put("/registry/apps.example.com/things/shop/one"u8, 700, version);
        }

        for (var i = 0; i < 40; i++)
        {
            yield return Put(Encoding.ASCII.GetBytes($"/registry/events/{(i % 3 == 0 ? "default" : "shop")}/event-{i:d3}"), 300);
            yield return Put(Encoding.ASCII.GetBytes($"/registry/pods/ns-{i % 5}/pod-{i}"), 1000 + (20 * i));
        }

        yield return Put("/registry/secrets/shop/big"u8, 90_000);
        yield return Put("/registry/services/specs/shop/a"u8, 200);
        yield return Put("/registry/health"u8, 2);
        foreach (var key in HostileKeys)
        {
            yield return Put(key, 100);
        }

        yield return Delete("/registry/events/default/event-000"u8);
    }

    private static void Bucket(BulkLoader loader, string name, IEnumerable<(byte[] Key, byte[] Value)> pairs)
    {
        loader.BeginBucket(Encoding.ASCII.GetBytes(name), 0);
        foreach (var (key, value) in pairs)
        {
            loader.Add(key, new ValueBytes(value));
        }

        loader.EndBucket();
    }

    private static byte[] Revision(long main, bool isTombstone) =>
        [.. Number((ulong)main), (byte)'_', .. Number(0), .. isTombstone ? "t"u8 : []];

    private static byte[] Number(ulong number)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, number);
        return bytes;
    }

    private static IEnumerable<byte> Varint(long value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            yield return (byte)(value | 0x80);
        }

        yield return (byte)value;
    }

    private sealed class Memory(byte[] bytes) : IPageSource
    {
        public long Length => bytes.Length;

        public void Read(long offset, Span<byte> buffer) => bytes.AsSpan((int)offset, buffer.Length).CopyTo(buffer);

        public void WillNeed(long offset, long length)
        {
        }
    }

    private sealed class Sink : IPageSink
    {
        private readonly List<byte> _bytes = [];

        public byte[] Bytes => [.. _bytes];

        public void Append(ReadOnlySpan<byte> bytes) => _bytes.AddRange(bytes);

        public void WriteAt(long offset, ReadOnlySpan<byte> bytes)
        {
            for (var i = 0; i < bytes.Length; i++)
            {
                _bytes[(int)offset + i] = bytes[i];
            }
        }
    }
}
