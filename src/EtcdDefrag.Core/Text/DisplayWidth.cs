using System.Globalization;
using System.Text;

namespace EtcdDefrag.Core.Text;

/// <summary>How many cells of a terminal a character takes.</summary>
public static class DisplayWidth
{
    // Blocks that terminals draw two cells wide.
    // Source: Unicode Standard Annex 11, East Asian Width W and F, joined to whole blocks; that is near enough to place a caret.
    private static readonly (int First, int Last)[] Wide =
    [
        (0x1100, 0x115F), (0x2E80, 0x303E), (0x3041, 0xA4CF), (0xA960, 0xA97F), (0xAC00, 0xD7A3), (0xF900, 0xFAFF),
            (0xFE30, 0xFE6F),
        (0xFF01, 0xFF60), (0xFFE0, 0xFFE6), (0x1F300, 0x1F64F), (0x1F680, 0x1F6FF), (0x1F900, 0x1FAFF), (0x20000, 0x3FFFD),
    ];

    /// <summary>The cells one character takes: 0 for a combining mark, 2 for a wide one, else 1.</summary>
    public static int Of(Rune rune)
    {
        if (rune.IsAscii)
        {
            return 1;
        }

        if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format)
        {
            return 0;
        }

        foreach (var (first, last) in Wide)
        {
            if (rune.Value >= first && rune.Value <= last)
            {
                return 2;
            }
        }

        return 1;
    }

    /// <summary>As much of a text as so many cells hold; where something is cut off, the last of them is an ellipsis.</summary>
    public static string Cut(string text, int cells)
    {
        if (Of(text) <= cells)
        {
            return text;
        }

        var cut = new StringBuilder();
        var width = 1;
        foreach (var rune in text.EnumerateRunes())
        {
            width += Of(rune);
            if (width > cells)
            {
                break;
            }

            cut.Append(rune.ToString());
        }

        return cells < 1 ? "" : cut.Append('…').ToString();
    }

    /// <summary>A text in so many cells, the middle left out: names differ at their ends.</summary>
    public static string CutMiddle(string text, int cells)
    {
        if (Of(text) <= cells)
        {
            return text;
        }

        var head = Cut(text, (cells + 1) / 2);
        var room = cells - Of(head);
        var tail = text.EnumerateRunes().Reverse().TakeWhile(rune => (room -= Of(rune)) >= 0).Reverse();
        return head + string.Concat(tail);
    }

    /// <summary>The cells a text takes.</summary>
    public static int Of(ReadOnlySpan<char> text)
    {
        var width = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            width += Of(rune);
        }

        return width;
    }
}
