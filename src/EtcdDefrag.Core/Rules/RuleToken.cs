namespace EtcdDefrag.Core.Rules;

internal enum RuleTokenKind
{
    End,
    Number,
    String,
    Name,
    Nil,
    True,
    False,
    In,
    Plus,
    Minus,
    Star,
    Slash,
    Percent,
    Tilde,
    Not,
    And,
    Or,
    BitAnd,
    BitOr,
    BitXor,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    ShiftLeft,
    ShiftRight,
    Question,
    Colon,
    Comma,
    Dot,
    OpenParenthesis,
    CloseParenthesis,
    OpenBracket,
    CloseBracket,
    OpenBrace,
    CloseBrace,
}

/// <summary>A word of a rule, with its place in the text and, for a literal, its value.</summary>
/// <remarks>A class, as the parser recurses with tokens in hand: references keep its frames small.</remarks>
internal sealed record RuleToken(RuleTokenKind Kind, int Offset, int Length, RuleValue Value = default);
