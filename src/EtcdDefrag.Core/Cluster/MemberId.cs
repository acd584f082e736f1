using System.Globalization;

namespace EtcdDefrag.Core.Cluster;

/// <summary>A member's id: random, unique in its cluster, never 0 for a real member. Written in lower-case
/// hexadecimal, as etcdctl does.</summary>
/// <param name="Value">The number itself.</param>
public readonly record struct MemberId(ulong Value) : IComparable<MemberId>
{
    /// <summary>No member: what Status names as the leader while there is none.</summary>
    public static MemberId None => default;

    /// <summary>Whether this is no member at all.</summary>
    public bool IsNone => Value == 0;

    /// <inheritdoc/>
    public int CompareTo(MemberId other) => Value.CompareTo(other.Value);

    /// <summary>Lower-case hexadecimal without leading zeros.</summary>
    public override string ToString() => Value.ToString("x", CultureInfo.InvariantCulture);

    /// <summary>Order by number.</summary>
    public static bool operator <(MemberId left, MemberId right) => left.CompareTo(right) < 0;

    /// <summary>Order by number.</summary>
    public static bool operator <=(MemberId left, MemberId right) => left.CompareTo(right) <= 0;

    /// <summary>Order by number.</summary>
    public static bool operator >(MemberId left, MemberId right) => left.CompareTo(right) > 0;

    /// <summary>Order by number.</summary>
    public static bool operator >=(MemberId left, MemberId right) => left.CompareTo(right) >= 0;
}
