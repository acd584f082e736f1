using System.Globalization;
using System.Text;

namespace EtcdDefrag.Etcd.Discovery;

/// <summary>Domain names as they stand in DNS messages.</summary>
/// <remarks>Source: RFC 1035, sections 2.3.4, 3.1 and 4.1.4.</remarks>
internal static class DnsName
{
    private const int MaxBytes = 255;
    private const int MaxLabel = 63;
    private const int PointerBits = 0xC0;

    /// <summary>Writes a name: its labels, each after its length, and the root.</summary>
    /// <returns>False when it is no domain name: an empty or too long label, too long as a whole, or not ASCII.</returns>
    public static bool TryWrite(string name, List<byte> message)
    {
        var start = message.Count;
        foreach (var label in name.TrimEnd('.').Split('.'))
        {
            if (label.Length is 0 or > MaxLabel || !Ascii.IsValid(label))
            {
                return false;
            }

            message.Add((byte)label.Length);
            message.AddRange(Encoding.ASCII.GetBytes(label));
        }

        message.Add(0);
        return message.Count - start <= MaxBytes;
    }

    /// <summary>Reads a name and moves behind it. A pointer must lead further back than all before, so reading ends.</summary>
    /// <param name="message">The whole message: pointers lead anywhere into it.</param>
    /// <param name="position">Where the name begins; afterwards where it ends.</param>
    /// <param name="name">The name without its trailing dot; bytes that no host name has as \DDD. The root is ".".</param>
    /// <returns>False when the message is broken.</returns>
    public static bool TryRead(ReadOnlySpan<byte> message, ref int position, out string name)
    {
        name = "";
        var text = new StringBuilder();
        var at = position;
        var bytes = 1;
        var jumped = false;
        var lowest = position;
        while (true)
        {
            if (at >= message.Length)
            {
                return false;
            }

            var length = message[at];
            if (length == 0)
            {
                position = jumped ? position : at + 1;
                name = text.Length == 0 ? "." : text.ToString();
                return true;
            }

            if ((length & PointerBits) == PointerBits)
            {
                if (at + 1 >= message.Length)
                {
                    return false;
                }

                var target = ((length & ~PointerBits) << 8) | message[at + 1];
                position = jumped ? position : at + 2;
                if (target >= lowest)
                {
                    return false; // forward, or in a circle
                }

                (jumped, lowest, at) = (true, target, target);
                continue;
            }

            bytes += length + 1;
            if (length > MaxLabel || bytes > MaxBytes || at + 1 + length > message.Length)
            {
                return false;
            }

            AppendLabel(text, message.Slice(at + 1, length));
            at += length + 1;
        }
    }

    private static void AppendLabel(StringBuilder text, ReadOnlySpan<byte> label)
    {
        if (text.Length > 0)
        {
            text.Append('.');
        }

        foreach (var b in label)
        {
            if (char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-' or (byte)'_')
            {
                text.Append((char)b);
            }
            else
            {
                text.Append('\\').Append(b.ToString("d3", CultureInfo.InvariantCulture));
            }
        }
    }
}
