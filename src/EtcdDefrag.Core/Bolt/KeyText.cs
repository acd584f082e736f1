using System.Globalization;
using System.Text;

namespace EtcdDefrag.Core.Bolt;

/// <summary>Keys of the file, for people.</summary>
public static class KeyText
{
    private const int Longest = 64;

    /// <summary>The key with everything that is not printable ASCII as <c>\x00</c>, and so quotes and backslashes, cut.</summary>
    /// <param name="key">The key.</param>
    /// <param name="longest">How many of its bytes are shown.</param>
    public static string Of(ReadOnlySpan<byte> key, int longest = Longest)
    {
        var text = new StringBuilder();
        foreach (var next in key[..Math.Min(key.Length, longest)])
        {
            _ = next is >= 0x20 and < 0x7F and not ((byte)'"' or (byte)'\\')
                ? text.Append((char)next)
                : text.Append(CultureInfo.InvariantCulture, $"\\x{next:x2}");
        }

        return text.Append(key.Length > longest ? "..." : "").ToString();
    }

    /// <summary>The key that such a text stands for. A backslash without <c>x</c> and two digits behind it is itself.</summary>
    public static byte[] Parse(string text)
    {
        var key = new List<byte>();
        for (var i = 0; i < text.Length;)
        {
            if (text[i] == '\\' && i + 4 <= text.Length && text[i + 1] == 'x'
                && byte.TryParse(text.AsSpan(i + 2, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
                    out var escaped))
            {
                key.Add(escaped);
                i += 4;
                continue;
            }

            var length = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]) ? 2 : 1;
            key.AddRange(Encoding.UTF8.GetBytes(text.Substring(i, length)));
            i += length;
        }

        return [.. key];
    }
}
