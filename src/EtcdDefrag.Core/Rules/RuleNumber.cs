using System.Globalization;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Text;

namespace EtcdDefrag.Core.Rules;

/// <summary>Reads number literals: Go's, and decimal ones with a size suffix.</summary>
internal static class RuleNumber
{
    /// <summary>Reads the literal that begins at this place.</summary>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    public static RuleError? Read(string text, int at, out RuleValue value, out int length)
    {
        var shape = Shape.Of(text, at);
        length = shape.Length;
        var suffix = text.Substring(at + length, RuleWord.LengthAt(text, at + length));
        var digits = text.Substring(at, length);
        if (suffix.Length == 0 || suffix == "IN")
        {
            return Plain(text, at, digits, shape, out value);
        }

        // Nothing but the suffix can follow a number without a space, so the whole word is it.
        var whole = length + suffix.Length;
        length = whole;
        return Sized(text, at, digits, suffix, shape, out value);
    }

    private static RuleError? Plain(string text, int at, string digits, Shape shape, out RuleValue value)
    {
        value = default;
        var plain = digits.Replace("_", "", StringComparison.Ordinal);
        if (digits == "0B")
        {
            value = RuleValue.From(0L);
            return null;
        }

        if (!shape.IsSound || !RuleDigits.UnderscoresSeparate(digits))
        {
            return Wrong(text, at, digits, "this is no number", "a number such as 100, 0.8, 1e9, 0xFF or 200MiB");
        }

        if (shape.IsFloat)
        {
            var number = shape.Base == 16 ? RuleDigits.HexFloat(plain) : double.Parse(plain, NumberStyles.Float, CultureInfo.InvariantCulture);
            value = RuleValue.From(number);
            return double.IsFinite(number) ? null : Wrong(text, at, digits, "this number is too large", "a number below 1.8e308");
        }

        var read = RuleDigits.Integer(plain, out var integer);
        value = RuleValue.From(integer);
        return read switch
        {
            RuleDigits.Reading.Fits => null,
            RuleDigits.Reading.WrongDigit => Wrong(text, at, digits, "this is no number", $"digits of base {shape.Base} only"),
            _ => Wrong(text, at, digits, "this number is too large for 64 bits", "at most 9223372036854775807, or a float such as 1e19"),
        };
    }

    private static RuleError? Sized(string text, int at, string digits, string suffix, Shape shape, out RuleValue value)
    {
        value = default;
        var factor = ByteUnits.FactorOf(suffix);
        if (factor == 0)
        {
            return UnknownSuffix(text, at, digits, suffix);
        }

        if (shape.Base != 10 || !shape.IsSound || !RuleDigits.UnderscoresSeparate(digits) || (!shape.IsFloat && digits.Length > 1 && digits[0] == '0'))
        {
            return Wrong(text, at, digits + suffix, "a size is a decimal number with a suffix", "digits that do not begin with 0, then the suffix, e.g. 200MiB");
        }

        var plain = digits.Replace("_", "", StringComparison.Ordinal);
        var product = double.Parse(plain, NumberStyles.Float, CultureInfo.InvariantCulture) * factor;
        if (product >= long.MaxValue)
        {
            return Wrong(text, at, digits + suffix, "this size is too large", $"at most {long.MaxValue} bytes (8 EiB)");
        }

        // Whole products stay integers, so that integer arithmetic is what it is without suffixes: 3K/2 is 1536, as 3072/2.
        var exact = decimal.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number * factor : (decimal)product;
        var whole = exact == decimal.Truncate(exact) && exact <= long.MaxValue && (exact > 0 || product == 0);
        value = whole ? RuleValue.From((long)exact) : RuleValue.From(product);
        return null;
    }

    private static RuleError UnknownSuffix(string text, int at, string digits, string suffix)
    {
        if (suffix.StartsWith("in", StringComparison.Ordinal))
        {
            return Wrong(text, at, digits + suffix, "a name or operator can't follow a number directly", "a space between them") with { Suggestion = $"{digits} in" };
        }

        var nearest = NearestName.Find(suffix, ByteUnits.All.Select(unit => unit.Suffix).OrderByDescending(unit => unit.Length));
        return new RuleError(text, at + digits.Length, suffix.Length, "this is no size suffix")
        {
            Found = RuleText.Quote(suffix),
            Expected = ByteUnits.Valid,
            Suggestion = nearest is null ? null : digits + nearest,
        };
    }

    private static RuleError Wrong(string text, int at, string literal, string message, string expected) =>
        new(text, at, literal.Length, message) { Found = RuleText.Quote(literal), Expected = expected };

    /// <summary>How far a literal reaches and of which sort it is, by the rules of Go's scanner.</summary>
    private readonly record struct Shape(int Length, int Base, bool IsFloat, bool IsSound)
    {
        public static Shape Of(string text, int at)
        {
            char Next(int i) => i < text.Length ? char.ToLowerInvariant(text[i]) : '\0';

            var i = at;
            var radix = 10;
            if (text[at] == '0')
            {
                radix = Next(at + 1) switch { 'x' => 16, 'o' => 8, 'b' => 2, _ => 10 };
                i += radix == 10 ? 1 : 2;
            }

            int Digits(int from)
            {
                var end = from;
                while (Next(end) == '_' || char.IsAsciiDigit(Next(end)) || (radix == 16 && char.IsAsciiHexDigit(Next(end))))
                {
                    end++;
                }

                return end;
            }

            i = Digits(i);
            var sound = radix == 10 || i > at + 2;
            var isFloat = false;
            if (Next(i) == '.')
            {
                var from = i + 1;
                i = Digits(from);
                isFloat = true;
                sound = radix == 10 || (radix == 16 && (sound || i > from));
            }

            if (radix is 10 or 16 && Next(i) == (radix == 10 ? 'e' : 'p'))
            {
                var from = Next(i + 1) is '+' or '-' ? i + 2 : i + 1;
                i = from;
                while (Next(i) == '_' || char.IsAsciiDigit(Next(i)))
                {
                    i++;
                }

                isFloat = true;
                sound &= i > from;
            }
            else if (radix == 16 && isFloat)
            {
                sound = false;
            }

            var octal = radix == 10 && !isFloat && i > at + 1 && text[at] == '0';
            return new Shape(i - at, octal ? 8 : radix, isFloat, sound);
        }
    }
}
