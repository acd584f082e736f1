using System.Buffers.Binary;

namespace EtcdDefrag.Core.Inspection;

/// <summary>A 64-bit hash of a key. With a random seed nobody can choose keys that collide.</summary>
/// <remarks>The multiplication of wyhash: sixteen bytes a step.</remarks>
internal static class KeyHash
{
    private const ulong First = 0xA0761D6478BD642F;
    private const ulong Second = 0xE7037ED1A0B428DB;

    /// <summary>The hash, never 0.</summary>
    public static ulong Of(ReadOnlySpan<byte> key, ulong seed)
    {
        var length = (ulong)key.Length;
        var state = seed ^ First;
        while (key.Length > 16)
        {
            state = Mix(BinaryPrimitives.ReadUInt64LittleEndian(key) ^ Second, BinaryPrimitives.ReadUInt64LittleEndian(key[8..]) ^ state);
            key = key[16..];
        }

        var (low, high) = Rest(key);
        var hash = Mix(Second ^ length, Mix(low ^ Second, high ^ state));
        return hash == 0 ? 1 : hash;
    }

    private static (ulong Low, ulong High) Rest(ReadOnlySpan<byte> key) => key.Length switch
    {
        >= 8 => (BinaryPrimitives.ReadUInt64LittleEndian(key), BinaryPrimitives.ReadUInt64LittleEndian(key[^8..])),
        >= 4 => (BinaryPrimitives.ReadUInt32LittleEndian(key), BinaryPrimitives.ReadUInt32LittleEndian(key[^4..])),
        > 0 => (((ulong)key[0] << 16) | ((ulong)key[key.Length / 2] << 8) | key[^1], 0),
        _ => default,
    };

    private static ulong Mix(ulong left, ulong right)
    {
        var high = Math.BigMul(left, right, out var low);
        return high ^ low;
    }
}
