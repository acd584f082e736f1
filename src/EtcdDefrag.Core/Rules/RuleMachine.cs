using System.Numerics;

namespace EtcdDefrag.Core.Rules;

internal enum RuleKind
{
    Boolean,
    Integer,
    Float,
}

/// <summary>A value while a rule is evaluated.</summary>
internal readonly record struct RuleValue
{
    private readonly long _bits;

    private RuleValue(RuleKind kind, long bits)
    {
        Kind = kind;
        _bits = bits;
    }

    public RuleKind Kind { get; }

    public bool IsNumber => Kind != RuleKind.Boolean;

    public bool Boolean => _bits != 0;

    public long Integer => _bits;

    /// <summary>A number of either kind as a float, as it is where one kind meets the other.</summary>
    public double Number => Kind == RuleKind.Integer ? _bits : BitConverter.Int64BitsToDouble(_bits);

    /// <summary>The kind in the words of our messages: users meet one sort of number.</summary>
    public string KindName => IsNumber ? "a number" : "a boolean";

    public static RuleValue From(bool value) => new(RuleKind.Boolean, value ? 1 : 0);

    public static RuleValue From(long value) => new(RuleKind.Integer, value);

    public static RuleValue From(double value) => new(RuleKind.Float, BitConverter.DoubleToInt64Bits(value));
}

/// <summary>Why an operator can't be applied; becomes a <see cref="RuleError"/> at the operator's place.</summary>
internal sealed record RuleFault(string Message, string Found, string Expected);

/// <summary>
/// Carries out a parsed rule, with numbers as goval 1.6.0 on amd64 calculates them. A loop and a small stack of values, never
/// recursion, so that no rule, however long, can overflow the machine's stack.
/// </summary>
internal static class RuleMachine
{
    private static readonly RuleFault DivisionByZero =
        new("division by zero", "a right side that is 0", "a right side other than 0");

    /// <summary>Evaluates a rule, steps in reverse Polish order, to a value of any kind; or says what went
    /// wrong, and at which step.</summary>
    public static RuleFault? Run(RuleToken[] steps, RuleInput input, out RuleValue result, out RuleToken failed)
    {
        Span<RuleValue> stack = new RuleValue[RuleToken.DepthOf(steps)];
        var top = 0;
        (result, failed) = (default, steps[^1]);
        foreach (var step in steps)
        {
            top -= step.Operands;
            var value = step.Variable?.ValueFor(input) ?? step.Value;
            if (step.Operands > 0 && Apply(step.Symbol, stack.Slice(top, step.Operands), out value) is { } fault)
            {
                failed = step;
                return fault;
            }

            stack[top++] = value;
        }

        result = stack[0];
        return null;
    }

    /// <summary>Applies an operator to its operands, one to three.</summary>
    public static RuleFault? Apply(string op, ReadOnlySpan<RuleValue> operands, out RuleValue result)
    {
        var (left, right) = (operands[0], operands[^1]);
        var fault = FaultOf(op, operands.Length, left, right);
        var integers = left.Kind == RuleKind.Integer && right.Kind == RuleKind.Integer;
        result = fault is not null ? default : op switch
        {
            "?" => left.Boolean ? operands[1] : right,
            "!" => RuleValue.From(!left.Boolean),
            "&&" => RuleValue.From(left.Boolean && right.Boolean),
            "||" => RuleValue.From(left.Boolean || right.Boolean),
            "==" or "!=" when !left.IsNumber || !right.IsNumber => RuleValue.From((left == right) == (op == "==")),
            // As integers where both are: as floats, neighbours above 2^53 would be equal.
            "==" or "!=" or "<" or "<=" or ">" or ">=" =>
                RuleValue.From(integers ? Compare(op, left.Integer, right.Integer) : Compare(op, left.Number, right.Number)),
            "-" when operands.Length == 1 => integers ? RuleValue.From(unchecked(-left.Integer)) : RuleValue.From(-left.Number),
            // The machine traps on the smallest integer divided by -1, where Go wraps.
            "/" when integers && right.Integer == -1 => RuleValue.From(unchecked(-left.Integer)),
            "%" when integers && right.Integer == -1 => RuleValue.From(0L),
            _ => integers ? RuleValue.From(Calculate(op, left.Integer, right.Integer))
                : RuleValue.From(Calculate(op, left.Number, right.Number)),
        };
        return fault;
    }

    private static RuleFault? FaultOf(string op, int count, RuleValue left, RuleValue right)
    {
        return op switch
        {
            "?" => left.IsNumber ? new RuleFault("? chooses by a condition", left.KindName,
                "a boolean before the ?, e.g. a comparison") : null,
            "!" => left.IsNumber ? new RuleFault("! turns true into false and back", left.KindName, "true or false") : null,
            "&&" or "||" => left.IsNumber || right.IsNumber
                ? new RuleFault($"{op} joins two conditions", Both(), "two booleans, e.g. two comparisons") : null,
            "==" or "!=" => null,
            "-" when count == 1 => left.IsNumber ? null : new RuleFault("only a number can be negated", left.KindName,
                "a number"),
            _ when !left.IsNumber || !right.IsNumber =>
                new RuleFault($"{op} {(op[0] is '<' or '>' ? "compares" : "works on")} two numbers", Both(), "two numbers"),
            "/" => right.Number == 0 ? DivisionByZero : null,
            "%" => left.Kind == RuleKind.Integer && right is { Kind: RuleKind.Integer, Integer: 0 } ? DivisionByZero : null,
            _ => null,
        };

        string Both() => $"{left.KindName} and {right.KindName}";
    }

    private static bool Compare<T>(string op, T left, T right)
        where T : INumber<T> => op switch
        {
            "==" => left == right,
            "!=" => left != right,
            "<" => left < right,
            "<=" => left <= right,
            ">" => left > right,
            _ => left >= right,
        };

    private static T Calculate<T>(string op, T left, T right)
        where T : INumber<T> => unchecked(op switch
        {
            "+" => left + right,
            "-" => left - right,
            "*" => left * right,
            "/" => left / right,
            _ => left % right,
        });
}
