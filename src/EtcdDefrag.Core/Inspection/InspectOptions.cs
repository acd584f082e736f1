namespace EtcdDefrag.Core.Inspection;

/// <summary>What is looked at, and how much of it is kept.</summary>
public sealed record InspectOptions
{
    /// <summary>The most keys in a list. Chosen: what fits a screen.</summary>
    public const int MostTopKeys = 10;

    /// <summary>The largest depth that can be asked for.</summary>
    public const int MostDepth = PrefixTree.MostLevels;

    private const int UsualLevels = 4;

    /// <summary>Only keys with this prefix are grouped and listed; empty: all.</summary>
    public ReadOnlyMemory<byte> Prefix { get; init; }

    /// <summary>How many steps of the keys are told apart; null: as many as show most.</summary>
    public int? Depth { get; init; }

    /// <summary>How many prefixes are listed; 0: all.</summary>
    public int Top { get; init; } = 20;

    /// <summary>How many keys are in each of the lists of keys.</summary>
    public int TopKeys { get; init; } = MostTopKeys;

    /// <summary>What the prefixes are sorted by.</summary>
    public PrefixOrder Order { get; init; }

    /// <summary>Whether etcd's HashKV is computed: the key bucket is read a second time.</summary>
    public bool HashKv { get; init; }

    /// <summary>For the hashes of keys: a random number.</summary>
    public ulong Seed { get; init; }

    internal int Levels => Depth ?? UsualLevels;
}

/// <summary>What prefixes are sorted by, the largest first.</summary>
public enum PrefixOrder
{
    /// <summary>Live and old bytes.</summary>
    Size,

    /// <summary>Live bytes.</summary>
    Live,

    /// <summary>Old bytes.</summary>
    Old,

    /// <summary>Live keys.</summary>
    Keys,

    /// <summary>Bytes of the largest value.</summary>
    Largest,
}
