using System.Globalization;
using System.Text;
using EtcdDefrag.Core.Text;

namespace EtcdDefrag.Core.Fleet;

/// <summary>Divides names among shards by rendezvous hashing: with one shard more, only the clusters that it takes over move. docs/fleet.md has test vectors.</summary>
public static class Shards
{
    /// <summary>The shard of a name.</summary>
    /// <param name="name">The cluster's name.</param>
    /// <param name="count">How many shards there are, 1 or more.</param>
    /// <returns>0 to <paramref name="count"/> - 1.</returns>
    public static int Of(string name, int count) => Enumerable.Range(0, count).MaxBy(shard => Weight(shard, name));

    /// <summary>A part of a time that depends on a text alone.</summary>
    public static TimeSpan Part(TimeSpan whole, string text) => whole * (Mix(Fnv1a.Hash(Encoding.UTF8.GetBytes(text))) / (double)ulong.MaxValue);

    /// <summary>How much a shard wants a name; the greatest has it.</summary>
    public static ulong Weight(int shard, string name) =>
        Mix(Fnv1a.Hash(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{shard}/{name}"))));

    /// <summary>FNV's upper bits hardly depend on the last letters; after this all bits do.</summary>
    /// <remarks>Source: MurmurHash3, fmix64.</remarks>
    private static ulong Mix(ulong hash)
    {
        unchecked
        {
            hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCD;
            hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53;
            return hash ^ (hash >> 33);
        }
    }
}
