using System.Globalization;

namespace EtcdDefrag.Core.Text;

/// <summary>Booleans, integers and floats as Go's strconv reads them.</summary>
public static class GoNumber
{
    /// <summary>What to write, for messages.</summary>
    public const string BooleanForms = "write true or false (1, t, T, TRUE, True, 0, f, F, FALSE and False are fine too)";

    /// <summary>Reads a boolean; or says what is wrong, in a form that follows "invalid argument X: ".</summary>
    /// <remarks>Source: Go strconv/atob.go, ParseBool.</remarks>
    public static bool TryParseBoolean(string text, out bool value, out string problem)
    {
        problem = "";
        switch (text)
        {
            case "1" or "t" or "T" or "true" or "TRUE" or "True":
                value = true;
                return true;
            case "0" or "f" or "F" or "false" or "FALSE" or "False":
                value = false;
                return true;
            default:
                value = false;
                problem = "it is not a boolean; " + BooleanForms;
                return false;
        }
    }

    /// <summary>Reads an integer of 64 bits.</summary>
    /// <remarks>Source: Go strconv/atoi.go, ParseInt with base 0.</remarks>
    public static bool TryParseInteger(string text, out long value, out string problem)
    {
        value = 0;
        problem = "it is not an integer; write digits, e.g. 1000 (0x3e8 and 1_000 are fine too)";
        var rest = text.AsSpan();
        var negative = rest.StartsWith('-');
        if (negative || rest.StartsWith('+'))
        {
            rest = rest[1..];
        }

        if (!TryMagnitude(rest, out var magnitude, out _))
        {
            return false;
        }

        if (magnitude > (UInt128)long.MaxValue + (negative ? 1u : 0u))
        {
            problem = "it does not fit into 64 bits";
            return false;
        }

        value = negative ? (long)-(Int128)magnitude : (long)magnitude;
        problem = "";
        return true;
    }

    /// <summary>Reads the digits of an integer with Go's prefixes and underscores.</summary>
    /// <param name="text">The digits, without a sign.</param>
    /// <param name="magnitude">The value; larger than 64 bits hold: any such value.</param>
    /// <param name="radix">The base that the prefix stands for.</param>
    /// <returns>False: there are no digits, one is not of that base, or an underscore is out of place.</returns>
    internal static bool TryMagnitude(ReadOnlySpan<char> text, out UInt128 magnitude, out int radix)
    {
        magnitude = 0;
        radix = 10;
        var prefixed = text.Length > 1 && text[0] == '0';
        if (prefixed)
        {
            (radix, var length) = char.ToLowerInvariant(text[1]) switch
            {
                'x' => (16, 2),
                'b' => (2, 2),
                'o' => (8, 2),
                _ => (8, 1),
            };
            text = text[length..];
        }

        // An underscore separates digits, or the prefix from the digits; never two in a row and none at the end.
        var underscoreAllowed = prefixed;
        var digits = 0;
        foreach (var c in text)
        {
            if (c == '_')
            {
                if (!underscoreAllowed)
                {
                    return false;
                }

                underscoreAllowed = false;
                continue;
            }

            var digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : 16;
            if (digit >= radix)
            {
                return false;
            }

            underscoreAllowed = true;
            digits++;
            magnitude = UInt128.Min((magnitude * (uint)radix) + (uint)digit, UInt128.One << 64);
        }

        return digits > 0 && underscoreAllowed;
    }

    /// <summary>Reads a float.</summary>
    /// <remarks>Source: Go strconv/atof.go, ParseFloat; its hexadecimal form is refused, nobody
    /// writes a ratio that way.</remarks>
    public static bool TryParseFloat(string text, out double value, out string problem)
    {
        problem = "";
        var unsigned = text.AsSpan().TrimStart("+-");
        if (unsigned.Length > 0
            && (char.IsAsciiDigit(unsigned[0]) || unsigned[0] == '.')
            && double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
                CultureInfo.InvariantCulture, out value)
            && double.IsFinite(value))
        {
            return true;
        }

        value = 0;
        problem = "it is not a number; write e.g. 0.9";
        return false;
    }
}
