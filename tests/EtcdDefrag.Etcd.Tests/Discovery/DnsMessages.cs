using EtcdDefrag.Etcd.Discovery;
using FsCheck;
using FsCheck.Fluent;

namespace EtcdDefrag.Etcd.Tests.Discovery;

public sealed class DnsMessages
{
    private const ushort Id = 0x1234;
    private const string Asked = "_etcd-client._tcp.example.com";
    private static readonly byte[] Question = DnsMessage.Question(Id, Asked)!;
    private static readonly byte[] Self = DnsBytes.Pointer(12);

    [Fact]
    public void Question_is_as_the_rfc_has_it() => Assert.Equal(
        [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. "\f_etcd-client\u0004_tcp\u0007example\u0003com\0"u8, 0, 33, 0, 1],
        Question);

    [Theory]
    [InlineData("")]
    [InlineData("a..b")]
    [InlineData("k\u00e4se.example")]
    [InlineData("a123456789a123456789a123456789a123456789a123456789a123456789a123.example")]
    public void Text_that_is_no_domain_name_makes_no_question(string name) => Assert.Null(DnsMessage.Question(1, name));

    [Fact]
    public void Name_over_255_bytes_makes_no_question() => Assert.Null(DnsMessage.Question(1, string.Join('.', Enumerable.Repeat("a123456789", 24))));

    [Fact]
    public void Records_are_read_through_pointers()
    {
        var reply = Read(DnsBytes.Answer(
            Question, DnsBytes.ResponseFlags, 2, DnsBytes.Srv(Self, 1, 2, 2379, DnsBytes.Name("etcd-1.example.com")), DnsBytes.Srv(Self, 0, 0, 65535, [2, (byte)'m', (byte)'2', .. DnsBytes.Pointer(30)])));

        Assert.Equal(
            [new SrvRecord(Asked, 1, 2, 2379, "etcd-1.example.com"), new SrvRecord(Asked, 0, 0, 65535, "m2.example.com")],
            reply!.Answers);
    }

    [Fact]
    public void Other_records_are_passed_over()
    {
        byte[] text = [.. Self, 0, 16, 0, 1, 0, 0, 0, 1, 0, 3, 2, (byte)'h', (byte)'i'];

        var reply = Read(DnsBytes.Answer(Question, DnsBytes.ResponseFlags, 2, text, DnsBytes.Srv(Self, 0, 0, 1, DnsBytes.Name("m"))));

        Assert.Equal("m", Assert.IsType<SrvRecord>(Assert.Single(reply!.Answers)).Target);
    }

    [Fact]
    public void Bytes_that_no_host_name_has_are_escaped()
    {
        var reply = Read(DnsBytes.Answer(Question, DnsBytes.ResponseFlags, 1, DnsBytes.Srv(Self, 0, 0, 1, [4, (byte)'a', (byte)'.', 27, 200, 0])));

        Assert.Equal(@"a\046\027\200", ((SrvRecord)reply!.Answers[0]).Target);
    }

