using System.Globalization;
using System.Text;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Inspection;
using EtcdDefrag.Storage;

namespace EtcdDefrag.Output.Inspection;

/// <summary>A picture of what fills a database: a rectangle a prefix, as large as its bytes. Plain SVG without any script.</summary>
internal static class Treemap
{
    private const double Width = 1200;
    private const double Height = 800;
    private const double Top = 56;
    private const double Title = 20;
    private const double LetterWidth = 0.55; // of the font's size, on average
    private const int MostGroups = 60;
    private const int MostCells = 60;

    // Chosen: pale enough for dark text, told apart side by side. Neighbours by size differ most.
    private static readonly string[] Colours =
        ["#8ecae6", "#ffb703", "#95d5b2", "#f4978e", "#cdb4db", "#ffe066", "#a3c4f3", "#fbc4ab", "#b7e4c7", "#e9c46a", "#d0bfff", "#c8d5b9"];

    public static string Render(FileInspection found, IReadOnlyList<PrefixGroup> groups, KeyNames names)
    {
        var text = new StringBuilder();
        var all = InspectJson.Sum(groups.Select(group => group.Row));
        var size = string.Create(CultureInfo.InvariantCulture, $"{Human(found.Size)}, of it {Human(all.LiveBytes)} in {all.LiveKeys} live keys and {Human(all.OldBytes)} in {all.OldRevisions} old revisions");
        text.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" font-family="Helvetica, Arial, sans-serif" font-size="12">
            <style>rect.cell:hover {"{"} stroke: #000; stroke-width: 2 {"}"}</style>
            <rect width="{Width}" height="{Height}" fill="#fff"/>
            <text x="8" y="22" font-size="16" font-weight="bold">{Xml(Fit(found.Path, Width - 16, 16))}</text>
            <text x="8" y="42" fill="#333">{Xml(size)}. The dark foot of a rectangle: old revisions.</text>

            """);
        var shown = groups.Where(group => group.Row.Counts.Bytes > 0).Take(MostGroups).ToArray();
        var places = Squares.Lay(new Square(4, Top, Width - 8, Height - Top - 4), [.. shown.Select(group => (double)group.Row.Counts.Bytes)]);
        for (var i = 0; i < shown.Length; i++)
        {
            Group(text, shown[i], places[i], Colours[i % Colours.Length], all.Bytes, names);
        }

        return text.Append("</svg>\n").ToString();
    }

    private static void Group(StringBuilder text, PrefixGroup group, Square place, string colour, long all, KeyNames names)
    {
        var name = NameOf(group.Row, names);
        text.Append("<g>\n");
        var inner = place.Shrink(1.5);
        var cells = group.Cells.Where(cell => cell.Counts.Bytes > 0).Take(MostCells).ToArray();
        if (cells.Length < 2 || inner.Height < 3 * Title || inner.Width < 4 * Title)
        {
            Cell(text, group.Row, inner, colour, all, name, name);
        }
        else
        {
            Box(text, inner, colour, group.Row.Counts, all, name);
            Label(text, inner with { Height = Title }, $"{name}  {Human(group.Row.Counts.Bytes)}", bold: true);
            var rest = inner with { Y = inner.Y + Title, Height = inner.Height - Title };
            var places = Squares.Lay(rest.Shrink(1), [.. cells.Select(cell => (double)cell.Counts.Bytes)]);
            for (var i = 0; i < cells.Length; i++)
            {
                var full = NameOf(cells[i], names);
                var part = full.StartsWith(name, StringComparison.Ordinal) && full.Length > name.Length ? full[name.Length..] : full;
                Cell(text, cells[i], places[i].Shrink(1), colour, all, full, part);
            }
        }

        text.Append("</g>\n");
    }

    private static void Cell(StringBuilder text, PrefixRow row, Square place, string colour, long all, string name, string label)
    {
        if (place.Width < 1 || place.Height < 1)
        {
            return;
        }

        Box(text, place, colour, row.Counts, all, name);
        Label(text, place, label, bold: false);
        var size = Human(row.Counts.Bytes);
        Label(text, place with { Y = place.Y + 15, Height = place.Height - 15 }, Fits(size, place.Width - 8, 12) ? size : "", bold: false);
    }

    private static void Box(StringBuilder text, Square place, string colour, KeyCounts counts, long all, string name)
    {
        var old = place.Height * counts.OldBytes / Math.Max(1, counts.Bytes);
        text.Append(CultureInfo.InvariantCulture, $"<g><title>{Xml(name)}\n{counts.LiveKeys} keys, {Human(counts.LiveBytes)}\n");
        text.Append(CultureInfo.InvariantCulture, $"{counts.OldRevisions} old revisions, {Human(counts.OldBytes)}\n");
        text.Append(CultureInfo.InvariantCulture, $"{InspectText.Percent(counts.Bytes, all)} of all</title>");
        text.Append(CultureInfo.InvariantCulture, $"<rect class=\"cell\" x=\"{place.X:0.#}\" y=\"{place.Y:0.#}\" width=\"{place.Width:0.#}\" height=\"{place.Height:0.#}\" fill=\"{colour}\" stroke=\"#fff\"/>");
        if (old >= 1)
        {
            text.Append(CultureInfo.InvariantCulture, $"<rect x=\"{place.X:0.#}\" y=\"{place.Y + place.Height - old:0.#}\" width=\"{place.Width:0.#}\" height=\"{old:0.#}\" fill=\"#000\" opacity=\"0.22\" pointer-events=\"none\"/>");
        }

        text.Append("</g>\n");
    }

    private static void Label(StringBuilder text, Square place, string label, bool bold)
    {
        var shown = Fit(label, place.Width - 8, 12);
        if (place.Height >= 15 && shown.Length >= Math.Min(4, label.Length) && shown.Length > 0)
        {
            var weight = bold ? " font-weight=\"bold\"" : "";
            text.Append(CultureInfo.InvariantCulture, $"<text x=\"{place.X + 4:0.#}\" y=\"{place.Y + 13:0.#}\"{weight} pointer-events=\"none\">{Xml(shown)}</text>\n");
        }
    }

    private static string NameOf(PrefixRow row, KeyNames names) =>
        (row.Prefix.IsEmpty ? "(keys without a common prefix)" : names.Key(row.Prefix.Span, 200)) + (row.IsRest ? " (rest)" : "");

    // The end of a text where not all of it fits: prefixes differ there.
    private static string Fit(string text, double width, double fontSize) =>
        Fits(text, width, fontSize) ? text : Letters(width, fontSize) is >= 2 and var letters ? "…" + text[^(letters - 1)..] : "";

    private static bool Fits(string text, double width, double fontSize) => text.Length <= Letters(width, fontSize);

    private static int Letters(double width, double fontSize) => (int)(width / (LetterWidth * fontSize));

    private static string Human(long bytes) => new ByteSize(bytes).ToHuman();

    private static string Xml(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
}
