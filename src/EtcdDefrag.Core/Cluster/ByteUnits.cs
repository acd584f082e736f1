namespace EtcdDefrag.Core.Cluster;

/// <summary>The suffixes that sizes take, on the command line and in rules. Upper and lower case mean the same.</summary>
public static class ByteUnits
{
    /// <summary>Every suffix with its factor in bytes.</summary>
    /// <remarks>
    /// A letter alone counts in 1024s: it is what etcd's own sizes (2 GiB quota, 1.5 MiB requests) are made of.
    /// Who wants 1000s writes the B after it, who wants no doubt writes the i.
    /// </remarks>
    public static IReadOnlyList<(string Suffix, long Factor)> All { get; } =
    [
        ("B", 1),
        ("K", 1L << 10), ("KB", 1_000), ("KiB", 1L << 10),
        ("M", 1L << 20), ("MB", 1_000_000), ("MiB", 1L << 20),
        ("G", 1L << 30), ("GB", 1_000_000_000), ("GiB", 1L << 30),
        ("T", 1L << 40), ("TB", 1_000_000_000_000), ("TiB", 1L << 40),
    ];

    /// <summary>The suffixes as messages list them.</summary>
    public const string Valid = "B, K, M, G, T (1024 each), KB, MB, GB, TB (1000) or KiB, MiB, GiB, TiB (1024)";

    /// <summary>The factor of a suffix, in bytes; 0 when there is no such suffix.</summary>
    public static long FactorOf(ReadOnlySpan<char> suffix)
    {
        foreach (var (known, factor) in All)
        {
            if (suffix.Equals(known, StringComparison.OrdinalIgnoreCase))
            {
                return factor;
            }
        }

        return 0;
    }
}
