using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Core.Rules;

/// <summary>
/// Evaluates a rule for a whole range of bytes in use at once, by interval arithmetic. Sound: rounding never leaves an interval,
/// as IEEE operations round both ends the same way as every number between them. What is not modelled ends as "could be true".
/// </summary>
internal static class RuleForecast
{
    public static bool CouldBecomeTrue(RuleCode code, RuleInput now)
    {
        if (now.DbSizeInUse.Bytes < 0)
        {
            return true;
        }

        var least = now with { DbSizeInUse = new ByteSize(0) };
        var stack = new RuleRange[code.MaxDepth];
        var top = 0;
        foreach (var instruction in code.Instructions)
        {
            top -= instruction.Operands;
            var range = instruction.Operator == RuleOperator.Variable
                ? Variable(RuleVariables.All[instruction.Argument], now, least)
                : Apply(code, instruction, stack.AsSpan(top, instruction.Operands));
            if (range is null)
            {
                return true;
            }

            stack[top++] = range.Value;
        }

        return !stack[0].IsExactly(false);
    }

    // The variables that change all rise or all fall with the bytes in use, so the two ends bound what lies between.
    private static RuleRange? Variable(RuleVariable variable, RuleInput now, RuleInput least)
    {
        var value = variable.Read(now);
        return variable.ChangesByCompaction ? RuleRange.Between(value.Number, variable.Read(least).Number) : new RuleRange(value);
    }

    // Null: not modelled, or an error for some of the numbers.
    private static RuleRange? Apply(RuleCode code, RuleInstruction instruction, ReadOnlySpan<RuleRange> operands)
    {
        if (instruction.Operator == RuleOperator.Constant)
        {
            return new RuleRange(code.Constants[instruction.Argument]);
        }

        var exact = true;
        foreach (var operand in operands)
        {
            exact &= operand.Kind == RuleRangeKind.Exact;
        }

        return exact ? Exact(instruction, operands) : instruction.Operator switch
        {
            RuleOperator.Negate when operands[0].Kind == RuleRangeKind.Interval => RuleRange.Between(-operands[0].High, -operands[0].Low),
            RuleOperator.Not when operands[0].Kind == RuleRangeKind.AnyBoolean => operands[0],
            RuleOperator.Add or RuleOperator.Subtract or RuleOperator.Multiply or RuleOperator.Divide => Arithmetic(instruction.Operator, operands[0], operands[1]),
            >= RuleOperator.Less and <= RuleOperator.GreaterOrEqual => Compare(instruction.Operator, operands[0], operands[1]),
            RuleOperator.Equal or RuleOperator.NotEqual => Equality(instruction.Operator, operands[0], operands[1]),
            RuleOperator.And or RuleOperator.Or => Logic(instruction.Operator, operands[0], operands[1]),
            RuleOperator.Choose => Choose(operands[0], operands[1], operands[2]),
            _ => null,
        };
    }

    private static RuleRange? Exact(RuleInstruction instruction, ReadOnlySpan<RuleRange> operands)
    {
        var values = new RuleValue[operands.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = operands[i].Value;
        }

        return RuleMachine.Apply(instruction, values, out var result) is null ? new RuleRange(result) : null;
    }

    // All four ends must be finite: infinities in the middle of an interval could make a NaN that its ends do not show.
    private static RuleRange? Arithmetic(RuleOperator op, RuleRange left, RuleRange right)
    {
        if (!left.IsFinite || !right.IsFinite || (op == RuleOperator.Divide && right.Low <= 0 && right.High >= 0))
        {
            return null;
        }

        Span<double> corners =
        [
            RuleMath.OfFloats(op, left.Low, right.Low), RuleMath.OfFloats(op, left.Low, right.High),
            RuleMath.OfFloats(op, left.High, right.Low), RuleMath.OfFloats(op, left.High, right.High),
        ];
        var (low, high) = (corners[0], corners[0]);
        foreach (var corner in corners)
        {
            (low, high) = (Math.Min(low, corner), Math.Max(high, corner));
        }

        return RuleRange.Between(low, high);
    }

    private static RuleRange? Compare(RuleOperator op, RuleRange left, RuleRange right)
    {
        if (!left.IsOrdered || !right.IsOrdered)
        {
            return null;
        }

        var (always, never) = op switch
        {
            RuleOperator.Less => (left.High < right.Low, left.Low >= right.High),
            RuleOperator.LessOrEqual => (left.High <= right.Low, left.Low > right.High),
            RuleOperator.Greater => (left.Low > right.High, left.High <= right.Low),
            _ => (left.Low >= right.High, left.High < right.Low),
        };
        return always ? new RuleRange(RuleValue.From(true)) : never ? new RuleRange(RuleValue.From(false)) : RuleRange.AnyBoolean;
    }

    private static RuleRange? Equality(RuleOperator op, RuleRange left, RuleRange right)
    {
        var apart = left.IsOrdered && right.IsOrdered && (left.High < right.Low || right.High < left.Low);
        return apart ? new RuleRange(RuleValue.From(op == RuleOperator.NotEqual)) : RuleRange.AnyBoolean;
    }

    private static RuleRange? Logic(RuleOperator op, RuleRange left, RuleRange right)
    {
        if (!left.IsBoolean || !right.IsBoolean)
        {
            return null;
        }

        var decisive = op == RuleOperator.Or;
        return left.IsExactly(decisive) || right.IsExactly(decisive) ? new RuleRange(RuleValue.From(decisive)) : RuleRange.AnyBoolean;
    }

    private static RuleRange? Choose(RuleRange condition, RuleRange yes, RuleRange no)
    {
        if (condition.Kind == RuleRangeKind.Exact)
        {
            return condition.IsBoolean ? (condition.IsExactly(true) ? yes : no) : null;
        }

        if (condition.Kind != RuleRangeKind.AnyBoolean)
        {
            return null;
        }

        if (yes.IsBoolean && no.IsBoolean)
        {
            return yes.IsExactly(true) && no.IsExactly(true) ? yes : yes.IsExactly(false) && no.IsExactly(false) ? yes : RuleRange.AnyBoolean;
        }

        // Integers are left out: with another integer they calculate otherwise than a float does.
        return yes.IsFloat && no.IsFloat ? RuleRange.Between(Math.Min(yes.Low, no.Low), Math.Max(yes.High, no.High)) : null;
    }
}
