using System.Text;

namespace EtcdDefrag.Core.Rules;

/// <summary>What is wrong with a rule, and where.</summary>
public sealed record RuleError
{
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
    public int Column => 1 + Characters(Rule.AsSpan(0, Offset));

    /// <summary>The place for people: the column, and in a rule of several lines the line as well.</summary>
    public string Place
    {
        get
        {
            if (!Rule.Contains('\n', StringComparison.Ordinal))
            {
                return $"column {Column}";
            }

            var before = Rule.AsSpan(0, Offset);
            return $"line {before.Count('\n') + 1}, column {1 + Characters(before[(before.LastIndexOf('\n') + 1)..])}";
        }
    }

    /// <summary>The whole message: what and where, the rule with carets below the place, what was found, expected and probably meant.</summary>
    /// <returns>Lines joined by \n, the last without one. Safe for a terminal: control characters of the rule are replaced.</returns>
    public string Render()
    {
        var lines = new StringBuilder($"{Place}: {Message}");
        var (shown, carets) = RuleExcerpt.Of(Rule, Offset, Length);
        lines.Append("\n  ").Append(shown).Append("\n  ").Append(carets);
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

    private static int Characters(ReadOnlySpan<char> text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes())
        {
            count++;
        }

        return count;
    }
}
