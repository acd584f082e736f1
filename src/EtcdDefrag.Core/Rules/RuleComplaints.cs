using System.Globalization;
using System.Text;
using EtcdDefrag.Core.Text;

namespace EtcdDefrag.Core.Rules;

/// <summary>Words the errors of spelling and grammar, and what was probably meant.</summary>
internal static class RuleComplaints
{
    /// <summary>All that rules are made of.</summary>
    public const string MayHold = "numbers (80, 0.8, 200MiB), true, false, variables, + - * / %, == != < <= > >=, && || !, ? : and parentheses";

    // What the original's expression library has, and no rule over numbers and conditions needs.
    private static readonly (string Symbol, string What)[] Dropped =
    [
        ("**", "powers"), ("<<", "bit operators"), (">>", "bit operators"), ("&", "bit operators"), ("|", "bit operators"),
            ("^", "bit operators"),
        ("~", "bit operators"), ("[", "arrays"), ("]", "arrays"), ("{", "objects"), ("}", "objects"), (",", "lists"),
            (".", "fields"),
        ("\"", "strings"), ("`", "strings"), ("'", "strings"),
    ];

    /// <summary>Something that the original accepts and rules do not.</summary>
    public static RuleError NotInRules(string text, int at, int length, string what) =>
        new(text, at, length, $"rules have no {what}")
        {
            Found =
            RuleError.Quote(text.Substring(at, length)),
            Expected = MayHold
        };

    /// <summary>The error for the operator that begins here and that rules do not have; null where none does.</summary>
    public static RuleError? StrangeSymbol(string text, int at)
    {
        var rest = text.AsSpan(at);
        if (rest.StartsWith("--"))
        {
            return new RuleError(text, at, 2, "rules have no --") { Suggestion = "- - with a space between, or parentheses" };
        }

        foreach (var (symbol, what) in Dropped)
        {
            if (rest.StartsWith(symbol) && !rest.StartsWith("&&") && !rest.StartsWith("||"))
            {
                return NotInRules(text, at, symbol.Length, what) with
                {
                    Suggestion =
                    symbol is "&" or "|" ? symbol + symbol : null
                };
            }
        }

        return null;
    }

    public static RuleError StrangeCharacter(string text, int at)
    {
        Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var width);
        return new RuleError(text, at, width, "this character has no meaning in a rule")
        {
            Found = $"{RuleError.Quote(rune.ToString())} (U+{rune.Value.ToString("X4", CultureInfo.InvariantCulture)})",
            Expected = "a variable, a number, an operator or a parenthesis",
            Suggestion = rune.ToString() switch
            {
                "=" => "== to compare",
                ";" => "&& or || to join two conditions",
                "≤" => "<=",
                "≥" => ">=",
                "≠" => "!=",
                "‒" or "–" or "—" or "−" => "-",
                _ => Rune.IsWhiteSpace(rune) ? "a plain space" : null,
            },
        };
    }

    /// <summary>A token that can't stand where it does.</summary>
    public static RuleError Unexpected(string text, RuleToken token, RuleToken? previous, string expected)
    {
        if (previous is null && token.Kind == RuleTokenKind.End)
        {
            return new RuleError(text, 0, 0, "the rule is empty") { Expected = "a condition, e.g. dbSizeFree > 200MiB" };
        }

        var word = text.Substring(token.Offset, token.Length);
        return new RuleError(text, token.Offset, token.Length, token.Kind == RuleTokenKind.End ? "the rule ends too early"
            : "this does not fit here")
        {
            Found = token.Kind == RuleTokenKind.End ? "the end of the rule" : RuleError.Quote(word),
            Expected = expected,
            Suggestion = token.Kind == RuleTokenKind.Name ? Translate(word)
                : previous?.Symbol == "%" ? "a fraction for a percentage (0.8, not 80%); % is the remainder of a division"
                : null,
        };
    }

    /// <summary>A name that is no variable, or a variable that is called like a function.</summary>
    public static RuleError UnknownName(string text, RuleToken name, bool isCall)
    {
        var word = text.Substring(name.Offset, name.Length);
        var translated = Translate(word);
        var nearest = NearestName.Find(word, RuleVariables.Names);
        return translated is null && isCall && (nearest is null || nearest == word)
            ? new RuleError(text, name.Offset, name.Length, "rules have no functions")
            {
                Found = $"a call of {RuleError.Quote(word)}",
                Expected = "a variable, an operator between it and the parenthesis",
            }
            : new RuleError(text, name.Offset, name.Length,
                $"there is no {(translated is null ? "variable" : "word")} {RuleError.Quote(word)}")
            {
                Expected = translated is null ? string.Join(", ", RuleVariables.Names) : null,
                Suggestion = translated ?? nearest,
            };
    }

    // What people write who think of another language.
    private static string? Translate(string word) => word.ToUpperInvariant() switch
    {
        "AND" => "&&",
        "OR" => "||",
        "NOT" => "!",
        "IS" or "EQ" => "==",
        "LT" => "<",
        "GT" => ">",
        "TRUE" => "true",
        "FALSE" => "false",
        _ => null,
    };
}
