using System.Globalization;

namespace EtcdDefrag.Etcd.Net;

/// <summary>How numbers are written in messages.</summary>
internal static class Spell
{
    /// <summary>A duration as an operator would write it in a flag: <c>350ms</c>, <c>2s</c>, <c>1m30s</c>.</summary>
    public static string Duration(TimeSpan duration)
    {
        var culture = CultureInfo.InvariantCulture;
        if (duration < TimeSpan.FromSeconds(1))
        {
            return ((long)Math.Max(0, duration.TotalMilliseconds)).ToString(culture) + "ms";
        }

        if (duration < TimeSpan.FromMinutes(1))
        {
            return Math.Round(duration.TotalSeconds, 1).ToString(culture) + "s";
        }

        var minutes = ((long)duration.TotalMinutes).ToString(culture) + "m";
        return duration.Seconds == 0 ? minutes : minutes + duration.Seconds.ToString(culture) + "s";
    }

    /// <summary>A moment, in UTC.</summary>
    public static string Moment(DateTime moment) => moment.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " UTC";
}
