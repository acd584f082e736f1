using System.Text;
using EtcdDefrag.Core.Bolt;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace EtcdDefrag.Core.Tests.Bolt;

/// <summary>What the loader writes can be read again, and keeps the rules that etcd lives by.</summary>
public sealed class BulkLoaderTests
{
    private static readonly Config Some = Config.QuickThrowOnFailure.WithMaxTest(200).WithEndSize(200);

    private static readonly Gen<byte[]> Keys = Gen.OneOf(
        Gen.Choose(1, 40).SelectMany(length => Gen.Choose(0, 255).Select(n => (byte)n).ArrayOf(length)),
        Gen.Choose(300, 3000).Select(length => Pattern(length, length)));

    private static readonly Gen<byte[]> Values = Gen.OneOf(
        Gen.Choose(0, 60).Select(length => Pattern(length, length)),
        Gen.Choose(0, 3).SelectMany(
            pages => Gen.Choose(-40, 40).Select(more => Pattern(Math.Max(0, (pages * 1024) + more), more))),
        Gen.Choose(5000, 30_000).Select(length => Pattern(length, length)));

    private static readonly Gen<(byte[] Key, byte[] Value)[]> Pairs =
        Keys.SelectMany(key => Values.Select(value => (key, value))).ArrayOf().Select(pairs => pairs
            .DistinctBy(pair => Convert.ToHexString(pair.key))
            .OrderBy(pair => Convert.ToHexString(pair.key), StringComparer.Ordinal)
            .ToArray());

    [Fact]
    public void Any_ordered_pairs_are_read_again() => Check.One(Some, Prop.ForAll(
        Pairs.ToArbitrary(), Gen.Elements(1024, 4096, 16384, 65536).ToArbitrary(), (pairs, pageSize) =>
        {
            var file = SampleDatabase.Of(pageSize, pairs, sequence: 7);

            return KeepsTheRules(file, pageSize)
                && Walked.Of(file).SequenceEqual(["b 7", .. pairs.Select(pair => Walked.Pair(pair.Key, pair.Value)), "end"]);
        }));

    // The single child is a matter of counting: with a value that fills a page, there are as many leaves as keys.
    [Fact]
    public void Every_number_of_children_keeps_the_rules()
    {
        var pairs = Enumerable.Range(0, 2000).Select(i => (Key: Pattern(110, 0, $"{i:d6}"), Value: Pattern(870, i))).ToArray();
        var shapes = new HashSet<int>();
        for (var count = 0; count <= pairs.Length; count++)
        {
            var file = SampleDatabase.Of(1024, pairs.Take(count));

            Assert.True(KeepsTheRules(file, 1024), $"{count} leaves");
            _ = shapes.Add(file.Headers(1024).Count(page => page.Header.Kind == PageKind.Branch));
        }

        Assert.Contains(0, shapes);
        Assert.True(shapes.Max() > 200, "the trees have too few branch pages to say anything");
    }

    [Fact]
    public void A_small_bucket_lies_within_its_parent_as_bbolt_writes_it()
    {
        // A quarter of a page: header 16, element 16, key and value.
        var inline = SampleDatabase.Of(4096, [("k"u8.ToArray(), new byte[1024 - 33])]);
        var tree = SampleDatabase.Of(4096, [("k"u8.ToArray(), new byte[1024 - 32])]);

        Assert.Equal(1, inline.Headers(4096).Count(page => page.Header.Kind == PageKind.Leaf));
        Assert.Equal(2, tree.Headers(4096).Count(page => page.Header.Kind == PageKind.Leaf));
    }

    [Theory]
    [InlineData(5200, 4096)]
    [InlineData(5000, 4096)]
    [InlineData(180, 4096)]
    [InlineData(2100, 4096)]
    [InlineData(1_000_000, 4096)]
    [InlineData(40_000, 65536)]
    public void Little_is_wasted(int valueSize, int pageSize)
    {
        var count = Math.Clamp(8_000_000 / valueSize, 50, 5000);
        var pairs = Enumerable.Range(0, count).Select(i => (SampleDatabase.Revision(i, 0), new byte[valueSize]));
        var file = SampleDatabase.Of(pageSize, pairs);

        Assert.InRange(file.Length, 0, 1.07 * count * (valueSize + 33));
    }

