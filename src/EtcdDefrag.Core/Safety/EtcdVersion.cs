using System.Globalization;

namespace EtcdDefrag.Core.Safety;

/// <summary>An etcd version, as far as known faults depend on it.</summary>
/// <param name="Major">First number.</param>
/// <param name="Minor">Second number.</param>
/// <param name="Patch">Third number.</param>
public readonly record struct EtcdVersion(int Major, int Minor, int Patch)
{
    /// <summary>Reads <c>3.5.16</c>, also with a suffix such as <c>-rc.0</c> or <c>+git</c>.</summary>
    /// <returns>The version, or null when the text has no three numbers.</returns>
    public static EtcdVersion? TryParse(string text)
    {
        var end = text.AsSpan().IndexOfAny('-', '+');
        var parts = (end < 0 ? text : text[..end]).Split('.');
        return parts.Length == 3
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var minor)
            && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var patch)
            ? new EtcdVersion(major, minor, patch)
            : null;
    }

    /// <summary>Whether this is a release of the line <paramref name="major"/>.<paramref name="minor"/>
    /// older than the patch.</summary>
    public bool IsOlderInLine(int major, int minor, int patch) => Major == major && Minor == minor && Patch < patch;
}
