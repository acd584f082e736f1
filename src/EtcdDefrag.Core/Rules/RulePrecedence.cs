namespace EtcdDefrag.Core.Rules;

/// <summary>How tightly the operators between two values bind: goval's table, which is C's with ** beside *.</summary>
internal readonly record struct RulePrecedence(int Level, RuleOperator Operator)
{
    /// <summary>The operator that a token is; null when it is none that stands between two values.</summary>
    public static RulePrecedence? Of(RuleTokenKind kind) => kind switch
    {
        RuleTokenKind.Or => new(1, RuleOperator.Or),
        RuleTokenKind.And => new(2, RuleOperator.And),
        RuleTokenKind.BitOr => new(3, RuleOperator.BitOr),
        RuleTokenKind.BitXor => new(4, RuleOperator.BitXor),
        RuleTokenKind.BitAnd => new(5, RuleOperator.BitAnd),
        RuleTokenKind.Equal => new(6, RuleOperator.Equal),
        RuleTokenKind.NotEqual => new(6, RuleOperator.NotEqual),
        RuleTokenKind.Less => new(7, RuleOperator.Less),
        RuleTokenKind.LessOrEqual => new(7, RuleOperator.LessOrEqual),
        RuleTokenKind.Greater => new(7, RuleOperator.Greater),
        RuleTokenKind.GreaterOrEqual => new(7, RuleOperator.GreaterOrEqual),
        RuleTokenKind.ShiftLeft => new(8, RuleOperator.ShiftLeft),
        RuleTokenKind.ShiftRight => new(8, RuleOperator.ShiftRight),
        RuleTokenKind.Plus => new(9, RuleOperator.Add),
        RuleTokenKind.Minus => new(9, RuleOperator.Subtract),
        RuleTokenKind.Star => new(10, RuleOperator.Multiply),
        RuleTokenKind.Slash => new(10, RuleOperator.Divide),
        RuleTokenKind.Percent => new(10, RuleOperator.Remainder),
        _ => null,
    };
}
