using System.Globalization;
using System.Text;
using EtcdDefrag.Core.Text;

namespace EtcdDefrag.Core.Rules;

/// <summary>Strings of rules, and how messages show them.</summary>
internal static class RuleText
{
    // Chosen: enough to recognise what was typed, short enough to keep a message on its line.
    private const int LongestQuoted = 40;

    /// <summary>Text as a rule's string: one char for each byte of its UTF-8 form.</summary>
    public static string Encode(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    /// <summary>A rule's string as text; bytes that are no UTF-8 (a slice may cut a character in two) show as U+FFFD.</summary>
    public static string Decode(string bytes) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(bytes));

    /// <summary>Text in quotes, shortened, and without anything that could steer a terminal.</summary>
    public static string Quote(string text)
    {
        var shown = new StringBuilder("\"");
        var count = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (count++ == LongestQuoted)
            {
                shown.Append('…');
                break;
            }

            shown.Append(Visible(rune));
        }

        return shown.Append('"').ToString();
    }

    /// <summary>A number for messages: without exponent where that is readable.</summary>
    public static string Number(double value) =>
        Math.Abs(value) is 0 or (>= 1e-7 and < 1e21) ? RuleValue.Format(value) : value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>The character, or U+FFFD for one that can't be shown in a line.</summary>
    public static Rune Visible(Rune rune) => rune.IsBmp && Printable.Steers((char)rune.Value) ? Rune.ReplacementChar : rune;
}
