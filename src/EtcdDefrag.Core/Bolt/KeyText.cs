using System.Globalization;
using System.Text;

namespace EtcdDefrag.Core.Bolt;

/// <summary>Keys of the file, for people.</summary>
public static class KeyText
{
    private const int Longest = 64;

    /// <summary>The key with everything that is not printable ASCII as <c>\x00</c>, cut after 64 bytes.</summary>
    public static string Of(ReadOnlySpan<byte> key)
    {
        var text = new StringBuilder();
        foreach (var next in key[..Math.Min(key.Length, Longest)])
        {
            _ = next is >= 0x20 and < 0x7F and not ((byte)'"' or (byte)'\\')
                ? text.Append((char)next)
                : text.Append(CultureInfo.InvariantCulture, $"\\x{next:x2}");
        }

        return text.Append(key.Length > Longest ? "..." : "").ToString();
    }
}
