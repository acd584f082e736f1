using System.Collections.Concurrent;
using EtcdDefrag.Core.Bolt;
using EtcdDefrag.Core.Offline;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace EtcdDefrag.Core.Tests.Bolt;

/// <summary>
/// Whatever the bytes are, there is a verdict, for a bounded number of bytes read and of memory taken.
/// <c>ETCD_DEFRAG_FUZZ=N</c> tries N files instead of 20,000 (test.sh: 200,000), <c>ETCD_DEFRAG_SEED=N</c> the one of that seed.
/// </summary>
public sealed class HostileFileTests(ITestOutputHelper output)
{
    private static readonly (byte[] File, int PageSize)[] Small = [.. Bases()];

    [Fact]
    public void Every_mutated_file_has_a_verdict()
    {
        var count = Number("ETCD_DEFRAG_FUZZ") ?? 20_000;
        var only = Number("ETCD_DEFRAG_SEED");
        long sound = 0, damaged = 0, unreadable = 0;
        var kinds = new ConcurrentDictionary<string, bool>();

        Parallel.For(only ?? 0, only + 1 ?? count, seed =>
        {
            var random = new Random((int)seed);
            var (file, pageSize) = Small[random.Next(Small.Length)];
            var check = Judge(Mutations.Of(file, pageSize, random), $"ETCD_DEFRAG_SEED={seed}", anyBbolt: random.Next(4) == 0);
            _ = Interlocked.Increment(ref check.IsSound ? ref sound : ref check.Meta is null ? ref unreadable : ref damaged);
            foreach (var finding in check.Findings)
            {
                _ = kinds.TryAdd(finding.Id, true);
            }
        });

        var names = string.Join(' ', kinds.Keys.Order(StringComparer.Ordinal));
        output.WriteLine($"{sound} sound, {damaged} damaged, {unreadable} without a meta page; {names}");
        if (only is null && count >= 10_000)
        {
            Assert.InRange(sound, count / 100, count);
            Assert.InRange(damaged, count / 4, count);
            string[] elsewhere =
                [FindingIds.BehindSnapshot, FindingIds.Leftovers, FindingIds.SnapshotHash, FindingIds.PageUnreadable];
            var all = typeof(FindingIds).GetFields().Select(field => (string)field.GetValue(null)!).Except(elsewhere);
            Assert.Equal([], all.Except(kinds.Keys));
        }
    }

    [Fact]
    public void So_has_every_file_with_a_leaf_that_does_not_fit_into_memory()
    {
        var large = SampleDatabase.Etcd(4096, 4, valueSize: 1_200_000);

        Parallel.For(0, 150, seed =>
        {
            var random = new Random(seed);
            var copy = large.ToArray();
            foreach (var (page, _) in large.Headers(4096).Where(page => page.Header.Pages > 1))
            {
                // Header, elements, the first key and the first fields.
                copy[(4096 * page) + random.Next(140)] = (byte)random.Next(256);
            }

            _ = Judge(copy, $"seed {seed}");
        });
    }

    [Fact]
    public void So_have_bytes_of_any_kind() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>(), bytes => !Judge(bytes, "any bytes").IsSound));

    [Fact]
    public void So_has_a_file_with_bad_sectors()
    {
        foreach (var (file, pageSize) in Small)
        {
            for (var page = 0; page < file.Length / pageSize; page++)
            {
                var source = new MemoryFile(file);
                _ = source.BadSectors.Add((page * pageSize) + 100);
                var check = Reading.Check(source, Reading.Any);

                // A bad sector where nothing is stored is no damage; each other one is named.
                var sound = Reading.Check(file, Reading.Any);
                var isNamed = check.Findings.Any(finding => finding.Id == FindingIds.PageUnreadable);
                Assert.True(
                    check.IsSound ? page < 2 || check.Hash == sound.Hash : isNamed,
                    $"page {page}: {string.Join(", ", check.Texts())}");
            }
        }
    }

    // Reads and rewrites the file as etcd's, or as anybody's. What can be rewritten is sound afterwards and holds the same.
    private static DatabaseCheck Judge(byte[] file, string name, bool anyBbolt = false)
    {
        try
        {
            return Judge(file, new CheckOptions { AnyBbolt = anyBbolt, MaxFindings = anyBbolt ? 0 : 20 });
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{name}: {e.Message}", e);
        }
    }

    private static DatabaseCheck Judge(byte[] file, CheckOptions options)
    {
        var source = new MemoryFile(file);
        var sink = new MemorySink();
        var before = GC.GetAllocatedBytesForCurrentThread();
        DatabaseCheck check;
        try
        {
            var rewrite = Reading.Rewrite(source, sink, options);
            check = rewrite.Source;
            var copy = Reading.Check(sink.ToArray(), options);
            Assert.Equal([], Verification.Compare(rewrite, copy));
        }
        catch (DamagedDatabaseException e)
        {
            check = e.Check;
            Assert.True(check.Errors > 0);
            Assert.True(options.MaxFindings == 0 || check.Findings[0].Severity == FindingSeverity.Error);
        }

        // Neither grows with what the file says, only with how long it is.
        Assert.InRange(source.BytesRead, 0, 300_000 + (40L * file.Length));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_000_000 + (12L * file.Length));
        _ = Reading.Measure(source, options);
        return check;
    }

    private static IEnumerable<(byte[] File, int PageSize)> Bases()
    {
        foreach (var pageSize in (int[])[1024, 1024, 1024, 4096])
        {
            var etcd = SampleDatabase.Etcd(pageSize, 220);
            yield return (etcd, pageSize);
            yield return (ScatteredDatabase.Of(etcd, pageSize, 1, withFreelist: false), pageSize);
            var larger = SampleDatabase.Etcd(pageSize, 60, valueSize: 700);
            yield return (ScatteredDatabase.Of(larger, pageSize, 2, withFreelist: true), pageSize);
        }

        yield return (SampleDatabase.Etcd(16384, 40), 16384);
        yield return (SampleDatabase.Etcd(65536, 10), 65536);
        yield return (SampleDatabase.Etcd(4096, 0), 4096);

        // Long keys make a deep tree of few pages; buckets lie in buckets.
        var deep = SampleDatabase.Of(1024, loader =>
        {
            for (var bucket = 0; bucket < 3; bucket++)
            {
                loader.BeginBucket([(byte)'a', (byte)bucket], 5);
                loader.BeginBucket("in"u8, 6);
                for (var i = 0; i < 40; i++)
                {
                    loader.Add(BulkLoaderTests.Pattern(250, 0, $"{i:d4}"), new ValueBytes([1, 2, 3]));
                }

                loader.EndBucket();
                loader.Add("k"u8, new ValueBytes("v"u8));
                loader.EndBucket();
            }
        });
        yield return (deep, 1024);
        yield return (ScatteredDatabase.Of(deep, 1024, 3, withFreelist: true), 1024);
    }

    private static long? Number(string variable) =>
        long.TryParse(Environment.GetEnvironmentVariable(variable), out var number) ? number : null;
}