    [Fact]
    public void A_value_that_is_not_in_memory_is_read_in_pieces()
    {
        var value = Pattern(3_000_001, 5);
        var source = new MemoryFile(value);
        var scratch = new byte[1000];
        var file = SampleDatabase.Of(4096, loader =>
        {
            loader.BeginBucket("b"u8, 0);
            loader.Add("a"u8, new ValueBytes("small"u8));
            loader.Add("k"u8, new ValueBytes(source, 1, value.Length - 1, scratch));
            loader.Add("l"u8, new ValueBytes(source, 0, 900, scratch));
            loader.EndBucket();
        });

        Assert.Equal(
            ["b 0", Walked.Pair("a", "small"u8), Walked.Pair("k", value.AsSpan(1)), Walked.Pair("l", value.AsSpan(0, 900)), "end"],
            Walked.Of(file));
    }

    [Fact]
    public void Buckets_within_buckets_keep_their_place_and_sequences()
    {
        var file = SampleDatabase.Of(4096, rootSequence: 9, fill: loader =>
        {
            loader.BeginBucket("a"u8, 1);
            loader.Add("k1"u8, new ValueBytes("v1"u8));
            loader.BeginBucket("k2"u8, 2);
            loader.BeginBucket("deep"u8, 3);
            loader.Add("x"u8, new ValueBytes(new byte[5000]));
            loader.EndBucket();
            loader.EndBucket();
            loader.Add("k3"u8, new ValueBytes([]));
            loader.EndBucket();
            loader.BeginBucket("b"u8, 0);
            loader.EndBucket();
        });

        Assert.Equal(
            [
                "a 1", Walked.Pair("k1", "v1"u8), "a/k2 2", "a/k2/deep 3", Walked.Pair("x", new byte[5000]), "end", "end",
                Walked.Pair("k3", []), "end", "b 0", "end",
            ],
            Walked.Of(file));
        Assert.Equal(9UL, file.Meta(4096, 0).Sequence);
    }

    internal static byte[] Pattern(int length, int seed, string begin = "")
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++)
        {
            bytes[i] = i < begin.Length ? (byte)begin[i] : (byte)((i * 31) + seed);
        }

        return bytes;
    }

    // Looks at the pages itself: the reader under test may share a mistake with the loader.
    private static bool KeepsTheRules(byte[] file, int pageSize)
    {
        var pages = file.Headers(pageSize).ToArray();
        var check = Reading.Check(file, Reading.Any);
        Assert.Equal([], check.Texts());
        return pages.Length >= 4
            && pages.All(page => page.Header.Id == (ulong)page.Page && page.Header.Kind != PageKind.Unknown)
            && pages.Where(page => page.Header.Kind == PageKind.Branch).All(page => page.Header.Count >= 2)
            && pages.Sum(page => page.Header.Pages) == file.Length / pageSize
            && pages.Count(page => page.Header.Kind == PageKind.Freelist) == 1
            && check.Pages is { Free: 0 } counts && counts.Total == file.Length / pageSize;
    }
}

/// <summary>What a walk tells of a file, one line each.</summary>
internal sealed class Walked : IBucketVisitor
{
    private readonly List<string> _lines = [];

    public static List<string> Of(byte[] file)
    {
        var walked = new Walked();
        var findings = new FindingList(10);
        DatabaseWalk.Run(BoltFile.Open(new MemoryFile(file), findings)!, walked);
        Assert.Empty(findings.Kept);
        return walked._lines;
    }

    public static string Pair(string key, ReadOnlySpan<byte> value) => Pair(Encoding.UTF8.GetBytes(key), value);

    public static string Pair(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var crc = default(Crc32C);
        crc.Add(value);
        return $"{Convert.ToHexString(key)} {value.Length} {crc.Value:x8}";
    }

    public void BeginBucket(ReadOnlySpan<byte> name, string path, ulong sequence) => _lines.Add($"{path} {sequence}");

    public void Pair(ReadOnlySpan<byte> key, ValueBytes value, ulong page)
    {
        var crc = default(Crc32C);
        for (long at = 0; at < value.Length;)
        {
            var piece = value.Piece(at);
            crc.Add(piece);
            at += piece.Length;
        }

        _lines.Add($"{Convert.ToHexString(key)} {value.Length} {crc.Value:x8}");
    }

    public void EndBucket() => _lines.Add("end");
}
