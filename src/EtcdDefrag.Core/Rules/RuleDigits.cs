using System.Globalization;

namespace EtcdDefrag.Core.Rules;

/// <summary>Turns the digits of a literal into a number, as Go's strconv does.</summary>
internal static class RuleDigits
{
    public enum Reading
    {
        Fits,
        WrongDigit,
        TooLarge,
    }

    // A 64-bit number has 16 hexadecimal digits; the float that it becomes keeps the first 53 bits.
    private const int HexDigitsKept = 15;

    /// <summary>Reads an integer with Go's prefixes. Hexadecimal ones use all 64 bits, so that 0xFFFFFFFFFFFFFFFF is -1.</summary>
    public static Reading Integer(string digits, out long value)
    {
        value = 0;
        var (radix, start) = digits.Length < 2 || digits[0] != '0' ? (10, 0) : digits[1] switch
        {
            'x' or 'X' => (16, 2),
            'o' or 'O' => (8, 2),
            'b' or 'B' => (2, 2),
            _ => (8, 1),
        };
        var largest = radix == 16 ? ulong.MaxValue : long.MaxValue;
        var sum = 0UL;
        foreach (var c in digits.AsSpan(start))
        {
            var digit = (ulong)Convert.ToInt32(c.ToString(), 16);
            if (digit >= (ulong)radix)
            {
                return Reading.WrongDigit;
            }

            if (sum > (largest - digit) / (ulong)radix)
            {
                return Reading.TooLarge;
            }

            sum = (sum * (ulong)radix) + digit;
        }

        value = unchecked((long)sum);
        return Reading.Fits;
    }

    /// <summary>Reads a hexadecimal float such as <c>0x1.8p3</c>; digits that a float can't hold only round.</summary>
    public static double HexFloat(string digits)
    {
        var p = digits.AsSpan().IndexOfAny('p', 'P');
        var mantissa = 0UL;
        long exponent = 0;
        var (kept, fraction) = (0, false);
        foreach (var c in digits.AsSpan(2, p - 2))
        {
            if (c == '.')
            {
                fraction = true;
                continue;
            }

            if (kept < HexDigitsKept)
            {
                mantissa = (mantissa << 4) | (uint)Convert.ToInt32(c.ToString(), 16);
                kept += mantissa > 0 ? 1 : 0;
                exponent -= fraction ? 4 : 0;
            }
            else
            {
                // The last bit stands for all that is cut off, which is what rounding needs to know.
                mantissa |= c == '0' ? 0UL : 1UL;
                exponent += fraction ? 0 : 4;
            }
        }

        // An exponent of more digits than fit is as good as this one: the result is 0 or infinite.
        var written = int.TryParse(digits.AsSpan(p + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed) ? parsed
            : digits[p + 1] == '-' ? -1_000_000 : 1_000_000;
        return Math.ScaleB((double)mantissa, (int)Math.Clamp(exponent + written, -1_000_000, 1_000_000));
    }

    /// <summary>Whether every underscore stands between two digits, or between the prefix and a digit.</summary>
    public static bool UnderscoresSeparate(string literal)
    {
        var hex = literal.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        var prefixed = hex || literal.StartsWith("0b", StringComparison.OrdinalIgnoreCase) || literal.StartsWith("0o", StringComparison.OrdinalIgnoreCase);
        bool Digit(int i) => i < literal.Length && (char.IsAsciiDigit(literal[i]) || (hex && char.IsAsciiHexDigit(literal[i])));

        for (var i = 0; i < literal.Length; i++)
        {
            if (literal[i] == '_' && !((Digit(i - 1) || (prefixed && i == 2)) && Digit(i + 1)))
            {
                return false;
            }
        }

        return true;
    }
}
