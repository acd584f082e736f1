namespace EtcdDefrag.Core.Rules;

/// <summary>Carries out a parsed rule.</summary>
internal static class RuleMachine
{
    /// <summary>Evaluates a rule to a value of any kind.</summary>
    /// <param name="code">The rule.</param>
    /// <param name="input">The member's numbers.</param>
    /// <param name="result">The value, when nothing went wrong.</param>
    /// <param name="failed">Otherwise the instruction that did.</param>
    /// <returns>What went wrong; null when nothing.</returns>
    public static RuleFault? Run(RuleCode code, RuleInput input, out RuleValue result, out RuleInstruction failed)
    {
        Span<RuleValue> stack = new RuleValue[code.MaxDepth];
        var top = 0;
        foreach (var instruction in code.Instructions)
        {
            top -= instruction.Operands;
            var fault = Step(code, instruction, input, stack.Slice(top, instruction.Operands), out var value);
            if (fault is not null)
            {
                (result, failed) = (default, instruction);
                return fault;
            }

            stack[top++] = value;
        }

        (result, failed) = (stack[0], default);
        return null;
    }

    private static RuleFault? Step(RuleCode code, RuleInstruction instruction, RuleInput input, ReadOnlySpan<RuleValue> operands, out RuleValue result)
    {
        switch (instruction.Operator)
        {
            case RuleOperator.Constant:
                result = code.Constants[instruction.Argument];
                return null;
            case RuleOperator.Variable:
                result = RuleVariables.All[instruction.Argument].Read(input);
                return null;
            default:
                return Apply(instruction, operands, out result);
        }
    }

    /// <summary>Applies an operator to its operands.</summary>
    public static RuleFault? Apply(RuleInstruction instruction, ReadOnlySpan<RuleValue> operands, out RuleValue result)
    {
        switch (instruction.Operator)
        {
            case RuleOperator.Negate or RuleOperator.Not or RuleOperator.Complement:
                return RuleMath.Unary(instruction.Operator, operands[0], out result);
            case RuleOperator.Add when !operands[0].IsNumber || !operands[1].IsNumber:
                return RuleCollections.Join(operands[0], operands[1], out result);
            case >= RuleOperator.Power and <= RuleOperator.Subtract:
                return RuleMath.Arithmetic(instruction, operands[0], operands[1], out result);
            case >= RuleOperator.Less and <= RuleOperator.GreaterOrEqual:
                return RuleMath.Compare(instruction, operands[0], operands[1], out result);
            case RuleOperator.Equal or RuleOperator.NotEqual:
                result = RuleValue.From(RuleCollections.AreEqual(operands[0], operands[1]) == (instruction.Operator == RuleOperator.Equal));
                return null;
            case RuleOperator.And or RuleOperator.Or:
                return RuleMath.Logic(instruction, operands[0], operands[1], out result);
            case RuleOperator.In:
                return RuleCollections.Contains(operands[0], operands[1], out result);
            case RuleOperator.Index:
                return RuleCollections.Index(operands[0], operands[1], out result);
            case RuleOperator.Choose:
                return Choose(operands, out result);
            case RuleOperator.Slice:
                return RuleCollections.Slice(operands[0], operands[1], operands[2], out result);
            case RuleOperator.MakeArray:
                result = RuleValue.From(operands.ToArray());
                return null;
            case RuleOperator.MakeObject:
                return RuleCollections.MakeObject(operands, out result);
            default:
                return RuleMath.Bits(instruction, operands[0], operands[1], out result);
        }
    }

    private static RuleFault? Choose(ReadOnlySpan<RuleValue> operands, out RuleValue result)
    {
        result = operands[0].Boolean ? operands[1] : operands[2];
        return operands[0].Kind == RuleKind.Boolean ? null
            : RuleFault.Kinds("? chooses by a condition", "a boolean before the ?, e.g. a comparison", operands[0]);
    }
}
