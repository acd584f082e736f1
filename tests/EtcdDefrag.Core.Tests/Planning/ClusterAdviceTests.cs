using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Planning;
using Xunit;

namespace EtcdDefrag.Core.Tests.Planning;

public sealed class ClusterAdviceTests
{
    private const long MiB = 1L << 20;

    /// <summary>Sizes in MiB: each member's file, what of it is in use, its quota (0: none); whether NOSPACE is active.</summary>
    public static TheoryData<int[], bool, string, string> Table => new()
    {
        { [2970, 819, 8192], false, "defragment", "2.1 GiB of 2.9 GiB are free: a defragmentation gives them back" },
        { [1986, 1946, 2048], false, "full-of-data", "full: 1.9 GiB of 2 GiB are in use, a defragmentation now gives back 40 MiB; compaction may free more, and a run compacts first; inspect says what fills it; else delete keys or raise the quota" },
        { [2048, 2000, 2048], true, "full-of-data", "full: 2 GiB of 2 GiB are in use, a defragmentation now gives back 48 MiB; compaction may free more, and a run compacts first; inspect says what fills it; else delete keys or raise the quota" },
        { [900, 800, 2048], true, "clear-alarm", "NOSPACE is active although every member is below 50 % of its quota: clear it with --auto-disalarm" },
        { [900, 800, 2048, 1100, 800, 2048], true, "defragment", "400 MiB of 2 GiB are free: a defragmentation gives them back; --auto-disalarm clears NOSPACE then" },
        { [900, 800, 0], true, "defragment", "100 MiB of 900 MiB are free: a defragmentation gives them back; --auto-disalarm clears NOSPACE then" },
        { [1700, 1600, 2048], false, "nothing", "nothing to do by the current sizes: 1.6 GiB in use, 100 MiB free; compaction may free more" },
        { [1700, 1500, 2048], false, "defragment", "200 MiB of 1.7 GiB are free: a defragmentation gives them back" },
        { [100, 10, 2048], false, "nothing", "nothing to do by the current sizes: 10 MiB in use, 90 MiB free; compaction may free more" },
        { [100, 10, 2048, 100, 10, 2048, 100, 10, 2048], false, "defragment", "270 MiB of 300 MiB are free: a defragmentation gives them back" },
        { [9000, 8900, 0], false, "nothing", "nothing to do by the current sizes: 8.7 GiB in use, 100 MiB free; compaction may free more" },
        { [90, 80, 2048], false, "nothing", "nothing to do: 80 MiB in use, 10 MiB free" },
        { [0, 0, 2048], false, "nothing", "nothing to do: 0 B in use, 0 B free" },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void It_says_what_the_sizes_mean(int[] members, bool isOutOfSpace, string id, string text)
    {
        var advice = ClusterAdvice.Of([.. members.Chunk(3).Select(one => (Size(one[0]), Size(one[1]), one[2] == 0 ? (ByteSize?)null : Size(one[2])))], isOutOfSpace)!;

        Assert.Equal((id, text), (advice.Id, advice.Text));
    }

    [Theory]
    [InlineData(0, true, "undecided", "not decided: 80 MiB in use, 10 MiB free; compaction may free more, and a run decides after it")]
    [InlineData(1, false, "incomplete", "not known: 1 member(s) did not answer; the others have 80 MiB in use, 10 MiB free")]
    public void What_is_not_known_is_never_called_nothing_to_do(int silent, bool isUndecided, string id, string text)
    {
        var advice = ClusterAdvice.Of([(Size(90), Size(80), Size(2048))], isOutOfSpace: false, silent, isUndecided)!;

        Assert.Equal((id, text), (advice.Id, advice.Text));
    }

    [Fact]
    public void Without_any_member_there_is_none() => Assert.Null(ClusterAdvice.Of([], isOutOfSpace: true));

    private static ByteSize Size(int mib) => new(mib * MiB);
}
