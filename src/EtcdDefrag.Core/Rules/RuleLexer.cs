using System.Globalization;
using System.Text;

namespace EtcdDefrag.Core.Rules;

internal enum RuleTokenKind
{
    End,
    Literal,
    Name,
    Symbol,

    /// <summary>No token of the language; <see cref="RuleToken.Error"/> says why. Always the last one.</summary>
    Wrong,
}

/// <summary>A word of a rule, with its place in the text. In reverse Polish order they are the steps of its evaluation.</summary>
/// <remarks>A class, as the parser recurses with tokens in hand: references keep its frames small.</remarks>
internal sealed record RuleToken(RuleTokenKind Kind, int Offset, int Length)
{
    /// <summary>The operator, parenthesis or colon; empty where it is none.</summary>
    public string Symbol { get; init; } = "";

    /// <summary>The value of a literal.</summary>
    public RuleValue Value { get; init; }

    public RuleError? Error { get; init; }

    /// <summary>The variable that a name means; null until the parser has found it.</summary>
    public RuleVariable? Variable { get; init; }

    /// <summary>How many values the step takes from the stack, the right one last, to leave one: 1 to 3 for
    /// an operator, else 0.</summary>
    public int Operands { get; init; }

    /// <summary>How large a stack the steps need, or a little more: no more values wait than there are
    /// literals and variables.</summary>
    public static int DepthOf(RuleToken[] steps) => steps.Count(step => step.Operands == 0);
}

/// <summary>Cuts a rule into tokens as Go's scanner does, since that is what the original reads rules with.</summary>
internal static class RuleLexer
{
    // The longest that fits is taken, so longer ones come first. Go reads "--" as one token, which no rule has.
    private static readonly string[] Symbols =
        ["&&", "||", "==", "!=", "<=", ">=", "+", "-", "*", "/", "%", "!", "<", ">", "?", ":", "(", ")"];

    /// <summary>All tokens; the last is the end or the first that is wrong.</summary>
    public static IReadOnlyList<RuleToken> Run(string text)
    {
        var tokens = new List<RuleToken>();

        // A byte order mark: Go skips one at the very beginning, and only there.
        var at = SkipBlanks(text, text.StartsWith('\uFEFF') ? 1 : 0);
        while (at < text.Length)
        {
            var token = Read(text, at);
            tokens.Add(token);
            if (token.Kind == RuleTokenKind.Wrong)
            {
                return tokens;
            }

            at = token.Offset + token.Length;

            // Go reads "<-" as one arrow, so that a second minus after it stands alone: "a <--b" is a < -(-b).
            if (token.Symbol == "<" && at < text.Length && text[at] == '-')
            {
                tokens.Add(new RuleToken(RuleTokenKind.Symbol, at++, 1) { Symbol = "-" });
            }

            at = SkipBlanks(text, at);
        }

        tokens.Add(new RuleToken(RuleTokenKind.End, text.Length, 0));
        return tokens;
    }

    /// <summary>How many chars the name at this place has; 0 where none begins. As in Go: letters of any script and underscores,
    /// then digits as well.</summary>
    public static int NameLength(string text, int at)
    {
        var length = 0;
        foreach (var rune in text.AsSpan(at).EnumerateRunes())
        {
            var digit = Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber;
            if (rune.Value != '_' && !Rune.IsLetter(rune) && (length == 0 || !digit))
            {
                break;
            }

            length += rune.Utf16SequenceLength;
        }

        return length;
    }

    // A comment that is never closed reaches to the end, as it does for the original.
    private static int SkipBlanks(string text, int at)
    {
        while (at < text.Length)
        {
            var rest = text.AsSpan(at);
            if (text[at] is ' ' or '\t' or '\r' or '\n')
            {
                at++;
            }
            else if (rest.StartsWith("//") || rest.StartsWith("/*"))
            {
                var close = text[at + 1] == '/' ? "\n" : "*/";
                var end = text.IndexOf(close, at + 2, StringComparison.Ordinal);
                at = end < 0 ? text.Length : end + close.Length;
            }
            else
            {
                return at;
            }
        }

        return at;
    }

    private static RuleToken Read(string text, int at)
    {
        if (NameLength(text, at) is > 0 and var length)
        {
            var name = text.AsSpan(at, length);
            return name switch
            {
                "true" or "false" => new RuleToken(RuleTokenKind.Literal, at, length) { Value = RuleValue.From(name is "true") },
                "nil" or "in" or "IN" => Wrong(RuleComplaints.NotInRules(text, at, length, $"\"{name}\"")),
                _ => new RuleToken(RuleTokenKind.Name, at, length),
            };
        }

        if (char.IsAsciiDigit(text[at]) || (text[at] == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])))
        {
            var number = new RuleNumber(text, at);
            return number.Read() is { } error ? Wrong(error)
                : new RuleToken(RuleTokenKind.Literal, at, number.Length) { Value = number.Value };
        }

        if (RuleComplaints.StrangeSymbol(text, at) is { } strange)
        {
            return Wrong(strange);
        }

        var symbol = Array.Find(Symbols, each => text.AsSpan(at).StartsWith(each));
        return symbol is null
            ? Wrong(RuleComplaints.StrangeCharacter(text, at))
            : new RuleToken(RuleTokenKind.Symbol, at, symbol.Length) { Symbol = symbol };
    }

    private static RuleToken Wrong(RuleError error) => new(RuleTokenKind.Wrong, error.Offset, error.Length) { Error = error };
}
