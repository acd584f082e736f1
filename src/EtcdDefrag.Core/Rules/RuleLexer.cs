using System.Text;

namespace EtcdDefrag.Core.Rules;

/// <summary>Cuts a rule into tokens as Go's scanner does, since that is what the original reads rules with.</summary>
internal sealed class RuleLexer(string text)
{
    // Longest first: at every place the longest that fits is taken. Where Go has a token that is none of ours ("--", ":="), it is an error, not two tokens.
    private static readonly (string Text, RuleTokenKind? Kind)[] Punctuation =
    [
        ("...", null), ("<<=", null), (">>=", null), ("&^=", null),
        ("&&", RuleTokenKind.And), ("||", RuleTokenKind.Or), ("==", RuleTokenKind.Equal), ("!=", RuleTokenKind.NotEqual), ("<=", RuleTokenKind.LessOrEqual),
        (">=", RuleTokenKind.GreaterOrEqual), ("<<", RuleTokenKind.ShiftLeft), (">>", RuleTokenKind.ShiftRight),
        ("++", null), ("--", null), ("+=", null), ("-=", null), ("*=", null), ("/=", null), ("%=", null), ("&=", null), ("|=", null), ("^=", null),
        ("&^", null), (":=", null),
        ("+", RuleTokenKind.Plus), ("-", RuleTokenKind.Minus), ("*", RuleTokenKind.Star), ("/", RuleTokenKind.Slash), ("%", RuleTokenKind.Percent),
        ("~", RuleTokenKind.Tilde), ("!", RuleTokenKind.Not), ("&", RuleTokenKind.BitAnd), ("|", RuleTokenKind.BitOr), ("^", RuleTokenKind.BitXor),
        ("<", RuleTokenKind.Less), (">", RuleTokenKind.Greater), ("?", RuleTokenKind.Question), (":", RuleTokenKind.Colon), (",", RuleTokenKind.Comma),
        (".", RuleTokenKind.Dot), ("(", RuleTokenKind.OpenParenthesis), (")", RuleTokenKind.CloseParenthesis), ("[", RuleTokenKind.OpenBracket),
        ("]", RuleTokenKind.CloseBracket), ("{", RuleTokenKind.OpenBrace), ("}", RuleTokenKind.CloseBrace),
    ];

    private readonly List<RuleToken> _tokens = [];
    private RuleError? _error;
    private int _at;

    /// <summary>All tokens, the last being <see cref="RuleTokenKind.End"/>, or the first error.</summary>
    public RuleError? Run(out IReadOnlyList<RuleToken> tokens)
    {
        tokens = _tokens;

        // A byte order mark: Go skips one at the very beginning, and only there.
        _at = text.StartsWith('\uFEFF') ? 1 : 0;
        while (_error is null && SkipBlanks())
        {
            ReadToken();
        }

        _tokens.Add(new RuleToken(RuleTokenKind.End, text.Length, 0));
        return _error;
    }

    private bool SkipBlanks()
    {
        while (_at < text.Length)
        {
            if (text[_at] is ' ' or '\t' or '\r' or '\n')
            {
                _at++;
            }
            else if (text.AsSpan(_at).StartsWith("//"))
            {
                var end = text.IndexOf('\n', _at);
                _at = end < 0 ? text.Length : end;
            }
            else if (text.AsSpan(_at).StartsWith("/*"))
            {
                // A comment that is never closed reaches to the end, as it does for the original.
                var end = text.IndexOf("*/", _at + 2, StringComparison.Ordinal);
                _at = end < 0 ? text.Length : end + 2;
            }
            else
            {
                return true;
            }
        }

        return false;
    }

    private void ReadToken()
    {
        Rune.DecodeFromUtf16(text.AsSpan(_at), out var rune, out var width);
        if (RuleWord.IsStart(rune))
        {
            ReadWord();
        }
        else if (Rune.IsDigit(rune) && rune.IsAscii || (rune.Value == '.' && _at + 1 < text.Length && char.IsAsciiDigit(text[_at + 1])))
        {
            _error = RuleNumber.Read(text, _at, out var value, out var length);
            Add(RuleTokenKind.Number, length, value);
        }
        else if (rune.Value is '"' or '`')
        {
            _error = RuleString.Read(text, _at, out var value, out var length);
            Add(RuleTokenKind.String, length, value);
        }
        else
        {
            ReadPunctuation(rune, width);
        }
    }

    private void ReadWord()
    {
        var length = RuleWord.LengthAt(text, _at);
        Add(text.AsSpan(_at, length) switch
        {
            "nil" => RuleTokenKind.Nil,
            "true" => RuleTokenKind.True,
            "false" => RuleTokenKind.False,
            "in" or "IN" => RuleTokenKind.In,
            _ => RuleTokenKind.Name,
        }, length);
    }

    private void ReadPunctuation(Rune rune, int width)
    {
        foreach (var (symbol, kind) in Punctuation)
        {
            if (!text.AsSpan(_at).StartsWith(symbol))
            {
                continue;
            }

            if (kind is null)
            {
                _error = RuleHints.StrangeSymbol(text, _at, symbol);
                return;
            }

            Add(kind.Value, symbol.Length);

            // Go reads "<-" as one arrow, so that a second minus after it stands alone: "a <--b" is a < -(-b).
            if (kind == RuleTokenKind.Less && _at < text.Length && text[_at] == '-')
            {
                Add(RuleTokenKind.Minus, 1);
            }

            return;
        }

        _error = RuleHints.StrangeCharacter(text, _at, width, rune);
    }

    private void Add(RuleTokenKind kind, int length, RuleValue value = default)
    {
        _tokens.Add(new RuleToken(kind, _at, length, value));
        _at += length;
    }
}
