namespace EtcdDefrag.Core.Rules;

/// <content>Values and what follows them directly: in, fields, elements, slices, lists.</content>
internal sealed partial class RuleParser
{
    private bool ParseIn()
    {
        if (!ParsePostfix())
        {
            return false;
        }

        while (Token.Kind == RuleTokenKind.In)
        {
            var symbol = Token;
            _at++;

            // An operator before the right side takes all that follows it: a in -b in c is a in (-(b in c)).
            var unary = Token.Kind is RuleTokenKind.Not or RuleTokenKind.Tilde or RuleTokenKind.Minus;
            if (!(unary ? ParseUnary() : ParsePostfix()))
            {
                return false;
            }

            Emit(RuleOperator.In, symbol);
        }

        return true;
    }

    private bool ParsePostfix()
    {
        if (!ParsePrimary())
        {
            return false;
        }

        while (Token.Kind is RuleTokenKind.Dot or RuleTokenKind.OpenBracket)
        {
            var symbol = Token;
            _at++;
            if (!(symbol.Kind == RuleTokenKind.Dot ? ParseField(symbol) : ParseIndex(symbol)))
            {
                return false;
            }
        }

        return true;
    }

    private bool ParseField(RuleToken dot)
    {
        if (Token.Kind != RuleTokenKind.Name)
        {
            return Unexpected("the name of a field");
        }

        _code.Push(RuleValue.From(RuleText.Encode(text.Substring(Token.Offset, Token.Length))), Token.Offset, Token.Length);
        _at++;
        Emit(RuleOperator.Index, dot);
        return true;
    }

    // [index], [from:to], and with either bound left out.
    private bool ParseIndex(RuleToken bracket)
    {
        var slice = Token.Kind == RuleTokenKind.Colon;
        if (slice)
        {
            _code.Push(RuleValue.Nil, Token.Offset, 0);
        }
        else if (!ParseChoice())
        {
            return false;
        }

        slice = Accept(RuleTokenKind.Colon);
        if (slice)
        {
            if (Token.Kind == RuleTokenKind.CloseBracket)
            {
                _code.Push(RuleValue.Nil, Token.Offset, 0);
            }
            else if (!ParseChoice())
            {
                return false;
            }
        }

        if (!Expect(RuleTokenKind.CloseBracket, slice ? "an operator or ]" : "an operator, : or ]"))
        {
            return false;
        }

        Emit(slice ? RuleOperator.Slice : RuleOperator.Index, bracket);
        return true;
    }

    private bool ParsePrimary()
    {
        var token = Token;
        switch (token.Kind)
        {
            case RuleTokenKind.Number or RuleTokenKind.String:
                return Literal(token.Value);
            case RuleTokenKind.Nil:
                return Literal(RuleValue.Nil);
            case RuleTokenKind.True or RuleTokenKind.False:
                return Literal(RuleValue.From(token.Kind == RuleTokenKind.True));
            case RuleTokenKind.Name:
                return ParseName();
            case RuleTokenKind.OpenParenthesis:
                _at++;
                return ParseChoice() && Expect(RuleTokenKind.CloseParenthesis, "an operator or )");
            case RuleTokenKind.OpenBracket:
                return ParseList(RuleOperator.MakeArray, RuleTokenKind.CloseBracket, "an operator, a comma or ]");
            case RuleTokenKind.OpenBrace:
                return ParseList(RuleOperator.MakeObject, RuleTokenKind.CloseBrace, "an operator, a comma or }");
            default:
                return Unexpected(ValueExpected);
        }
    }

    private bool Literal(RuleValue value)
    {
        _code.Push(value, Token.Offset, Token.Length);
        _at++;
        return true;
    }

    private bool ParseName()
    {
        var name = text.AsSpan(Token.Offset, Token.Length);
        var index = RuleVariables.IndexOf(name);
        if (index < 0)
        {
            _error = RuleComplaint.UnknownName(text, Token, tokens[_at + 1]);
            return false;
        }

        if (tokens[_at + 1].Kind == RuleTokenKind.OpenParenthesis)
        {
            _error = RuleComplaint.Call(text, Token);
            return false;
        }

        _variables.Add(RuleVariables.All[index].Name);
        _code.Emit(new RuleInstruction(RuleOperator.Variable, index, Token.Offset, Token.Length));
        _at++;
        return true;
    }

    // [a, b] or {"k": v, "l": w}.
    private bool ParseList(RuleOperator op, RuleTokenKind close, string expected)
    {
        var open = Token;
        var count = 0;
        _at++;
        if (!Accept(close))
        {
            do
            {
                if (!ParseChoice() || (op == RuleOperator.MakeObject && !(Expect(RuleTokenKind.Colon, "an operator or :") && ParseChoice())))
                {
                    return false;
                }

                count += op == RuleOperator.MakeObject ? 2 : 1;
            }
            while (Accept(RuleTokenKind.Comma));

            if (!Expect(close, expected))
            {
                return false;
            }
        }

        _code.Emit(new RuleInstruction(op, count, open.Offset, open.Length));
        return true;
    }
}
