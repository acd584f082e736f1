using System.Globalization;
using System.Text;
using EtcdDefrag.Core.Inspection;
using EtcdDefrag.Storage;

namespace EtcdDefrag.Output.Inspection;

/// <summary>The table of prefixes for spreadsheets and scripts. Numbers are plain bytes.</summary>
/// <remarks>Source: RFC 4180, with line feeds alone.</remarks>
internal static class InspectCsv
{
    private const string Heading = "prefix,rest,live_keys,live_bytes,old_revisions,old_bytes,tombstones,largest_value_bytes,share\n";

    public static string Render(FileInspection found, InspectOptions options, KeyNames names)
    {
        var text = new StringBuilder(Heading);
        if (found.Database.Keyspace is not { } keyspace)
        {
            return text.ToString();
        }

        var rows = PrefixRows.Of(keyspace, options);
        var all = rows.Sum(row => row.Counts.Bytes);
        foreach (var row in options.Top == 0 ? rows : rows.Take(options.Top))
        {
            var counts = row.Counts;
            text.Append('"').Append(Cell(names.Key(row.Prefix.Span))).Append("\",").Append(row.IsRest ? "true" : "false");
            text.Append(CultureInfo.InvariantCulture, $",{counts.LiveKeys},{counts.LiveBytes},{counts.OldRevisions},{counts.OldBytes}");
            text.Append(CultureInfo.InvariantCulture, $",{counts.Tombstones},{counts.LargestValue}");
            text.Append(CultureInfo.InvariantCulture, $",{(all == 0 ? 0 : (double)counts.Bytes / all):0.####}\n");
        }

        return text.ToString();
    }

    // Quotes are escaped already. A spreadsheet takes a cell that begins with one of these for a formula.
    private static string Cell(string key) =>
        key is ['=' or '+' or '-' or '@', ..] ? $"\\x{(int)key[0]:x2}{key[1..]}" : key;
}
