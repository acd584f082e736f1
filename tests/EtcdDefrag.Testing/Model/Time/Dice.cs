namespace EtcdDefrag.Testing.Model.Time;

/// <summary>Randomness that is the same on every machine and every runtime: SplitMix64.</summary>
public sealed class Dice(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A number in [0, 1).</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1ul << 53));

    /// <summary>A number in [from, to).</summary>
    public int Between(int from, int to) => from + (int)(Next() % (ulong)(to - from));

    /// <summary>A number in [from, to).</summary>
    public double Between(double from, double to) => from + ((to - from) * NextDouble());

    public TimeSpan Between(TimeSpan from, TimeSpan to) => from + TimeSpan.FromTicks((long)((to - from).Ticks * NextDouble()));

    public TimeSpan Seconds(double from, double to) => TimeSpan.FromTicks((long)(Between(from, to) * TimeSpan.TicksPerSecond));

    public bool Chance(double probability) => NextDouble() < probability;

    public T Pick<T>(IReadOnlyList<T> items) => items[Between(0, items.Count)];

    /// <summary>Another source, independent of how often this one is asked later.</summary>
    public Dice Fork() => new(Next());
}
