using System.Text;

namespace EtcdDefrag.Cli;

/// <summary>Lists as pflag's StringSlice reads them: one CSV record.</summary>
/// <remarks>Source: spf13/pflag string_slice.go; Go encoding/csv, Reader.</remarks>
internal static class GoList
{
    public static bool TryParse(string text, List<string> items, out string problem)
    {
        problem = "";
        if (text.Length == 0)
        {
            return true;
        }

        var at = 0;
        while (true)
        {
            var quoted = at < text.Length && text[at] == '"';
            if (!(quoted ? TryQuoted(text, ref at, items) : TryBare(text, ref at, items)))
            {
                problem = "a quote is out of place; separate the items by commas, without quotes";
                return false;
            }

            if (at == text.Length)
            {
                return true;
            }

            at++; // the comma
        }
    }

    /// <summary>The list as one text that reads as these items.</summary>
    public static string Format(IEnumerable<string> items) => string.Join(',', items.Select(static item =>
        item.AsSpan().IndexOfAny(",\"\n\r") < 0 && item.Length > 0 ? item
            : $"\"{item.Replace("\"", "\"\"", StringComparison.Ordinal)}\""));

    private static bool TryBare(string text, ref int at, List<string> items)
    {
        var end = text.IndexOf(',', at);
        end = end < 0 ? text.Length : end;
        var item = text[at..end];
        at = end;
        items.Add(item);
        return !item.Contains('"', StringComparison.Ordinal);
    }

    private static bool TryQuoted(string text, ref int at, List<string> items)
    {
        var item = new StringBuilder();
        for (at++; at < text.Length; at++)
        {
            if (text[at] != '"')
            {
                item.Append(text[at]);
            }
            else if (at + 1 < text.Length && text[at + 1] == '"')
            {
                item.Append('"');
                at++;
            }
            else
            {
                at++;
                items.Add(item.ToString());
                return at == text.Length || text[at] == ',';
            }
        }

        return false;
    }
}
