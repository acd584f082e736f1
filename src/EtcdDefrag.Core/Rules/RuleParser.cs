namespace EtcdDefrag.Core.Rules;

/// <summary>Turns tokens into instructions: recursive descent by precedence, bounded in depth. Every method returns false once there is an error.</summary>
internal sealed partial class RuleParser(string text, IReadOnlyList<RuleToken> tokens)
{
    /// <summary>How deep parentheses, brackets, operators before a value and ?: may nest.</summary>
    /// <remarks>Chosen: nobody writes so many, and the smallest stack that .NET gives a thread holds many times as much.</remarks>
    public const int DeepestNesting = 200;

    private const string ValueExpected = "a value: a variable, a number, or an expression in parentheses";

    private readonly RuleCode _code = new();
    private readonly Stack<(int Level, RuleOperator Operator, RuleToken Symbol)> _waiting = new();
    private readonly SortedSet<string> _variables = new(StringComparer.Ordinal);
    private RuleError? _error;
    private int _at;
    private int _nesting;

    /// <summary>The names of the variables that the rule uses.</summary>
    public IReadOnlySet<string> Variables => _variables;

    private RuleToken Token => tokens[_at];

    /// <summary>Parses the whole rule.</summary>
    /// <returns>The first error; null when there is none.</returns>
    public RuleError? Run(out RuleCode code)
    {
        code = _code;
        if (ParseChoice() && Token.Kind != RuleTokenKind.End)
        {
            Unexpected("an operator such as && or >, or the end of the rule");
        }

        return _error;
    }

    // condition ? value : value, grouping to the right. Lowest precedence.
    private bool ParseChoice()
    {
        if (!Enter() || !ParseBinary())
        {
            return false;
        }

        var question = Token;
        if (Accept(RuleTokenKind.Question))
        {
            if (!ParseChoice() || !Expect(RuleTokenKind.Colon, "an operator, or the : of ? :") || !ParseChoice())
            {
                return false;
            }

            Emit(RuleOperator.Choose, question);
        }

        _nesting--;
        return true;
    }

    // Values with operators between them. Operators that wait for their right side stand on a stack of our own, not in recursion:
    // each is emitted as soon as the next binds no tighter, which also groups equal ones to the left.
    private bool ParseBinary()
    {
        var bottom = _waiting.Count;
        while (ParseUnary())
        {
            var next = RulePrecedence.Of(Token.Kind);
            while (_waiting.Count > bottom && _waiting.Peek().Level >= (next?.Level ?? 0))
            {
                var (_, op, symbol) = _waiting.Pop();
                Emit(op, symbol);
            }

            if (next is not { } operation)
            {
                return true;
            }

            _waiting.Push(ReadOperator(operation));
        }

        return false;
    }

    // Two stars are a power, with a space between them as well.
    private (int Level, RuleOperator Operator, RuleToken Symbol) ReadOperator(RulePrecedence operation)
    {
        var symbol = Token;
        _at++;
        return symbol.Kind == RuleTokenKind.Star && Accept(RuleTokenKind.Star)
            ? (operation.Level, RuleOperator.Power, symbol with { Length = tokens[_at - 1].Offset + 1 - symbol.Offset })
            : (operation.Level, operation.Operator, symbol);
    }

    // ! ~ - before a value. They bind less tightly than "in": !a in b is !(a in b).
    private bool ParseUnary()
    {
        var symbol = Token;
        RuleOperator? op = symbol.Kind switch
        {
            RuleTokenKind.Not => RuleOperator.Not,
            RuleTokenKind.Tilde => RuleOperator.Complement,
            RuleTokenKind.Minus => RuleOperator.Negate,
            _ => null,
        };
        if (op is null)
        {
            return ParseIn();
        }

        _at++;
        if (!Enter() || !ParseUnary())
        {
            return false;
        }

        _nesting--;
        Emit(op.Value, symbol);
        return true;
    }

    private void Emit(RuleOperator op, RuleToken symbol) => _code.Emit(new RuleInstruction(op, 0, symbol.Offset, symbol.Length));

    private bool Enter()
    {
        if (++_nesting <= DeepestNesting)
        {
            return true;
        }

        _error = new RuleError(text, Token.Offset, Token.Length, "the rule is nested too deeply") { Expected = $"at most {DeepestNesting} levels" };
        return false;
    }

    private bool Accept(RuleTokenKind kind)
    {
        var matches = Token.Kind == kind;
        _at += matches ? 1 : 0;
        return matches;
    }

    private bool Expect(RuleTokenKind kind, string expected) => Accept(kind) || Unexpected(expected);

    private bool Unexpected(string expected)
    {
        _error ??= RuleComplaint.Unexpected(text, tokens, _at, expected);
        return false;
    }
}
