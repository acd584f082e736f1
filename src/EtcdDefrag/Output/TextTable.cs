using System.Text;
using EtcdDefrag.Core.Text;

namespace EtcdDefrag.Output;

/// <summary>A table of plain characters, in etcdctl's manner: headings centred, texts to the left, numbers to the right.</summary>
/// <param name="headings">One per column; a heading that begins with &gt; marks a column of numbers.</param>
internal sealed class TextTable(params string[] headings)
{
    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells) => _rows.Add(cells);

    public override string ToString()
    {
        var names = headings.Select(heading => heading.TrimStart('>')).ToArray();
        var widths = names.Select((name, i) => _rows.Select(row => DisplayWidth.Of(row[i])).Append(DisplayWidth.Of(name)).Max()).ToArray();
        var border = $"+{string.Concat(widths.Select(width => $"{new string('-', width + 2)}+"))}\n";
        var text = new StringBuilder(border);
        Append(text, names, (name, i) => Centre(name, widths[i]));
        text.Append(border);
        foreach (var row in _rows)
        {
            Append(text, row, (cell, i) => headings[i].StartsWith('>') ? Spaces(cell, widths[i]) + cell : cell + Spaces(cell, widths[i]));
        }

        return text.Append(border).ToString();
    }

    private static void Append(StringBuilder text, string[] cells, Func<string, int, string> pad)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            text.Append("| ").Append(pad(cells[i], i)).Append(' ');
        }

        text.Append("|\n");
    }

    private static string Centre(string text, int width)
    {
        var left = (width - DisplayWidth.Of(text)) / 2;
        return new string(' ', left) + text + new string(' ', width - DisplayWidth.Of(text) - left);
    }

    private static string Spaces(string text, int width) => new(' ', width - DisplayWidth.Of(text));
}
