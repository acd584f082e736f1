using System.Globalization;
using System.Text;

namespace EtcdDefrag.Core.Rules;

/// <summary>What people write who think of another language, and what they should write here.</summary>
internal static class RuleHints
{
    public static RuleError StrangeSymbol(string text, int at, string symbol) =>
        new(text, at, symbol.Length, "rules do not have this operator")
        {
            Found = RuleText.Quote(symbol),
            Expected = "an operator such as && or >",
            Suggestion = symbol switch
            {
                "--" => "- - with a space between, or parentheses",
                "++" => "+",
                ":=" or "+=" or "-=" or "*=" or "/=" or "%=" => "== to compare",
                _ => null,
            },
        };

    public static RuleError StrangeCharacter(string text, int at, int width, Rune rune)
    {
        var found = $"{RuleText.Quote(rune.ToString())} (U+{rune.Value.ToString("X4", CultureInfo.InvariantCulture)})";
        return new RuleError(text, at, width, "this character has no meaning in a rule")
        {
            Found = Rune.IsWhiteSpace(rune) ? $"a space that is none (U+{rune.Value.ToString("X4", CultureInfo.InvariantCulture)})" : found,
            Expected = "a variable, a number, an operator or a parenthesis",
            Suggestion = Replacement(rune),
        };
    }

    private static string? Replacement(Rune rune) => rune.Value switch
    {
        '=' => "== to compare",
        ';' => "&& or || to join two conditions",
        '\'' or '\u2018' or '\u2019' or '\u201C' or '\u201D' or '\u00AB' or '\u00BB' => "\" around a string",
        '\u2264' => "<=",
        '\u2265' => ">=",
        '\u2260' => "!=",
        '\u2012' or '\u2013' or '\u2014' or '\u2212' => "-",
        '\u00D7' or '\u00B7' => "*",
        '\u00F7' => "/",
        '\u00AC' => "!",
        '\u2227' => "&&",
        '\u2228' => "||",
        _ => Rune.IsWhiteSpace(rune) ? "a plain space" : null,
    };

    /// <summary>What a name that stands in the place of an operator, or before a condition, should have been.</summary>
    public static string? ForWord(ReadOnlySpan<char> word) => word switch
    {
        "and" or "AND" or "And" => "&&",
        "or" or "OR" or "Or" => "||",
        "not" or "NOT" or "Not" => "!",
        "is" or "eq" => "==",
        "lt" => "<",
        "gt" => ">",
        "True" or "TRUE" => "true",
        "False" or "FALSE" => "false",
        "null" or "None" or "NULL" => "nil",
        _ => null,
    };
}
