using EtcdDefrag.Core.Bolt;
using EtcdDefrag.Core.Offline;
using EtcdDefrag.Core.Tests.Bolt;
using Xunit;

namespace EtcdDefrag.Core.Tests.Keyspace;

/// <summary>What bbolt's check lets pass and etcd does not.</summary>
public sealed class EtcdRulesTests
{
    private static readonly byte[] Third = SampleDatabase.Revision(4, 0);

    public static TheoryData<string, byte[]> BrokenValues => new()
    {
        { "no message at all", [0xFF, 0xFF, 0xFF] },
        { "cut off", SampleDatabase.KeyValue("key", 4, new byte[50])[..20] },
        { "without a key", SampleDatabase.KeyValue("", 4, new byte[50]) },
        { "of another revision", SampleDatabase.KeyValue("key", 5, new byte[50]) },
        { "version 0", SampleDatabase.KeyValue("key", 4, [], version: 0) },
        { "more versions than revisions", SampleDatabase.KeyValue("key", 4, [], version: 4, created: 2) },
        { "created later", SampleDatabase.KeyValue("key", 4, [], created: 5) },
        { "field 0", [0x02, 0x00] },
        { "a group", [0x0A, 0x01, (byte)'k', 0x3B, 0x3C] },
        { "a number as a key", [0x08, 0x01] },
    };

    [Fact]
    public void What_etcds_keys_say_is_told()
    {
        var etcd = Reading.Check(SampleDatabase.Etcd(4096, 100)).Etcd!;

        Assert.Equal((101, 100, 10), (etcd.Revision, etcd.Revisions, etcd.Tombstones));
        Assert.Equal((1, 1), (etcd.CompactedRevision, etcd.ScheduledCompaction));
        Assert.Equal((42UL, 3UL), (etcd.ConsistentIndex, etcd.Term));
    }

    [Theory]
    [MemberData(nameof(BrokenValues))]
    public void A_value_that_etcd_would_not_write_is_an_error(string what, byte[] value)
    {
        var check = WithThird(value);

        var finding = Assert.Single(check.Findings);
        Assert.True((finding.Id, finding.Bucket, finding.Severity) == (FindingIds.KeyValue, "key", FindingSeverity.Error), what);
        Assert.Equal("\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x04_\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00", finding.Key);
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0x0A, 0x01, (byte)'k', 0x10, 0x02, 0x18, 0x04, 0x20, 0x03 })]
    [InlineData(new byte[]
    {
        0x0A, 0x01, (byte)'k', 0x10, 0x04, 0x18, 0x04, 0x20, 0x01,
        0x52, 0x02, 1, 2, 0x5D, 1, 2, 3, 4, 0x61, 1, 2, 3, 4, 5, 6, 7, 8, // fields of a later version
    })]
    public void A_value_that_it_may_write_is_none(byte[] value) =>
        Assert.Equal([], WithThird(value).Texts());

    [Fact]
    public void A_large_value_is_looked_at_too()
    {
        var sound = SampleDatabase.KeyValue("key", 4, new byte[3_000_000], lease: 7);
        byte[] broken = [.. sound[..^1], 0xFF];

        Assert.True(WithThird(sound).IsSound);
        Assert.Equal(FindingIds.KeyValue, Assert.Single(WithThird(broken).Findings).Id);
    }

    [Theory]
    [InlineData("key", FindingSeverity.Error)]
    [InlineData("meta", FindingSeverity.Error)]
    [InlineData("lease", FindingSeverity.Notice)]
    public void A_missing_bucket_is_told(string bucket, FindingSeverity severity)
    {
        var check = Reading.Check(SampleDatabase.Etcd(4096, 10, leaveOut: [bucket]));

        var finding = Assert.Single(check.Findings);
        Assert.Equal((FindingIds.BucketMissing, bucket, severity), (finding.Id, finding.Bucket, finding.Severity));
        Assert.Equal(bucket != "key", check.HasKeyBucket);
    }

    [Fact]
    public void An_unknown_bucket_is_a_warning()
    {
        var finding = Assert.Single(Reading.Check(SampleDatabase.Etcd(4096, 10, more: ["surplus"])).Findings);

        Assert.Equal((FindingIds.BucketUnknown, "surplus"), (finding.Id, finding.Bucket));
        Assert.Equal(FindingSeverity.Warning, finding.Severity);
    }

    [Fact]
    public void A_bucket_within_a_bucket_is_an_error_in_etcds_file_alone()
    {
        var file = SampleDatabase.Of(4096, loader =>
        {
            loader.BeginBucket("key"u8, 0);
            loader.BeginBucket("in"u8, 0);
            loader.EndBucket();
            loader.EndBucket();
        });

        Assert.Contains(Reading.Check(file).Findings, finding => finding is { Id: FindingIds.BucketUnknown, Bucket: "key/in" });
        Assert.True(Reading.Check(file, Reading.Any).IsSound);
    }

    [Fact]
    public void A_compaction_that_was_not_finished_is_a_notice()
    {
        var check = Reading.Check(SampleDatabase.Etcd(
            4096, 50, change: SampleDatabase.Replacing("scheduledCompactRev"u8.ToArray(), SampleDatabase.Revision(20, 0))));

        var finding = Assert.Single(check.Findings);
        Assert.Equal((FindingIds.CompactionUnfinished, FindingSeverity.Notice), (finding.Id, finding.Severity));
        Assert.Equal((1, 20), (check.Etcd!.CompactedRevision, check.Etcd.ScheduledCompaction));
    }

    [Theory]
    [InlineData(16)]
    [InlineData(19)]
    [InlineData(8)]
    public void A_key_that_is_no_revision_is_an_error(int length)
    {
        byte[] wrong = [.. Third[..8], .. "_extra-extra"u8];
        var check = Reading.Check(SampleDatabase.Etcd(
            4096, 50, change: (key, value) => (key.AsSpan().SequenceEqual(Third) ? wrong[..length] : key, value)));

        Assert.Equal(FindingIds.RevisionKey, Assert.Single(check.Findings).Id);
    }

    private static DatabaseCheck WithThird(byte[] value) =>
        Reading.Check(SampleDatabase.Etcd(4096, 9, change: SampleDatabase.Replacing(Third, value)));
}
