using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Core.Rules;

/// <summary>
/// Evaluates a rule for a whole range of bytes in use at once, by interval arithmetic. Sound: rounding never leaves an interval,
/// as IEEE operations round both ends the same way as every number between them. What is not modelled ends as "could be true".
/// </summary>
internal static class RuleForecast
{
    /// <summary>Whether the rule could have this value for some number of bytes in use from 0 to what they are.</summary>
    public static bool CouldBecome(bool value, RuleToken[] steps, RuleInput now)
    {
        if (now.DbSizeInUse.Bytes < 0)
        {
            return true;
        }

        var least = now with { DbSizeInUse = new ByteSize(0) };
        var stack = new Range[RuleToken.DepthOf(steps)];
        var top = 0;
        foreach (var step in steps)
        {
            top -= step.Operands;

            // The variables that change all rise or all fall with the bytes in use, so the two ends bound what lies between.
            var range = step.Operands > 0 ? Apply(step.Symbol, stack.AsSpan(top, step.Operands))
                : step.Variable is { } variable ? Range.Of([variable.ValueFor(now), variable.ValueFor(least)])
                : new Range(step.Value, step.Value);
            if (range is null)
            {
                return true;
            }

            stack[top++] = range.Value;
        }

        return !(stack[0] is { IsExact: true, High: { IsNumber: false } only } && only.Boolean != value);
    }

    // Null: not modelled, or an error for some of the numbers.
    private static Range? Apply(string op, ReadOnlySpan<Range> operands)
    {
        var (left, right) = (operands[0], operands[^1]);
        if (op == "?")
        {
            return left.High.IsNumber ? null : left.IsExact ? (left.High.Boolean ? operands[1] : right)
                : Either(operands[1], right);
        }

        if (!left.IsExact || !right.IsExact)
        {
            switch (op)
            {
                case "==" or "!=":
                    var apart = left.IsNumber && right.IsNumber && (left.High.Number < right.Low.Number
                        || right.High.Number < left.Low.Number);
                    return apart ? new Range(RuleValue.From(op == "!="), RuleValue.From(op == "!=")) : Range.AnyBoolean;
                case "%" or "/" when op == "%" || (right.Low.Number <= 0 && right.High.Number >= 0):
                    return null;
                case "+" or "-" or "*" or "/" when !left.IsFinite || !right.IsFinite:
                    return null; // infinities in the middle of an interval could make a NaN that its ends do not show
                default:
                    break;
            }
        }

        // Where one side stands still, all these operators only rise or only fall with the other: the extremes are at the ends.
        var corners = new List<RuleValue>(4);
        foreach (var one in new[] { left.Low, left.High })
        {
            foreach (var other in new[] { right.Low, right.High })
            {
                if (RuleMachine.Apply(op, operands.Length == 1 ? [one] : [one, other], out var corner) is not null)
                {
                    return null;
                }

                corners.Add(corner);
            }
        }

        return Range.Of(corners);
    }

    // Integers are left out: with another integer they calculate otherwise than a float does.
    private static Range? Either(Range yes, Range no) =>
        yes == no ? yes
        : yes.High.Kind == no.High.Kind && yes.High.Kind != RuleKind.Integer ? Range.Of([yes.Low, yes.High, no.Low, no.High])
        : null;

    /// <summary>All values that an expression may have while one number changes: one value, floats between two
    /// ends, or both booleans.</summary>
    private readonly record struct Range(RuleValue Low, RuleValue High)
    {
        public static Range AnyBoolean { get; } = new(RuleValue.From(false), RuleValue.From(true));

        public bool IsExact => Low == High;

        /// <summary>A number, and not NaN.</summary>
        public bool IsNumber => High.IsNumber && !double.IsNaN(High.Number);

        public bool IsFinite => double.IsFinite(Low.Number) && double.IsFinite(High.Number);

        /// <summary>The range that holds these; null where one of several is NaN.</summary>
        public static Range? Of(List<RuleValue> values) =>
            values.All(value => value == values[0]) ? new Range(values[0], values[0])
            : values.Any(value => value.IsNumber && double.IsNaN(value.Number)) ? null
            : new Range(values.MinBy(Order), values.MaxBy(Order));

        private static double Order(RuleValue value) => value.IsNumber ? value.Number : value.Boolean ? 1 : 0;
    }
}
