using System.Text;
using EtcdDefrag.Core.Text;

namespace EtcdDefrag.Output;

/// <summary>A table of plain characters: texts to the left, numbers to the right.</summary>
/// <param name="headings">One per column; a heading that begins with &gt; marks a column of numbers.</param>
internal sealed class TextTable(params string[] headings)
{
    private const int LeastName = 12; // chosen

    private readonly string[] _names = [.. headings.Select(heading => heading.TrimStart('>'))];
    private readonly bool[] _shown = [.. headings.Select(_ => true)];
    private readonly List<string[]> _rows = [];

    /// <summary>How a cell is painted once it has its width: by its column's heading and what it says.</summary>
    public Func<string, string, string> Paint { get; init; } = static (_, cell) => cell;

    /// <summary>Adds a row. Its texts are fit for a terminal already.</summary>
    public void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>Leaves out columns, in this order, until the table fits, or none of these is left.</summary>
    /// <param name="columns">How wide it may be; null: as wide as it is.</param>
    /// <param name="framed">Which of the two forms must fit.</param>
    /// <param name="dispensable">Headings of the columns that can be done without.</param>
    /// <returns>Whether it fits.</returns>
    public bool Fit(int? columns, bool framed, params ReadOnlySpan<string> dispensable)
    {
        foreach (var heading in dispensable)
        {
            if (Width(framed) <= (columns ?? int.MaxValue))
            {
                return true;
            }

            _shown[Array.IndexOf(_names, heading)] = false;
        }

        return Width(framed) <= (columns ?? int.MaxValue);
    }

    /// <summary>Shortens the texts of the first column until the table fits, or they can't be told apart any more.</summary>
    /// <param name="columns">How wide it may be; null: as wide as it is.</param>
    /// <param name="framed">Which of the two forms must fit.</param>
    public void Squeeze(int? columns, bool framed)
    {
        if (columns is { } limit && Width(framed) > limit)
        {
            var width = Math.Max(LeastName, Widths()[0] - (Width(framed) - limit));
            _rows.ForEach(row => row[0] = DisplayWidth.CutMiddle(row[0], width));
        }
    }

    /// <summary>In etcdctl's manner: with a frame, headings centred.</summary>
    public string Framed()
    {
        var widths = Widths();
        var border = $"+{string.Concat(Shown.Select(i => $"{new string('-', widths[i] + 2)}+"))}\n";
        var text = new StringBuilder(border);
        Append(_names, (name, i) => Centre(name, widths[i]));
        text.Append(border);
        foreach (var row in _rows)
        {
            Append(row, (cell, i) => Paint(_names[i], Pad(cell, i, widths[i])));
        }

        return text.Append(border).ToString();

        void Append(string[] cells, Func<string, int, string> form)
        {
            foreach (var i in Shown)
            {
                text.Append("| ").Append(form(cells[i], i)).Append(' ');
            }

            text.Append("|\n");
        }
    }

    /// <summary>Columns two spaces apart, without a frame.</summary>
    /// <param name="indent">In front of every line.</param>
    public string Plain(string indent = "")
    {
        var widths = Widths();
        var last = Shown.Last();
        var text = new StringBuilder();
        foreach (var (row, isHeading) in _rows.Select(row => (row, false)).Prepend((_names, true)))
        {
            var line = string.Join("  ", Shown.Select(i =>
            {
                var cell = i == last && headings[i][0] != '>' ? row[i] : Pad(row[i], i, widths[i]);
                return isHeading ? cell : Paint(_names[i], cell);
            }));
            text.Append(indent).Append(line.TrimEnd()).Append('\n');
        }

        return text.ToString();
    }

    private IEnumerable<int> Shown => Enumerable.Range(0, headings.Length).Where(i => _shown[i]);

    private int[] Widths() => [.. _names.Select((name, i) =>
        _rows.Select(row => DisplayWidth.Of(row[i])).Append(DisplayWidth.Of(name)).Max())];

    private int Width(bool framed)
    {
        var widths = Widths();
        return Shown.Sum(i => widths[i]) + (framed ? (3 * Shown.Count()) + 1 : 2 * (Shown.Count() - 1));
    }

    private string Pad(string cell, int column, int width)
    {
        var spaces = new string(' ', width - DisplayWidth.Of(cell));
        return headings[column].StartsWith('>') ? spaces + cell : cell + spaces;
    }

    private static string Centre(string text, int width)
    {
        var left = (width - DisplayWidth.Of(text)) / 2;
        return new string(' ', left) + text + new string(' ', width - DisplayWidth.Of(text) - left);
    }
}
