namespace EtcdDefrag.Core.Rules;

internal enum RuleRangeKind
{
    /// <summary>One value, of any kind.</summary>
    Exact,

    /// <summary>Some float between two ends, both included; never NaN.</summary>
    Interval,

    /// <summary>True or false.</summary>
    AnyBoolean,
}

/// <summary>All values that an expression may have while one number changes.</summary>
internal readonly struct RuleRange
{
    private RuleRange(RuleRangeKind kind, double low, double high)
    {
        Kind = kind;
        (Low, High) = (low, high);
    }

    public RuleRange(RuleValue value)
    {
        Value = value;
        (Low, High) = value.IsNumber ? (value.Number, value.Number) : (double.NaN, double.NaN);
    }

    public static RuleRange AnyBoolean => new(RuleRangeKind.AnyBoolean, double.NaN, double.NaN);

    public RuleRangeKind Kind { get; }

    public RuleValue Value { get; }

    /// <summary>The lower end of a number, as a float; NaN where there is none.</summary>
    public double Low { get; }

    /// <summary>The upper end of a number, as a float; NaN where there is none.</summary>
    public double High { get; }

    public bool IsBoolean => Kind == RuleRangeKind.AnyBoolean || (Kind == RuleRangeKind.Exact && Value.Kind == RuleKind.Boolean);

    public bool IsFloat => IsOrdered && (Kind == RuleRangeKind.Interval || Value.Kind == RuleKind.Float);

    /// <summary>A number, and not NaN.</summary>
    public bool IsOrdered => !double.IsNaN(Low) && !double.IsNaN(High);

    public bool IsFinite => double.IsFinite(Low) && double.IsFinite(High);

    /// <summary>An interval from its two ends, in either order; null when one is NaN.</summary>
    public static RuleRange? Between(double one, double other) =>
        double.IsNaN(one) || double.IsNaN(other) ? null : new RuleRange(RuleRangeKind.Interval, Math.Min(one, other), Math.Max(one, other));

    public bool IsExactly(bool value) => Kind == RuleRangeKind.Exact && Value.Kind == RuleKind.Boolean && Value.Boolean == value;
}
