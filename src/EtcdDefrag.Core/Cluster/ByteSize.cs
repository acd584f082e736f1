using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace EtcdDefrag.Core.Cluster;

/// <summary>A number of bytes.</summary>
/// <param name="Bytes">The number; may be negative where etcd says so (a disabled quota).</param>
public readonly record struct ByteSize(long Bytes) : IComparable<ByteSize>
{
    private static readonly string[] HumanUnits = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary>Reads a size as a user writes it: <c>1048576</c>, <c>200M</c>, <c>1.5GiB</c>, <c>64 KB</c>; see
    /// <see cref="ByteUnits"/>.</summary>
    /// <param name="text">Digits, perhaps a fraction, perhaps a suffix; never negative. A part of a byte that
    /// remains is rounded away.</param>
    /// <param name="size">The size, 0 or more, when the text is one.</param>
    /// <param name="problem">Otherwise what is wrong with it, as the second half of a sentence, and what is right.</param>
    public static bool TryParse(string text, out ByteSize size, [NotNullWhen(false)] out string? problem)
    {
        size = default;
        var trimmed = text.AsSpan().Trim();
        var end = 0;
        while (end < trimmed.Length && (char.IsAsciiDigit(trimmed[end]) || trimmed[end] == '.'))
        {
            end++;
        }

        var number = trimmed[..end];
        var suffix = trimmed[end..].TrimStart();
        var factor = suffix.IsEmpty ? 1 : ByteUnits.FactorOf(suffix);
        problem = Check(trimmed, number, suffix, factor, out var bytes);
        if (problem is null)
        {
            size = new ByteSize(bytes);
        }

        return problem is null;
    }

    private static string? Check(
        ReadOnlySpan<char> text, ReadOnlySpan<char> number, ReadOnlySpan<char> suffix, long factor, out long bytes)
    {
        bytes = 0;
        if (text.IsEmpty)
        {
            return "is empty: give a number of bytes, or a size such as 200MiB or 1.5G";
        }

        if (text[0] == '-')
        {
            return "is negative: a size is 0 or more";
        }

        if (number.IsEmpty || number.Count('.') > 1 || number is ".")
        {
            return "does not begin with a number: give a number of bytes, or a size such as 200MiB or 1.5G";
        }

        if (factor == 0)
        {
            return $"has the unknown suffix \"{suffix}\": use {ByteUnits.Valid}";
        }

        if (factor == 1 && number.Contains('.'))
        {
            return "is a fraction of a byte: give whole bytes, or a larger unit such as 1.5K";
        }

        const NumberStyles Digits = NumberStyles.AllowDecimalPoint;
        if (!decimal.TryParse(number, Digits, CultureInfo.InvariantCulture, out var value)
            || value > long.MaxValue / (decimal)factor)
        {
            return $"is too large: the largest size is {long.MaxValue} bytes (8 EiB)";
        }

        bytes = (long)decimal.Truncate(value * factor);
        return null;
    }

    /// <summary>The size for people, in units of 1024, with one decimal where it is needed: <c>204.8 MiB</c>,
    /// <c>512 B</c>, <c>2 GiB</c>.</summary>
    public string ToHuman()
    {
        var value = (double)Bytes;
        var unit = 0;

        // 1023.95 is where one decimal would round up to 1024: the next unit says it better.
        while (Math.Abs(value) >= (unit == 0 ? 1024 : 1023.95) && unit < HumanUnits.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{value:0.#} {HumanUnits[unit]}");
    }

    /// <inheritdoc/>
    public int CompareTo(ByteSize other) => Bytes.CompareTo(other.Bytes);

    /// <summary>The plain number of bytes, as the original prints sizes.</summary>
    public override string ToString() => Bytes.ToString(CultureInfo.InvariantCulture);

    /// <summary>Order by size.</summary>
    public static bool operator <(ByteSize left, ByteSize right) => left.CompareTo(right) < 0;

    /// <summary>Order by size.</summary>
    public static bool operator <=(ByteSize left, ByteSize right) => left.CompareTo(right) <= 0;

    /// <summary>Order by size.</summary>
    public static bool operator >(ByteSize left, ByteSize right) => left.CompareTo(right) > 0;

    /// <summary>Order by size.</summary>
    public static bool operator >=(ByteSize left, ByteSize right) => left.CompareTo(right) >= 0;
}
