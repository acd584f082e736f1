using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace EtcdDefrag.Core.Bolt;

/// <summary>CRC-32C (Castagnoli), as etcd hashes with. Some 8 GB/s: the processor has an instruction for it.</summary>
public struct Crc32C : IEquatable<Crc32C>
{
    private const uint Polynomial = 0x82F63B78;

    // The running value, inverted: so that the default is the empty hash.
    private uint _state;

    /// <summary>The hash of all that was added.</summary>
    public readonly uint Value => _state;

    /// <summary>Adds bytes at the end.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        var state = ~_state;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            state = Add(state, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var last in bytes)
        {
            state = BitOperations.Crc32C(state, last);
        }

        _state = ~state;
    }

    /// <summary>Adds bytes of which only the hash is known.</summary>
    /// <param name="hash">Their hash.</param>
    /// <param name="length">How many there are.</param>
    public void Add(uint hash, long length) => _state = Multiply(PowerOfX(8 * length), _state) ^ hash;

    /// <inheritdoc/>
    public readonly bool Equals(Crc32C other) => _state == other._state;

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is Crc32C other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => (int)_state;

    /// <summary>Whether both are the hash of the same bytes, as far as 32 bits tell.</summary>
    public static bool operator ==(Crc32C left, Crc32C right) => left.Equals(right);

    /// <summary>The opposite.</summary>
    public static bool operator !=(Crc32C left, Crc32C right) => !left.Equals(right);

    // BitOperations alone, compiled ahead of time for any processor, would compute it without the processor's instruction.
    private static uint Add(uint state, ulong bytes) =>
        Sse42.X64.IsSupported ? (uint)Sse42.X64.Crc32(state, bytes)
        : Crc32.Arm64.IsSupported ? Crc32.Arm64.ComputeCrc32C(state, bytes)
        : BitOperations.Crc32C(state, bytes);

    // x to the power of n modulo the polynomial; bit 31 is x^0.
    private static uint PowerOfX(long n)
    {
        var result = 1u << 31;
        for (var square = 1u << 30; n > 0; n >>= 1)
        {
            if ((n & 1) != 0)
            {
                result = Multiply(square, result);
            }

            square = Multiply(square, square);
        }

        return result;
    }

    private static uint Multiply(uint left, uint right)
    {
        var product = 0u;
        for (var bit = 1u << 31; bit != 0; bit >>= 1)
        {
            if ((left & bit) != 0)
            {
                product ^= right;
            }

            right = (right & 1) != 0 ? (right >> 1) ^ Polynomial : right >> 1;
        }

        return product;
    }
}
