using EtcdDefrag.Core.Fleet;
using Xunit;

namespace EtcdDefrag.Core.Tests.Fleet;

public sealed class ShardsTests
{
    private static readonly string[] Names = [.. Enumerable.Range(0, 10_000).Select(i => $"tenant-{i:0000}")];

    [Theory]
    [InlineData("tenant-0001", 0x33F43827612D4505, 1, 1, 1)]
    [InlineData("é", 0x3DB4839830611FA6, 0, 2, 5)]
    public void The_documented_vectors_hold(string name, ulong weight, int of2, int of3, int of8)
    {
        Assert.Equal(weight, Shards.Weight(0, name));
        Assert.Equal([of2, of3, of8], [Shards.Of(name, 2), Shards.Of(name, 3), Shards.Of(name, 8)]);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(50)]
    public void Every_shard_gets_its_share(int count)
    {
        var sizes = Names.CountBy(name => Shards.Of(name, count)).ToDictionary();

        Assert.Equal(Enumerable.Range(0, count), sizes.Keys.Order());
        Assert.All(sizes.Values, size => Assert.InRange(size, 0.7 * Names.Length / count, 1.3 * Names.Length / count));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(9)]
    public void One_shard_more_moves_its_own_clusters_and_no_others(int count)
    {
        var moved = Names.Where(name => Shards.Of(name, count) != Shards.Of(name, count + 1)).ToArray();

        Assert.All(moved, name => Assert.Equal(count, Shards.Of(name, count + 1)));
        Assert.InRange(moved.Length, 0.8 * Names.Length / (count + 1), 1.2 * Names.Length / (count + 1));
    }

    [Fact]
    public void A_part_of_a_time_depends_on_the_text_alone_and_lies_within()
    {
        var parts = Names.Select(name => Shards.Part(TimeSpan.FromMinutes(30), name)).ToArray();

        Assert.Equal(parts, Names.Select(name => Shards.Part(TimeSpan.FromMinutes(30), name)));
        Assert.All(parts, part => Assert.InRange(part, TimeSpan.Zero, TimeSpan.FromMinutes(30)));
        Assert.InRange(parts.Average(part => part.TotalMinutes), 14.5, 15.5);
    }
}
