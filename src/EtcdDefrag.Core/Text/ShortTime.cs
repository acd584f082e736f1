using System.Globalization;

namespace EtcdDefrag.Core.Text;

/// <summary>Durations for people, as precise as they can use, in Go's spelling.</summary>
public static class ShortTime
{
    /// <summary>Of what was measured: <c>224ms</c>, <c>1.23s</c>, <c>12.3s</c>, <c>1m12s</c>.</summary>
    public static string Of(TimeSpan duration) => GoDuration.Format(Round(duration, duration.TotalSeconds switch
    {
        < 0.01 => 0.0001,
        < 1 => 0.001,
        < 10 => 0.01,
        < 60 => 0.1,
        _ => 1,
    }));

    /// <summary>Of what goes on: whole seconds, <c>12s</c>, <c>1m12s</c>, <c>2h3m</c>.</summary>
    public static string Seconds(TimeSpan duration)
    {
        var seconds = (long)duration.TotalSeconds;
        return seconds switch
        {
            < 60 => string.Create(CultureInfo.InvariantCulture, $"{seconds}s"),
            < 3600 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60}m{seconds % 60}s"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600}h{seconds / 60 % 60}m"),
        };
    }

    private static TimeSpan Round(TimeSpan duration, double unit) =>
        TimeSpan.FromTicks((long)Math.Round(duration.TotalSeconds / unit) * (long)(unit * TimeSpan.TicksPerSecond));
}
