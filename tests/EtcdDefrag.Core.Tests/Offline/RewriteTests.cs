using EtcdDefrag.Core.Bolt;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Offline;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Core.Rules;
using EtcdDefrag.Core.Tests.Bolt;
using Xunit;

namespace EtcdDefrag.Core.Tests.Offline;

public sealed class RewriteTests
{
    public static TheoryData<int, int, int, bool> Shapes
    {
        get
        {
            var shapes = new TheoryData<int, int, int, bool>();
            foreach (var pageSize in (int[])[1024, 4096, 16384, 65536])
            {
                (int Revisions, int ValueSize)[] contents =
                    [(0, 0), (1, 1), (700, 0), (700, 100), (150, 2100), (100, 5200), (6, 300_000), (3, 1_500_000)];
                foreach (var (revisions, valueSize) in contents)
                {
                    shapes.Add(pageSize, revisions, valueSize, false);
                    shapes.Add(pageSize, revisions, valueSize, true);
                }
            }

            return shapes;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_scattered_file_becomes_a_dense_one_with_the_same_content(
        int pageSize, int revisions, int valueSize, bool withFreelist)
    {
        var scattered = ScatteredDatabase.Of(SampleDatabase.Etcd(pageSize, revisions, valueSize), pageSize, 11, withFreelist);
        var sizes = Reading.Measure(new MemoryFile(scattered))!;
        var sink = new MemorySink();

        var rewrite = Reading.Rewrite(scattered, sink);

        var file = sink.ToArray();
        Assert.Equal(rewrite.Bytes, file.Length);
        Assert.Equal([], Verification.Compare(rewrite, Reading.Check(file)));
        Assert.Equal(Walked.Of(scattered), Walked.Of(file));
        Assert.Equal(pageSize, file.Meta(pageSize, 0).PageSize);
        Assert.InRange(file.Length, 0, scattered.Length + (2 * pageSize));

        // Known beforehand without reading the values.
        Assert.Equal(rewrite.Source.Pages.InUse * pageSize, sizes.InUse.Bytes);
        Assert.InRange(file.Length, 0, sizes.Needed.Bytes);
    }

    [Fact]
    public void A_rewrite_of_a_rewrite_changes_nothing()
    {
        var first = new MemorySink();
        var second = new MemorySink();
        _ = Reading.Rewrite(ScatteredDatabase.Of(SampleDatabase.Etcd(4096, 700, 3000), 4096, 5, true), first);
        _ = Reading.Rewrite(first.ToArray(), second);

        Assert.Equal(first.ToArray(), second.ToArray());
    }

    [Fact]
    public void Damage_is_thrown_with_all_findings()
    {
        var file = SampleDatabase.Etcd(4096, 600);
        var branch = file.First(4096, PageKind.Branch);
        file.Page(4096, (long)RawPages.Child(file.Page(4096, branch), 1))[0] ^= 0x80;
        file.Page(4096, (long)RawPages.Child(file.Page(4096, branch), 3))[0] ^= 0x80;

        var damaged = Assert.Throws<DamagedDatabaseException>(() => Reading.Rewrite(file));

        Assert.Equal(2, damaged.Check.Errors);
        Assert.Equal(damaged.Check.Findings[0].Text, damaged.Message);
    }

    [Fact]
    public void What_the_new_file_lacks_is_told()
    {
        var rewrite = Reading.Rewrite(SampleDatabase.Etcd(4096, 50));

        string Differences(byte[] file) => string.Join('\n', Verification.Compare(rewrite, Reading.Check(file)));

        Assert.Equal("", Differences(SampleDatabase.Etcd(4096, 50)));
        Assert.Contains("bucket key had 50 keys", Differences(SampleDatabase.Etcd(4096, 49)), StringComparison.Ordinal);
        var without = Differences(SampleDatabase.Etcd(4096, 50, leaveOut: ["lease"]));
        Assert.Contains("the number of buckets is 9 instead of 10", without, StringComparison.Ordinal);
        var changed = Differences(SampleDatabase.Etcd(4096, 50, change: (key, value) => (key, [.. value[..^1], 9])));
        Assert.Contains("the hash of the content", changed, StringComparison.Ordinal);
        var larger = Differences(SampleDatabase.Etcd(16384, 50));
        Assert.Contains("the page size is 16384 instead of 4096", larger, StringComparison.Ordinal);
        var cut = Differences(SampleDatabase.Etcd(4096, 50)[..8192]);
        Assert.Contains("the new file is damaged", cut, StringComparison.Ordinal);
    }

    [Fact]
    public void A_moved_border_between_key_and_value_is_told()
    {
        (byte[] Key, byte[] Value)[] pairs = [("ab"u8.ToArray(), "c"u8.ToArray())];
        (byte[] Key, byte[] Value)[] moved = [("a"u8.ToArray(), "bc"u8.ToArray())];
        var rewrite = Reading.Rewrite(SampleDatabase.Of(4096, pairs), options: Reading.Any);

        Assert.NotEmpty(Verification.Compare(rewrite, Reading.Check(SampleDatabase.Of(4096, moved), Reading.Any)));
        Assert.NotEmpty(Verification.Compare(rewrite, Reading.Check(SampleDatabase.Of(4096, pairs, sequence: 1), Reading.Any)));
    }

    [Fact]
    public void Progress_is_told_and_a_stop_ends_the_pass()
    {
        var file = SampleDatabase.Etcd(4096, 4000, 5000);
        using var stop = new CancellationTokenSource();
        List<ReadProgress> told = [];

        Assert.Throws<OperationCanceledException>(
            () => Rewrite.Run(new MemoryFile(file), new MemorySink(), Reading.Etcd, Tell, stop.Token));

        void Tell(ReadProgress progress)
        {
            told.Add(progress);
            if (told.Count == 2)
            {
                stop.Cancel();
            }
        }

        Assert.Equal(2, told.Count);
        Assert.True(told[0].PagesRead < told[1].PagesRead && told[1].PagesRead < told[1].PagesInUse);
        Assert.True(told[0].BytesWritten < told[1].BytesWritten);
    }

    [Theory]
    [InlineData(100, 60, null, 0, null, "rewritten")]
    [InlineData(100, 60, "dbSizeFree > 30", 0, null, "rewritten")]
    [InlineData(100, 60, "dbSizeFree > 50", 0, null, "rule is false")]
    [InlineData(100, 60, "dbQuotaUsage > 0.05", 0, null, "rewritten")]
    [InlineData(100, 60, null, 41, null, "below min reclaim")]
    [InlineData(100, 60, null, 40, null, "rewritten")]
    [InlineData(100, 60, null, 0, 50L, "no room")]
    [InlineData(100, 60, "dbSizeFree > 50", 0, 50L, "rule is false")]
    [InlineData(100, 60, null, 0, 1L << 40, "rewritten")]
    [InlineData(100, 60, "dbSize / 0 > 1", 0, null, "undecidable")]
    public void The_plan_follows_from_the_numbers(int size, int inUse, string? text, int minReclaim, long? room, string expected)
    {
        DefragRule? rule = null;
        RuleError? error = null;
        Assert.True(text is null || DefragRule.TryParse(text, out rule, out error), error?.ToString());
        var sizes = new OfflineSizes(new ByteSize(size), new ByteSize(inUse));

        var quota = new Quota(new ByteSize(1000), QuotaSource.Flag);
        ByteSize? available = room is { } bytes ? new ByteSize(bytes) : null;
        var plan = OfflinePlan.Decide(sizes, quota, rule, new ByteSize(minReclaim), available);

        Assert.Equal(expected, plan switch
        {
            OfflinePlan.Rewritten => "rewritten",
            OfflinePlan.Skipped { Reason: SkipReason.RuleIsFalse } => "rule is false",
            OfflinePlan.Skipped { Reason: SkipReason.BelowMinReclaim } => "below min reclaim",
            OfflinePlan.NoRoom { Needed: var needed } when needed == sizes.Needed => "no room",
            OfflinePlan.Undecidable => "undecidable",
            _ => "?",
        });
    }
}
