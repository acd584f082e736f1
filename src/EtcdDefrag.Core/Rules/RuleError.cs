using System.Text;
using EtcdDefrag.Core.Text;

namespace EtcdDefrag.Core.Rules;

/// <summary>What is wrong with a rule, and where.</summary>
public sealed record RuleError
{
    // Chosen: with two cells of margin it fits into the usual 80.
    private const int Width = 76;

    // Chosen: enough to recognise what was typed, short enough to keep a message on its line.
    private const int LongestQuoted = 40;

    internal RuleError(string rule, int offset, int length, string message)
    {
        Rule = rule;
        Offset = Math.Clamp(offset, 0, rule.Length);
        Length = Math.Clamp(length, 0, rule.Length - Offset);
        Message = message;
    }

    /// <summary>The text of the rule.</summary>
    public string Rule { get; }

    /// <summary>Where in the text it is wrong, in UTF-16 units from 0 to the text's length.</summary>
    public int Offset { get; }

    /// <summary>How many UTF-16 units are concerned; 0 at the end of the text.</summary>
    public int Length { get; }

    /// <summary>What is wrong, in one short sentence without capital and full stop.</summary>
    public string Message { get; }

    /// <summary>What stands there; null where the message says it.</summary>
    public string? Found { get; init; }

    /// <summary>What could stand there; null where the message says it.</summary>
    public string? Expected { get; init; }

    /// <summary>What was probably meant; null when there is no guess.</summary>
    public string? Suggestion { get; init; }

    /// <summary>Where in the rule it is wrong, counted in characters from 1; one more than the rule has means its end.</summary>
    public int Column => 1 + Characters(Rule[..Offset]);

    /// <summary>The place for people: the column, and in a rule of several lines the line as well.</summary>
    public string Place
    {
        get
        {
            var lines = Rule[..Offset].Split('\n');
            return Rule.Contains('\n', StringComparison.Ordinal) ? $"line {lines.Length}, column {1 + Characters(lines[^1])}"
                : $"column {Column}";
        }
    }

    /// <summary>The whole message: what and where, the rule with carets below the place, what was found,
    /// expected and probably meant.</summary>
    /// <returns>Lines joined by \n, the last without one. Safe for a terminal: control characters of
    /// the rule are replaced.</returns>
    public string Render()
    {
        var lines = new StringBuilder($"{Place}: {Message}\n  ").AppendJoin("\n  ", Excerpt());
        foreach (var (label, value) in new[] { ("found:    ", Found), ("expected: ", Expected), ("try:      ", Suggestion) })
        {
            if (value is not null)
            {
                lines.Append("\n  ").Append(label).Append(value);
            }
        }

        return lines.ToString();
    }

    /// <summary>Place and message in one line.</summary>
    public override string ToString() => $"{Place}: {Message}";

    // The line of the rule that holds the place, cut to a width that terminals have, and carets below the place.
    // What is marked comes first, then what leads up to it, then what follows.
    private string[] Excerpt()
    {
        var start = Offset == 0 ? 0 : Rule.LastIndexOf('\n', Offset - 1) + 1;
        var line = Rule[start..].Split('\n')[0].TrimEnd('\r');
        var from = Math.Min(Offset - start, line.Length);
        var to = Math.Min(from + Length, line.Length);
        var mark = DisplayWidth.Cut(Shown(line[from..to]), Width / 2);
        var before = Backwards(DisplayWidth.Cut(Backwards(Shown(line[..from])), Width / 2));
        var room = Width - DisplayWidth.Of(before) - DisplayWidth.Of(mark);
        var carets = new string(' ', DisplayWidth.Of(before)) + new string('^', Math.Max(1, DisplayWidth.Of(mark)));
        return [before + mark + DisplayWidth.Cut(Shown(line[to..]), room), carets];

        // A tab takes one cell, so that the carets need not know where tab stops are.
        static string Shown(string text) => string.Concat(text.Replace('\t', ' ').EnumerateRunes().Select(Visible));
        static string Backwards(string text) => string.Concat(text.EnumerateRunes().Reverse());
    }

    /// <summary>Text in quotes, shortened, and without anything that could steer a terminal.</summary>
    internal static string Quote(string text)
    {
        var shown = string.Concat(text.EnumerateRunes().Take(LongestQuoted).Select(Visible));
        return $"\"{shown}{(text.EnumerateRunes().Skip(LongestQuoted).Any() ? "…" : "")}\"";
    }

    // The character, or U+FFFD for one that can't be shown in a line.
    private static Rune Visible(Rune rune) => rune.IsBmp && Printable.Steers((char)rune.Value) ? Rune.ReplacementChar : rune;

    private static int Characters(string text) => text.EnumerateRunes().Count();
}
