using System.Globalization;
using System.Text;
using EtcdDefrag.Core.Text;

namespace EtcdDefrag.Live;

/// <summary>Lines at the end of a terminal that are rewritten in place. They stay when nobody rewrites them any more, and never
/// fill more than the window.</summary>
/// <param name="screen">The terminal.</param>
/// <param name="size">The window's size now.</param>
internal sealed class LiveBlock(TextWriter screen, Func<(int Columns, int Rows)> size)
{
    private string[] _shown = [];

    /// <summary>Shows a text, whose lines end with a line break, in place of the one before.</summary>
    public void Show(string text)
    {
        var (columns, rows) = size();
        var above = Math.Min(_shown.Sum(line => RowsOf(line, columns)), rows - 1);
        _shown = Cut(text.TrimEnd('\n').Split('\n'), columns, rows - 1);
        var block = new StringBuilder();
        if (above > 0)
        {
            block.Append(CultureInfo.InvariantCulture, $"\r\e[{above}A");
        }

        foreach (var line in _shown)
        {
            block.Append(line).Append("\e[K\n");
        }

        screen.Write(block.Append("\e[J").ToString());
    }

    /// <summary>Takes the block away and leaves a text in its place, whole, however long it is.</summary>
    public void End(string text)
    {
        var (columns, rows) = size();
        var above = Math.Min(_shown.Sum(line => RowsOf(line, columns)), rows - 1);
        _shown = [];
        screen.Write((above > 0 ? string.Create(CultureInfo.InvariantCulture, $"\r\e[{above}A\e[J") : "") + text);
    }

    private static string[] Cut(string[] lines, int columns, int rows)
    {
        if (lines.Sum(line => RowsOf(line, columns)) <= rows)
        {
            return lines;
        }

        var kept = new List<string>();
        var left = rows - 1;
        foreach (var line in lines)
        {
            left -= RowsOf(line, columns);
            if (left < 0)
            {
                break;
            }

            kept.Add(line);
        }

        return [.. kept, DisplayWidth.Cut($"… {lines.Length - kept.Count} more lines: make the window larger", columns)];
    }

    private static int RowsOf(string line, int columns) =>
        Math.Max(1, (DisplayWidth.Of(Printable.WithoutColor(line)) + columns - 1) / columns);
}
