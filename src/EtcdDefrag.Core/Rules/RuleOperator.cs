namespace EtcdDefrag.Core.Rules;

/// <summary>What one instruction of a rule does. Operands are taken from the stack, the right one last, and replaced by the result.</summary>
internal enum RuleOperator
{
    Constant,
    Variable,
    Negate,
    Not,
    Complement,
    Power,
    Multiply,
    Divide,
    Remainder,
    Add,
    Subtract,
    ShiftLeft,
    ShiftRight,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
    BitAnd,
    BitXor,
    BitOr,
    And,
    Or,
    In,
    Index,

    /// <summary>Three operands: condition, value if true, value if false. Both values are there already: the language evaluates both.</summary>
    Choose,

    /// <summary>Three operands: array or string, from, to; nil where a bound was left out.</summary>
    Slice,

    /// <summary>As many operands as the instruction's argument says.</summary>
    MakeArray,

    /// <summary>Keys and values in turn; the instruction's argument counts both.</summary>
    MakeObject,
}

/// <summary>One step of a rule in reverse Polish order.</summary>
/// <param name="Operator">What to do.</param>
/// <param name="Argument">Index of the constant or variable, or the number of operands.</param>
/// <param name="Offset">Where in the text the operator stands.</param>
/// <param name="Length">How long it is there.</param>
internal readonly record struct RuleInstruction(RuleOperator Operator, int Argument, int Offset, int Length)
{
    /// <summary>How many operands the instruction takes from the stack.</summary>
    public int Operands => Operator switch
    {
        RuleOperator.Constant or RuleOperator.Variable => 0,
        RuleOperator.Negate or RuleOperator.Not or RuleOperator.Complement => 1,
        RuleOperator.Choose or RuleOperator.Slice => 3,
        RuleOperator.MakeArray or RuleOperator.MakeObject => Argument,
        _ => 2,
    };

    /// <summary>The operator as it is written.</summary>
    public string Symbol => Operator switch
    {
        RuleOperator.Negate or RuleOperator.Subtract => "-",
        RuleOperator.Not => "!",
        RuleOperator.Complement => "~",
        RuleOperator.Power => "**",
        RuleOperator.Multiply => "*",
        RuleOperator.Divide => "/",
        RuleOperator.Remainder => "%",
        RuleOperator.Add => "+",
        RuleOperator.ShiftLeft => "<<",
        RuleOperator.ShiftRight => ">>",
        RuleOperator.Less => "<",
        RuleOperator.LessOrEqual => "<=",
        RuleOperator.Greater => ">",
        RuleOperator.GreaterOrEqual => ">=",
        RuleOperator.Equal => "==",
        RuleOperator.NotEqual => "!=",
        RuleOperator.BitAnd => "&",
        RuleOperator.BitXor => "^",
        RuleOperator.BitOr => "|",
        RuleOperator.And => "&&",
        RuleOperator.Or => "||",
        RuleOperator.In => "in",
        RuleOperator.Choose => "?",
        _ => "[",
    };
}
