using System.Globalization;

namespace EtcdDefrag.Core.Cluster;

/// <summary>A cluster's id, the same in every answer of all its members. Written in lower-case hexadecimal.</summary>
/// <param name="Value">The number itself.</param>
public readonly record struct ClusterId(ulong Value)
{
    /// <summary>Lower-case hexadecimal without leading zeros.</summary>
    public override string ToString() => Value.ToString("x", CultureInfo.InvariantCulture);
}
