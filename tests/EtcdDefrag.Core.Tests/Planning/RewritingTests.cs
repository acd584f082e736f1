using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Planning;
using Xunit;

namespace EtcdDefrag.Core.Tests.Planning;

public class RewritingTests
{
    [Theory]
    [InlineData(100, 40, 45, 40, true)] // shrunk
    [InlineData(100, 40, 100, 40, false)] // as large as before, and as much of it is free
    [InlineData(100, 40, 120, 45, false)]
    [InlineData(100, 80, 101, 98, true)] // filled again by what piled up while it was blocked
    [InlineData(100, 99, 100, 99, true)] // there was nothing to give
    [InlineData(100, 99, 103, 99, true)]
    [InlineData(100, 87, 100, 87, false)] // the least that counts: an eighth of what is in use and a megabyte
    public void A_confirmed_defragmentation_is_borne_out_by_a_file_that_shrank_or_has_little_free(int before, int inUseBefore, int after, int inUseAfter, bool expected) =>
        Assert.Equal(expected, Rewriting.IsConfirmed(Status(before, inUseBefore), Status(after, inUseAfter)));

    private static MemberStatus Status(int size, int inUse) => Snapshots.Status(1) with { DbSize = new ByteSize((long)size << 20), DbSizeInUse = new ByteSize((long)inUse << 20) };
}
