namespace EtcdDefrag.Core.Rules;

/// <summary>The operators on numbers and booleans, as goval 1.6.0 on amd64 calculates them.</summary>
internal static class RuleMath
{
    public static RuleFault? Unary(RuleOperator op, RuleValue operand, out RuleValue result)
    {
        result = default;
        switch (op)
        {
            case RuleOperator.Not when operand.Kind == RuleKind.Boolean:
                result = RuleValue.From(!operand.Boolean);
                return null;
            case RuleOperator.Not:
                return RuleFault.Kinds("! turns true into false and back", "true or false", operand);
            case RuleOperator.Negate when operand.Kind == RuleKind.Integer:
                result = RuleValue.From(unchecked(-operand.Integer));
                return null;
            case RuleOperator.Negate when operand.Kind == RuleKind.Float:
                result = RuleValue.From(-operand.Number);
                return null;
            case RuleOperator.Negate:
                return RuleFault.Kinds("only a number can be negated", "a number", operand);
            default:
                if (Whole("~", operand, out var bits) is { } fault)
                {
                    return fault;
                }

                result = RuleValue.From(~bits);
                return null;
        }
    }

    public static RuleFault? Arithmetic(RuleInstruction instruction, RuleValue left, RuleValue right, out RuleValue result)
    {
        result = default;
        if (!left.IsNumber || !right.IsNumber)
        {
            return RuleFault.Kinds($"{instruction.Symbol} works on two numbers", "two numbers", left, right);
        }

        var op = instruction.Operator;
        var integers = left.Kind == RuleKind.Integer && right.Kind == RuleKind.Integer;
        if (right.Number == 0 && (op == RuleOperator.Divide || (op == RuleOperator.Remainder && integers)))
        {
            return new RuleFault("division by zero", "a right side that is 0", "a right side other than 0");
        }

        // A power is a float even of integers, as the original's vectors show.
        result = integers && op != RuleOperator.Power
            ? RuleValue.From(OfIntegers(op, left.Integer, right.Integer))
            : RuleValue.From(OfFloats(op, left.Number, right.Number));
        return null;
    }

    private static long OfIntegers(RuleOperator op, long left, long right) => unchecked(op switch
    {
        RuleOperator.Add => left + right,
        RuleOperator.Subtract => left - right,
        RuleOperator.Multiply => left * right,
        // -1 apart: the machine traps on the smallest integer divided by -1, where Go wraps.
        RuleOperator.Divide => right == -1 ? -left : left / right,
        _ => right == -1 ? 0 : left % right,
    });

    public static double OfFloats(RuleOperator op, double left, double right) => op switch
    {
        RuleOperator.Add => left + right,
        RuleOperator.Subtract => left - right,
        RuleOperator.Multiply => left * right,
        RuleOperator.Divide => left / right,
        RuleOperator.Remainder => left % right,
        _ => Math.Pow(left, right),
    };

    public static RuleFault? Compare(RuleInstruction instruction, RuleValue left, RuleValue right, out RuleValue result)
    {
        result = default;
        if (!left.IsNumber || !right.IsNumber)
        {
            return RuleFault.Kinds($"{instruction.Symbol} compares two numbers", "two numbers", left, right);
        }

        // Two integers are compared as such: as floats, neighbours above 2^53 would be equal.
        var integers = left.Kind == RuleKind.Integer && right.Kind == RuleKind.Integer;
        result = RuleValue.From(instruction.Operator switch
        {
            RuleOperator.Less => integers ? left.Integer < right.Integer : left.Number < right.Number,
            RuleOperator.LessOrEqual => integers ? left.Integer <= right.Integer : left.Number <= right.Number,
            RuleOperator.Greater => integers ? left.Integer > right.Integer : left.Number > right.Number,
            _ => integers ? left.Integer >= right.Integer : left.Number >= right.Number,
        });
        return null;
    }

    public static RuleFault? Logic(RuleInstruction instruction, RuleValue left, RuleValue right, out RuleValue result)
    {
        result = default;
        if (left.Kind != RuleKind.Boolean || right.Kind != RuleKind.Boolean)
        {
            return RuleFault.Kinds($"{instruction.Symbol} joins two conditions", "two booleans, e.g. two comparisons", left, right);
        }

        result = RuleValue.From(instruction.Operator == RuleOperator.And ? left.Boolean && right.Boolean : left.Boolean || right.Boolean);
        return null;
    }

    public static RuleFault? Bits(RuleInstruction instruction, RuleValue left, RuleValue right, out RuleValue result)
    {
        result = default;
        var fault = Whole(instruction.Symbol, left, out var a);
        var otherFault = Whole(instruction.Symbol, right, out var b);
        if ((fault ?? otherFault) is { } first)
        {
            return first;
        }

        result = RuleValue.From(instruction.Operator switch
        {
            RuleOperator.BitAnd => a & b,
            RuleOperator.BitOr => a | b,
            RuleOperator.BitXor => a ^ b,
            RuleOperator.ShiftLeft => Shift(a, b),
            _ => b == long.MinValue ? Shift(a, long.MaxValue) : Shift(a, -b),
        });
        return null;
    }

    // To the left by so many bits, or, when negative, to the right. Shifting everything out leaves 0, or -1 of a negative number.
    private static long Shift(long value, long count) => count switch
    {
        >= 64 => 0,
        >= 0 => value << (int)count,
        > -64 => value >> (int)-count,
        _ => value < 0 ? -1 : 0,
    };

    /// <summary>A whole number, also one that is written or calculated as a float.</summary>
    public static RuleFault? Whole(string symbol, RuleValue value, out long whole)
    {
        whole = value.Kind == RuleKind.Integer ? value.Integer : 0;
        if (!value.IsNumber)
        {
            return RuleFault.Kinds($"{symbol} works on whole numbers", "a whole number", value);
        }

        if (value.Kind == RuleKind.Float)
        {
            whole = RuleValue.Truncate(value.Number);
            if (whole != value.Number || value.Number >= 9223372036854775808.0)
            {
                return new RuleFault($"{symbol} works on whole numbers", RuleText.Number(value.Number), "a whole number that fits in 64 bits");
            }
        }

        return null;
    }
}
