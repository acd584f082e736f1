using System.Globalization;

namespace EtcdDefrag.Core.Cluster;

/// <summary>A number of bytes.</summary>
/// <param name="Bytes">The number; may be negative where etcd says so (a disabled quota).</param>
public readonly record struct ByteSize(long Bytes) : IComparable<ByteSize>
{
    /// <inheritdoc/>
    public int CompareTo(ByteSize other) => Bytes.CompareTo(other.Bytes);

    /// <summary>The plain number of bytes, as the original prints sizes.</summary>
    public override string ToString() => Bytes.ToString(CultureInfo.InvariantCulture);

    /// <summary>Order by size.</summary>
    public static bool operator <(ByteSize left, ByteSize right) => left.CompareTo(right) < 0;

    /// <summary>Order by size.</summary>
    public static bool operator <=(ByteSize left, ByteSize right) => left.CompareTo(right) <= 0;

    /// <summary>Order by size.</summary>
    public static bool operator >(ByteSize left, ByteSize right) => left.CompareTo(right) > 0;

    /// <summary>Order by size.</summary>
    public static bool operator >=(ByteSize left, ByteSize right) => left.CompareTo(right) >= 0;
}
