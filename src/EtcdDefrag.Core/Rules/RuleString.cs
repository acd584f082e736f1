using System.Globalization;
using System.Text;

namespace EtcdDefrag.Core.Rules;

/// <summary>Reads string literals: <c>"..."</c> with Go's escapes, and <c>`...`</c> as it stands.</summary>
internal static class RuleString
{
    /// <summary>Reads the literal that begins at this place.</summary>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    public static RuleError? Read(string text, int at, out RuleValue value, out int length)
    {
        var quote = text[at];
        var bytes = new StringBuilder();
        var i = at + 1;
        while (i < text.Length && text[i] != quote && (quote == '`' || text[i] != '\n'))
        {
            if (quote == '"' && text[i] == '\\')
            {
                var escape = Escape(text, i, bytes);
                if (escape == 0)
                {
                    (value, length) = (default, i - at);
                    return BadEscape(text, i);
                }

                i += escape;
                continue;
            }

            Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var width);
            if (quote == '"' || rune.Value != '\r')
            {
                bytes.Append(RuleText.Encode(rune.ToString()));
            }

            i += width;
        }

        (value, length) = (RuleValue.From(bytes.ToString()), i + 1 - at);
        return i < text.Length && text[i] == quote ? null : new RuleError(text, at, i - at, "this string has no end")
        {
            Found = i < text.Length ? "the end of the line" : "the end of the rule",
            Expected = $"a closing {quote}",
        };
    }

    // Appends what the escape at this place stands for and returns its length; 0 when it is none of Go's.
    private static int Escape(string text, int at, StringBuilder bytes)
    {
        var c = at + 1 < text.Length ? text[at + 1] : '\0';
        var simple = "abfnrtv\\\"".IndexOf(c, StringComparison.Ordinal);
        if (simple >= 0 && c != '\0')
        {
            bytes.Append("\a\b\f\n\r\t\v\\\""[simple]);
            return 2;
        }

        var (digits, skip, style) = c switch
        {
            'x' => (2, 2, 16),
            'u' => (4, 2, 16),
            'U' => (8, 2, 16),
            >= '0' and <= '7' => (3, 1, 8),
            _ => (0, 0, 0),
        };
        if (digits == 0 || at + skip + digits > text.Length || Digits(text.AsSpan(at + skip, digits), style) is not { } code)
        {
            return 0;
        }

        if (c is 'u' or 'U')
        {
            if (code > int.MaxValue || !Rune.IsValid((int)code))
            {
                return 0;
            }

            bytes.Append(RuleText.Encode(new Rune((int)code).ToString()));
            return skip + digits;
        }

        if (code > byte.MaxValue)
        {
            return 0;
        }

        bytes.Append((char)code);
        return skip + digits;
    }

    private static long? Digits(ReadOnlySpan<char> digits, int radix)
    {
        if (radix == 16)
        {
            return uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) ? code : null;
        }

        var sum = 0L;
        foreach (var digit in digits)
        {
            if (digit is < '0' or > '7')
            {
                return null;
            }

            sum = (sum * 8) + (digit - '0');
        }

        return sum;
    }

    private static RuleError BadEscape(string text, int at)
    {
        Rune.DecodeFromUtf16(text.AsSpan(Math.Min(at + 1, text.Length - 1)), out _, out var width);
        var length = Math.Min(text.Length - at, 1 + width);
        return new RuleError(text, at, length, "a string has no such escape")
        {
            Found = RuleText.Quote(text.Substring(at, length)),
            Expected = """\a \b \f \n \r \t \v \\ \" \x41 \101 \u0041 or \U00000041""",
        };
    }
}
