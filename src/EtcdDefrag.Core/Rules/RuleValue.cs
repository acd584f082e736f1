using System.Globalization;

namespace EtcdDefrag.Core.Rules;

internal enum RuleKind
{
    Nil,
    Boolean,
    Integer,
    Float,
    String,
    Array,
    Object,
}

/// <summary>A value while a rule is evaluated. A struct, so that numbers and booleans cost no memory.</summary>
/// <remarks>A string holds one byte of its UTF-8 form per char (0..255): slices cut between bytes, as Go's do, and equality is equality of bytes.</remarks>
internal readonly struct RuleValue
{
    private readonly long _bits;
    private readonly object? _reference;

    private RuleValue(RuleKind kind, long bits, object? reference = null)
    {
        Kind = kind;
        _bits = bits;
        _reference = reference;
    }

    public static RuleValue Nil => default;

    public RuleKind Kind { get; }

    public bool IsNumber => Kind is RuleKind.Integer or RuleKind.Float;

    public bool Boolean => _bits != 0;

    public long Integer => _bits;

    /// <summary>A number of either kind as a float, as it is where one kind meets the other.</summary>
    public double Number => Kind == RuleKind.Integer ? _bits : BitConverter.Int64BitsToDouble(_bits);

    public string String => (string)_reference!;

    public RuleValue[] Array => (RuleValue[])_reference!;

    public Dictionary<string, RuleValue> Object => (Dictionary<string, RuleValue>)_reference!;

    /// <summary>The kind in the words of our messages: users meet one sort of number.</summary>
    public string KindName => Kind switch
    {
        RuleKind.Nil => "nil",
        RuleKind.Boolean => "a boolean",
        RuleKind.Integer or RuleKind.Float => "a number",
        RuleKind.String => "a string",
        RuleKind.Array => "an array",
        _ => "an object",
    };

    public static RuleValue From(bool value) => new(RuleKind.Boolean, value ? 1 : 0);

    public static RuleValue From(long value) => new(RuleKind.Integer, value);

    public static RuleValue From(double value) => new(RuleKind.Float, BitConverter.DoubleToInt64Bits(value));

    public static RuleValue From(string bytes) => new(RuleKind.String, 0, bytes);

    public static RuleValue From(RuleValue[] items) => new(RuleKind.Array, 0, items);

    public static RuleValue From(Dictionary<string, RuleValue> fields) => new(RuleKind.Object, 0, fields);

    /// <summary>Cuts a float to an integer as Go does on amd64: what does not fit, and NaN, becomes the smallest integer.</summary>
    public static long Truncate(double value) => value is >= -9223372036854775808.0 and < 9223372036854775808.0 ? (long)value : long.MinValue;

    /// <summary>A number without exponent and with as few digits as identify it, as Go's format verb 'f' with precision -1 writes it.</summary>
    public static string Format(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
        }

        var roundTrip = value.ToString("R", CultureInfo.InvariantCulture);
        var exponentAt = roundTrip.IndexOf('E', StringComparison.Ordinal);
        if (exponentAt < 0)
        {
            return roundTrip;
        }

        var exponent = int.Parse(roundTrip.AsSpan(exponentAt + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var sign = roundTrip.StartsWith('-') ? "-" : "";
        var digits = roundTrip[sign.Length..exponentAt].Replace(".", "", StringComparison.Ordinal);
        return exponent < 0
            ? sign + "0." + new string('0', -exponent - 1) + digits
            : sign + digits + new string('0', Math.Max(0, exponent + 1 - digits.Length));
    }
}
