namespace EtcdDefrag.Core.Rules;

/// <summary>Turns a rule into steps: recursive descent, bounded in depth. Every method returns false
/// once there is an error.</summary>
internal sealed class RuleParser
{
    /// <summary>How deep parentheses, operators before a value and ?: may nest.</summary>
    /// <remarks>Chosen: nobody writes so many, and the smallest stack that .NET gives a thread
    /// holds many times as much.</remarks>
    public const int DeepestNesting = 200;

    private readonly string _text;
    private readonly IReadOnlyList<RuleToken> _tokens;
    private readonly List<RuleToken> _steps = [];
    private readonly Stack<RuleToken> _waiting = new();
    private RuleError? _error;
    private int _at;
    private int _nesting;

    private RuleParser(string text) => (_text, _tokens) = (text, RuleLexer.Run(text));

    private RuleToken Token => _tokens[_at];

    /// <summary>Parses a rule.</summary>
    /// <returns>The first error; null when there is none.</returns>
    public static RuleError? Run(string text, out RuleToken[] steps)
    {
        var parser = new RuleParser(text);
        if (parser.ParseChoice() && parser.Token.Kind != RuleTokenKind.End)
        {
            parser.Unexpected("an operator such as && or >, or the end of the rule");
        }

        steps = [.. parser._steps];
        return parser._error;
    }

    // condition ? value : value, grouping to the right. Lowest precedence.
    private bool ParseChoice()
    {
        if (!Enter() || !ParseBinary())
        {
            return false;
        }

        var question = Token;
        if (Accept("?"))
        {
            if (!ParseChoice() || !(Accept(":") || Unexpected("an operator, or the : of ? :")) || !ParseChoice())
            {
                return false;
            }

            Emit(question, operands: 3);
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
            var level = Precedence(Token.Symbol);
            while (_waiting.Count > bottom && Precedence(_waiting.Peek().Symbol) >= level)
            {
                Emit(_waiting.Pop(), operands: 2);
            }

            if (level == 0)
            {
                return true;
            }

            _waiting.Push(Token);
            _at++;
        }

        return false;
    }

    // How tightly an operator between two values binds, as in C; 0: it is none.
    private static int Precedence(string symbol) => symbol switch
    {
        "||" => 1,
        "&&" => 2,
        "==" or "!=" => 3,
        "<" or "<=" or ">" or ">=" => 4,
        "+" or "-" => 5,
        "*" or "/" or "%" => 6,
        _ => 0,
    };

    private bool ParseUnary()
    {
        var symbol = Token;
        if (!Accept("!") && !Accept("-"))
        {
            return ParseValue();
        }

        var parsed = Enter() && ParseUnary();
        _nesting--;
        Emit(symbol, operands: 1);
        return parsed;
    }

    private bool ParseValue()
    {
        var token = Token;
        if (Accept("("))
        {
            return ParseChoice() && (Accept(")") || Unexpected("an operator or )"));
        }

        var variable = token.Kind != RuleTokenKind.Name ? null
            : RuleVariables.All.FirstOrDefault(each => _text.AsSpan(token.Offset, token.Length).SequenceEqual(each.Name));
        if (token.Kind == RuleTokenKind.Name && (variable is null || _tokens[_at + 1].Symbol == "("))
        {
            _error = RuleComplaints.UnknownName(_text, token, isCall: _tokens[_at + 1].Symbol == "(");
            return false;
        }

        if (variable is null && token.Kind != RuleTokenKind.Literal)
        {
            return Unexpected("a value: a variable, a number, or an expression in parentheses");
        }

        _steps.Add(token with { Variable = variable });
        _at++;
        return true;
    }

    private void Emit(RuleToken symbol, int operands) => _steps.Add(symbol with { Operands = operands });

    private bool Enter()
    {
        if (++_nesting <= DeepestNesting)
        {
            return true;
        }

        _error = new RuleError(_text, Token.Offset, Token.Length, "the rule is nested too deeply")
        {
            Expected =
            $"at most {DeepestNesting} levels"
        };
        return false;
    }

    private bool Accept(string symbol)
    {
        var matches = Token.Symbol == symbol;
        _at += matches ? 1 : 0;
        return matches;
    }

    private bool Unexpected(string expected)
    {
        _error ??= Token.Error ?? RuleComplaints.Unexpected(_text, Token, _at > 0 ? _tokens[_at - 1] : null, expected);
        return false;
    }
}
