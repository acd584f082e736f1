using System.Buffers.Binary;
using EtcdDefrag.Core.Bolt;
using EtcdDefrag.Core.Offline;
using Xunit;
using static EtcdDefrag.Core.Tests.Bolt.RawPages;

namespace EtcdDefrag.Core.Tests.Bolt;

/// <summary>Each kind of damage is told by its name, with the page, and nothing else is told.</summary>
public sealed class FindingTests
{
    private const int PageSize = 4096;

    // Its branch page, the second leaf below that, and the list of free pages.
    private static readonly byte[] Sound = SampleDatabase.Etcd(PageSize, 600);
    private static readonly long Branch = Sound.First(PageSize, PageKind.Branch);
    private static readonly long Leaf = (long)Child(BranchOf(Sound), 1);
    private static readonly long Freelist = (long)Sound.Meta(PageSize, 0).Freelist;

    public static TheoryData<string, FindingSeverity, long?, Action<byte[]>> Damages => new()
    {
        { FindingIds.MetaInvalid, FindingSeverity.Warning, 0, f => f.Page(PageSize, 0)[30] ^= 1 },
        { FindingIds.MetaInvalid, FindingSeverity.Warning, 1, f => f.Page(PageSize, 1)[16] ^= 1 },
        { FindingIds.PageId, FindingSeverity.Error, Leaf, f => LeafOf(f)[0] ^= 0x80 },
        { FindingIds.PageKind, FindingSeverity.Error, Leaf, f => SetFlags(LeafOf(f), 3) },
        { FindingIds.PageKind, FindingSeverity.Error, Leaf, f => SetFlags(LeafOf(f), 0x10) },
        { FindingIds.PageKind, FindingSeverity.Error, Leaf, f => Element(LeafOf(f), 3)[0] = 2 },
        { FindingIds.PageBounds, FindingSeverity.Error, Leaf, f => SetCount(LeafOf(f), 0xFFFF) },
        { FindingIds.PageBounds, FindingSeverity.Error, Leaf, f => SetCount(LeafOf(f), 0) },
        { FindingIds.PageBounds, FindingSeverity.Error, Leaf, f => SetOverflow(LeafOf(f), 0xFFFFFFFF) },
        { FindingIds.PageBounds, FindingSeverity.Error, Leaf, f => Element(LeafOf(f), 0)[7] = 1 },
        { FindingIds.PageBounds, FindingSeverity.Error, Leaf, f => Element(LeafOf(f), 2)[4] -= 1 },
        { FindingIds.PageBounds, FindingSeverity.Error, Leaf, f => Element(LeafOf(f), 5)[15] = 0xFF },
        { FindingIds.PageBounds, FindingSeverity.Error, 1L << 40, f => SetChild(BranchOf(f), 1, 1UL << 40) },
        { FindingIds.PageBounds, FindingSeverity.Error, 1, f => SetChild(BranchOf(f), 1, 1) },
        { FindingIds.PageTwice, FindingSeverity.Error, Leaf, f => SetChild(BranchOf(f), 2, (ulong)Leaf) },
        { FindingIds.PageTwice, FindingSeverity.Error, Branch, f => SetChild(BranchOf(f), 2, (ulong)Branch) },
        { FindingIds.PageTwice, FindingSeverity.Error, Leaf, f => SetOverflow(f.Page(PageSize, Leaf - 1), 1) },
        { FindingIds.KeyOrder, FindingSeverity.Error, Leaf, f => LeafKey(LeafOf(f), 4)[7] += 1 },
        { FindingIds.KeyEmpty, FindingSeverity.Error, Leaf, f => Element(LeafOf(f), 4)[8] = 0 },
        { FindingIds.KeyEmpty, FindingSeverity.Error, Leaf, f => Element(LeafOf(f), 4)[10] = 1 },
        { FindingIds.BranchKey, FindingSeverity.Error, Leaf, f => BranchKey(BranchOf(f), 1)[7] -= 1 },
        { FindingIds.OneChild, FindingSeverity.Error, Branch, f => SetCount(BranchOf(f), 1) },
        { FindingIds.RevisionKey, FindingSeverity.Error, Leaf, f => LeafKey(LeafOf(f), 3)[8] = (byte)'-' },
        { FindingIds.PageFreeInUse, FindingSeverity.Error, Leaf, f => SetFree(f, (ulong)Leaf) },
        { FindingIds.Freelist, FindingSeverity.Error, Freelist, f => SetFree(f, 1) },
        { FindingIds.PageKind, FindingSeverity.Error, Freelist, f => SetFlags(FreelistOf(f), 2) },
        { FindingIds.PageBounds, FindingSeverity.Error, Freelist, f => SetCount(FreelistOf(f), 2000) },
    };

    [Fact]
    public void A_sound_file_has_no_findings() => Assert.Equal([], Reading.Check(Sound).Texts());

    [Theory]
    [MemberData(nameof(Damages))]
    public void Damage_is_named(string id, FindingSeverity severity, long? page, Action<byte[]> damage)
    {
        var file = Sound.ToArray();
        damage(file);

        var check = Reading.Check(file);

        var finding = Assert.Single(check.Findings, finding => finding.Severity == severity && finding.Id == id);
        Assert.Equal((ulong?)page, finding.Page);
        Assert.Equal(severity == FindingSeverity.Warning, check.IsSound);
        Assert.NotEmpty(finding.Advice);
    }

