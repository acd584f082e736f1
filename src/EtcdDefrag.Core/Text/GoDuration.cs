using System.Globalization;
using System.Text;

namespace EtcdDefrag.Core.Text;

/// <summary>Durations as Go reads and writes them.</summary>
/// <remarks>Source: Go time/format.go, ParseDuration; time/time.go, Duration.String.</remarks>
public static class GoDuration
{
    /// <summary>What to write, for messages.</summary>
    public const string Forms = "write a number and a unit, e.g. 30s, 1m30s, 500ms, 1.5h";

    private const long Second = 1_000_000_000;
    private const ulong Limit = 1UL << 63;

    /// <summary>Reads a duration. What is finer than 100 ns is cut off.</summary>
    public static bool TryParse(string text, out TimeSpan value, out string problem)
    {
        var good = TryParseNanoseconds(text, out var nanoseconds, out problem);
        value = TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick);
        return good;
    }

    /// <summary>Reads a duration, in nanoseconds; or says what is wrong and what to write, in a form that follows
    /// "invalid argument X: ".</summary>
    public static bool TryParseNanoseconds(string text, out long nanoseconds, out string problem)
    {
        nanoseconds = 0;
        problem = "it is not a duration; " + Forms;
        var rest = text.AsSpan();
        var negative = rest.StartsWith('-');
        if (negative || rest.StartsWith('+'))
        {
            rest = rest[1..];
        }

        if (rest is "0")
        {
            problem = "";
            return true;
        }

        if (rest.IsEmpty)
        {
            return false;
        }

        ulong total = 0;
        while (!rest.IsEmpty)
        {
            if (!TryPart(ref rest, out var part, out var why))
            {
                problem = why.Length > 0 ? why : MissingUnit(text) ?? problem;
                return false;
            }

            total += part;
            if (total > Limit)
            {
                problem = TooLong;
                return false;
            }
        }

        if (!negative && total == Limit)
        {
            problem = TooLong;
            return false;
        }

        nanoseconds = negative ? unchecked((long)(0 - total)) : (long)total;
        problem = "";
        return true;
    }

    /// <summary>Writes a duration as Go does: <c>4.702492ms</c>, <c>1m30s</c>, <c>0s</c>.</summary>
    public static string Format(TimeSpan value)
    {
        var nanoseconds = (Int128)value.Ticks * TimeSpan.NanosecondsPerTick;
        return FormatNanoseconds((long)Int128.Clamp(nanoseconds, long.MinValue, long.MaxValue));
    }

    /// <summary>Writes a number of nanoseconds as Go does.</summary>
    public static string FormatNanoseconds(long nanoseconds)
    {
        if (nanoseconds == 0)
        {
            return "0s";
        }

        var text = new StringBuilder(24);
        if (nanoseconds < 0)
        {
            text.Append('-');
        }

        var magnitude = nanoseconds < 0 ? 0 - unchecked((ulong)nanoseconds) : (ulong)nanoseconds;
        if (magnitude < Second)
        {
            var (unit, name) = magnitude switch
            {
                < 1_000 => (1UL, "ns"),
                < 1_000_000 => (1_000UL, "µs"),
                _ => (1_000_000UL, "ms"),
            };
            return AppendDecimal(text, magnitude, unit).Append(name).ToString();
        }

        var minutes = magnitude / (60 * Second);
        if (minutes >= 60)
        {
            text.Append(CultureInfo.InvariantCulture, $"{minutes / 60}h");
        }

        if (minutes > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"{minutes % 60}m");
        }

        return AppendDecimal(text, magnitude % (60 * Second), Second).Append('s').ToString();
    }

    private const string TooLong = "it is too long; the longest duration is 2562047h47m16s";

    private static StringBuilder AppendDecimal(StringBuilder text, ulong value, ulong unit)
    {
        text.Append(CultureInfo.InvariantCulture, $"{value / unit}");
        var fraction = value % unit;
        if (fraction == 0)
        {
            return text;
        }

        text.Append('.');
        for (unit /= 10; fraction > 0; unit /= 10)
        {
            text.Append((char)('0' + (fraction / unit)));
            fraction %= unit;
        }

        return text;
    }

    /// <summary>Takes one number with its unit off the front.</summary>
    private static bool TryPart(ref ReadOnlySpan<char> rest, out ulong part, out string problem)
    {
        (part, problem) = (0, "");
        if (!TryDigits(ref rest, out var whole, out var wholeDigits))
        {
            problem = TooLong;
            return false;
        }

        var (fraction, scale, fractionDigits) = TakeFraction(ref rest);
        var length = 0;
        while (length < rest.Length && rest[length] != '.' && !char.IsAsciiDigit(rest[length]))
        {
            length++;
        }

        if (wholeDigits + fractionDigits == 0 || length == 0)
        {
            return false;
        }

        var name = rest[..length];
        rest = rest[length..];
        var unit = UnitOf(name);
        if (unit == 0)
        {
            problem = $"\"{name}\" is not a unit of time; use ns, us, ms, s, m or h, e.g. 1m30s";
            return false;
        }

        var exact = (UInt128)whole * unit + (ulong)(fraction * (unit / scale));
        if (exact > Limit)
        {
            problem = TooLong;
            return false;
        }

        part = (ulong)exact;
        return true;
    }

    /// <summary>Takes the digits after a point off the front.</summary>
    /// <returns>The digits as a number, what it is to be divided by, and how many digits there were.</returns>
    private static (ulong Fraction, double Scale, int Digits) TakeFraction(ref ReadOnlySpan<char> rest)
    {
        var (fraction, scale, digits) = (0UL, 1.0, 0);
        if (!rest.StartsWith('.'))
        {
            return (fraction, scale, digits);
        }

        for (rest = rest[1..]; !rest.IsEmpty && char.IsAsciiDigit(rest[0]); rest = rest[1..])
        {
            digits++;
            if (fraction <= (Limit - 10) / 10) // further digits are far below a nanosecond
            {
                fraction = (fraction * 10) + (ulong)(rest[0] - '0');
                scale *= 10;
            }
        }

        return (fraction, scale, digits);
    }

    /// <summary>A unit in nanoseconds; 0: there is none of that name.</summary>
    private static ulong UnitOf(ReadOnlySpan<char> name) => name switch
    {
        "ns" => 1,
        "us" or "µs" or "μs" => 1_000, // U+00B5 and U+03BC
        "ms" => 1_000_000,
        "s" => Second,
        "m" => 60 * Second,
        "h" => 3600 * Second,
        _ => 0,
    };

    private static bool TryDigits(ref ReadOnlySpan<char> rest, out ulong value, out int digits)
    {
        (value, digits) = (0, 0);
        for (; !rest.IsEmpty && char.IsAsciiDigit(rest[0]); rest = rest[1..])
        {
            value = (value * 10) + (ulong)(rest[0] - '0');
            digits++;
            if (value > Limit)
            {
                return false;
            }
        }

        return true;
    }

    private static string? MissingUnit(string text) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _)
            ? $"the unit is missing; write {text}s for seconds (or ms, m, h)"
            : null;
}