    public static TheoryData<string, byte[]> Broken => new()
    {
        { "nothing at all", [] },
        { "a header alone", Question[..12] },
        { "more records announced than there are", DnsBytes.Answer(Question, DnsBytes.ResponseFlags, 2, DnsBytes.Srv(Self, 0, 0, 1, DnsBytes.Name("m"))) },
        { "65535 records announced and none there", DnsBytes.Answer(Question, DnsBytes.ResponseFlags, 65535) },
        { "a record longer than the message", DnsBytes.Answer(Question, DnsBytes.ResponseFlags, 1, DnsBytes.Srv(Self, 0, 0, 1, DnsBytes.Name("m"), length: 60000)) },
        { "a record shorter than its target", DnsBytes.Answer(Question, DnsBytes.ResponseFlags, 1, DnsBytes.Srv(Self, 0, 0, 1, DnsBytes.Name("member"), length: 8)) },
        { "a record longer than its target", DnsBytes.Answer(Question, DnsBytes.ResponseFlags, 1, DnsBytes.Srv(Self, 0, 0, 1, [.. DnsBytes.Name("m"), 0, 0, 0])) },
        { "a record without a target", DnsBytes.Answer(Question, DnsBytes.ResponseFlags, 1, DnsBytes.Srv(Self, 0, 0, 1, [])) },
        { "a name that points to itself", DnsBytes.Answer(Question, DnsBytes.ResponseFlags, 1, DnsBytes.Srv(DnsBytes.Pointer(Question.Length), 0, 0, 1, DnsBytes.Name("m"))) },
        { "two names that point to each other", DnsBytes.Answer(Question, DnsBytes.ResponseFlags, 1, DnsBytes.Srv([.. DnsBytes.Pointer(Question.Length + 2), .. DnsBytes.Pointer(Question.Length)], 0, 0, 1, [0])) },
        { "a name that points ahead", DnsBytes.Answer(Question, DnsBytes.ResponseFlags, 1, DnsBytes.Srv(DnsBytes.Pointer(0x3FFF), 0, 0, 1, DnsBytes.Name("m"))) },
        { "a label that leaves the message", DnsBytes.Answer(Question, DnsBytes.ResponseFlags, 1, [63, (byte)'a']) },
        { "a label of a reserved kind", DnsBytes.Answer(Question, DnsBytes.ResponseFlags, 1, [0x80, 0, 0, 33, 0, 1, 0, 0, 0, 1, 0, 0]) },
        { "another id", DnsBytes.Answer([0, 1, .. Question[2..]], DnsBytes.ResponseFlags, 0) },
        { "another question", DnsBytes.Answer(DnsMessage.Question(Id, "_etcd-client._tcp.example.org"), DnsBytes.ResponseFlags, 0) },
        { "a question instead of an answer", Question },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void Broken_answers_are_none(string what, byte[] message)
    {
        Assert.NotEmpty(what);

        Assert.Null(Read(message));
    }

    [Fact]
    public void Name_that_grows_over_its_limit_by_pointers_is_broken()
    {
        // Each label stands before a pointer to the one before: a few bytes name thousands.
        var names = new List<byte>(DnsBytes.Name("a23456789"));
        for (var at = Question.Length; names.Count < 600; at = Question.Length + names.Count - 12)
        {
            names.AddRange([9, .. "b23456789"u8, .. DnsBytes.Pointer(at)]);
        }

        var message = DnsBytes.Answer(Question, DnsBytes.ResponseFlags, 1, [.. names]);
        var position = message.Length - 12;

        Assert.False(DnsName.TryRead(message, ref position, out _));
    }

    [Fact]
    public void Truncated_answer_says_so_even_where_its_last_record_is_cut()
    {
        var whole = DnsBytes.Answer(Question, DnsBytes.ResponseFlags | DnsBytes.Truncated, 1, DnsBytes.Srv(Self, 0, 0, 1, DnsBytes.Name("member")));

        Assert.True(Read(whole[..^3])!.Truncated);
    }

    [Fact]
    public void No_bytes_make_the_reader_throw_or_keep_more_than_a_few_times_their_size()
    {
        Prop.ForAll<byte[]>(bytes =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            _ = DnsMessage.Read(bytes, Id, Asked);
            return GC.GetAllocatedBytesForCurrentThread() - before < 100_000 + (100L * bytes.Length);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));
    }

    [Fact]
    public void No_damage_to_a_good_answer_makes_the_reader_throw()
    {
        var good = DnsBytes.Answer(
            Question,
            DnsBytes.ResponseFlags,
            3,
            DnsBytes.Alias(Self, DnsBytes.Name("_etcd._tcp.elsewhere.example")),
            DnsBytes.Srv(Self, 0, 0, 1, DnsBytes.Name("member-1.example.com")),
            DnsBytes.Srv(Self, 0, 0, 1, [8, .. "member-2"u8, .. DnsBytes.Pointer(30)]));

        Assert.Equal(3, Read(good)!.Answers.Count);
        Prop.ForAll<(int At, byte To)[], int>((changes, cut) =>
        {
            var bytes = good.AsSpan(0, good.Length - Math.Abs(cut % 20)).ToArray();
            foreach (var (at, to) in changes)
            {
                // Behind header and question, where the reader has to think.
                bytes[Question.Length + (Math.Abs(at % 100_000) % (bytes.Length - Question.Length))] = to;
            }

            var reply = DnsMessage.Read(bytes, Id, Asked);
            return reply is null || reply.Answers.Count <= 3;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));
    }

    [Fact]
    public void Full_sized_answer_of_pointers_is_read_in_a_moment()
    {
        // 64 KiB of records whose owners are as long as names can be, all through pointers.
        var longest = string.Join('.', Enumerable.Repeat("a12345678", 25));
        var records = new List<byte[]> { DnsBytes.Srv(DnsBytes.Name(longest), 0, 0, 1, [0]) };
        while (Question.Length + records.Sum(record => record.Length) < 65_000)
        {
            records.Add(DnsBytes.Srv(DnsBytes.Pointer(Question.Length), 0, 0, 1, DnsBytes.Pointer(Question.Length)));
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var reply = Read(DnsBytes.Answer(Question, DnsBytes.ResponseFlags, records.Count, [.. records]));

        Assert.Equal(records.Count, reply!.Answers.Count);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 32L * 1024 * 1024);
    }

    private static DnsReply? Read(byte[] message) => DnsMessage.Read(message, Id, Asked);
}
