using System.Text;
using EtcdDefrag.Core.Text;

namespace EtcdDefrag.Core.Rules;

/// <summary>Shows a place in a rule: the line it is in, cut to a width that terminals have, and carets below the place.</summary>
internal static class RuleExcerpt
{
    // Chosen: with two cells of margin it fits into the usual 80.
    private const int Width = 76;

    public static (string Shown, string Carets) Of(string rule, int offset, int length)
    {
        var start = offset == 0 ? 0 : rule.LastIndexOf('\n', offset - 1) + 1;
        var end = rule.IndexOf('\n', offset);
        end = end < 0 ? rule.Length : end;
        if (end > start && rule[end - 1] == '\r' && end - 1 >= offset)
        {
            end--;
        }

        var stop = Math.Min(offset + length, end);
        var (before, marked, after) = (Cells(rule[start..offset]), Cells(rule[offset..stop]), Cells(rule[stop..end]));

        // What is marked comes first, then what leads up to it, then what follows.
        var mark = Head(marked, Width / 2, out var markCut);
        var left = Tail(before, (Width / 2) - 1, out var leftCut);
        var right = markCut ? "" : Head(after, Width - 2 - Cell(left) - Cell(mark), out markCut);

        var shown = (leftCut ? "…" : "") + left + mark + right + (markCut ? "…" : "");
        var carets = new string(' ', Cell(left) + (leftCut ? 1 : 0)) + new string('^', Math.Max(1, Cell(mark)));
        return (shown, carets);
    }

    // The text as it can be shown in one line: a tab takes one cell, so that the carets need not know where tab stops are.
    private static string Cells(string text)
    {
        var shown = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            shown.Append(rune.Value == '\t' ? new Rune(' ') : RuleText.Visible(rune));
        }

        return shown.ToString();
    }

    private static string Head(string text, int cells, out bool cut)
    {
        var (length, used) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            used += DisplayWidth.Of(rune);
            if (used > cells)
            {
                break;
            }

            length += rune.Utf16SequenceLength;
        }

        cut = length < text.Length;
        return text[..length];
    }

    private static string Tail(string text, int cells, out bool cut)
    {
        var surplus = Cell(text) - cells;
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (surplus <= 0)
            {
                break;
            }

            surplus -= DisplayWidth.Of(rune);
            length += rune.Utf16SequenceLength;
        }

        cut = length > 0;
        return text[length..];
    }

    private static int Cell(string text) => DisplayWidth.Of(text.AsSpan());
}