    [Fact]
    public void The_walk_goes_on_behind_a_damaged_page()
    {
        var file = Sound.ToArray();
        file.Page(PageSize, Leaf)[0] ^= 0x80;
        file.Page(PageSize, Leaf + 2)[0] ^= 0x80;

        var check = Reading.Check(file);

        Assert.Equal([Leaf, Leaf + 2], check.Findings.Select(finding => (long)finding.Page!));
        Assert.All(check.Findings, finding => Assert.Equal("key", finding.Bucket));
        var lost = file.Header(PageSize, Leaf).Count + file.Header(PageSize, Leaf + 2).Count;
        Assert.Equal(600 - lost, Assert.Single(check.Buckets, bucket => bucket.Name == "key").Keys);
    }

    [Fact]
    public void All_findings_are_counted_and_some_are_kept()
    {
        var file = Sound.ToArray();
        for (var child = 0; child < file.Header(PageSize, Branch).Count; child++)
        {
            file.Page(PageSize, (long)RawPages.Child(file.Page(PageSize, Branch), child))[0] ^= 0x80;
        }

        var check = Reading.Check(file, new CheckOptions { MaxFindings = 2 });

        Assert.Equal(file.Header(PageSize, Branch).Count, check.Errors);
        Assert.Equal(2, check.Findings.Count);
    }

    [Fact]
    public void Both_meta_pages_torn_is_no_database()
    {
        var file = Sound.ToArray();
        file.Page(PageSize, 0)[16] ^= 1;
        file.Page(PageSize, 1)[16] ^= 1;

        var check = Reading.Check(file);

        Assert.Null(check.Meta);
        Assert.Equal(FindingIds.MetaInvalid, Assert.Single(check.Findings).Id);
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(4096)]
    [InlineData(8192)]
    [InlineData(16384)]
    [InlineData(65536)]
    public void The_second_meta_page_is_found_whatever_the_page_size(int pageSize)
    {
        var file = SampleDatabase.Etcd(pageSize, 100);
        file.AsSpan(0, 100).Clear();

        var check = Reading.Check(file);

        Assert.True(check.IsSound);
        Assert.Equal(pageSize, check.Meta!.PageSize);
        Assert.Equal(0UL, Assert.Single(check.Findings).Page);
    }

    [Fact]
    public void The_meta_page_of_the_later_transaction_counts()
    {
        var file = Sound.ToArray();
        (file.Meta(PageSize, 0) with { TransactionId = 8, Root = 0 }).Write(file.Page(PageSize, 0));
        (file.Meta(PageSize, 1) with { TransactionId = 9 }).Write(file.Page(PageSize, 1));

        Assert.True(Reading.Check(file).IsSound);
    }

    [Fact]
    public void A_file_that_is_cut_lacks_pages()
    {
        var check = Reading.Check(Sound[..(int)((Leaf + 1) * PageSize)]);

        string[] expected = [FindingIds.FileShort, FindingIds.Freelist, FindingIds.BucketMissing];
        Assert.All(check.Findings, finding => Assert.Contains(finding.Id, expected));
        Assert.Contains(check.Findings, finding => finding is { Id: FindingIds.FileShort, Page: null });
    }

    [Fact]
    public void A_lost_page_is_a_warning()
    {
        byte[] file = [.. Sound, .. new byte[3 * PageSize]];
        for (var page = 0; page < 2; page++)
        {
            (file.Meta(PageSize, page) with { HighWaterMark = (ulong)(file.Length / PageSize) }).Write(file.Page(PageSize, page));
        }

        var check = Reading.Check(file);

        Assert.True(check.IsSound);
        var (first, last) = (Sound.Length / PageSize, (file.Length / PageSize) - 1);
        Assert.Equal($"pages {first} to {last} are neither in use nor free", Assert.Single(check.Texts()));
    }

    [Fact]
    public void A_branch_page_that_leads_into_another_bucket_is_found()
    {
        var file = SampleDatabase.Of(PageSize, loader =>
        {
            foreach (var (name, prefix) in ((string, byte)[])[("key", 0), ("meta", (byte)'m')])
            {
                loader.BeginBucket(System.Text.Encoding.ASCII.GetBytes(name), 0);
                for (var i = 1; i < 600; i++)
                {
                    byte[] key = prefix == 0 ? SampleDatabase.Revision(i, 0) : [prefix, .. SampleDatabase.Number((ulong)i)];
                    loader.Add(key, new ValueBytes(SampleDatabase.KeyValue("k", i, new byte[20])));
                }

                loader.EndBucket();
            }
        });
        var branches = file.Headers(PageSize).Where(page => page.Header.Kind == PageKind.Branch)
            .Select(page => page.Page).ToArray();
        var last = file.Header(PageSize, branches[0]).Count - 1;
        RawPages.SetChild(file.Page(PageSize, branches[0]), last, RawPages.Child(file.Page(PageSize, branches[1]), 0));

        var check = Reading.Check(file);

        Assert.Contains(check.Findings, finding => finding.Id == FindingIds.RevisionKey);
        Assert.Contains(check.Findings, finding => finding.Id == FindingIds.PageTwice);
    }

    private static Span<byte> LeafOf(byte[] file) => file.Page(PageSize, Leaf);

    private static Span<byte> BranchOf(byte[] file) => file.Page(PageSize, Branch);

    private static Span<byte> FreelistOf(byte[] file) => file.Page(PageSize, Freelist);

    private static void SetFree(byte[] file, ulong page)
    {
        var list = FreelistOf(file);
        SetCount(list, 1);
        BinaryPrimitives.WriteUInt64LittleEndian(list[16..], page);
    }
}
