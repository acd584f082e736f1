using EtcdDefrag.Core.Text;

namespace EtcdDefrag.Core.Rules;

/// <summary>Words the errors that the parser meets.</summary>
internal static class RuleComplaint
{
    public static RuleError UnknownName(string text, RuleToken name, RuleToken next)
    {
        var word = text.Substring(name.Offset, name.Length);
        if (RuleHints.ForWord(word) is { } meant)
        {
            return new RuleError(text, name.Offset, name.Length, $"rules have no word {RuleText.Quote(word)}") { Suggestion = meant };
        }

        var nearest = NearestName.Find(word, RuleVariables.Names);
        if (nearest is null && next.Kind == RuleTokenKind.OpenParenthesis)
        {
            return Call(text, name);
        }

        return new RuleError(text, name.Offset, name.Length, $"there is no variable {RuleText.Quote(word)}")
        {
            Expected = string.Join(", ", RuleVariables.Names),
            Suggestion = nearest,
        };
    }

    public static RuleError Call(string text, RuleToken name) => new(text, name.Offset, name.Length, "rules have no functions")
    {
        Found = $"a call of {RuleText.Quote(text.Substring(name.Offset, name.Length))}",
        Expected = "a variable, an operator between it and the parenthesis",
    };

    public static RuleError Unexpected(string text, IReadOnlyList<RuleToken> tokens, int at, string expected)
    {
        var token = tokens[at];
        var word = text.Substring(token.Offset, token.Length);
        var previous = at > 0 ? tokens[at - 1].Kind : RuleTokenKind.End;
        return new RuleError(text, token.Offset, token.Length, token.Kind == RuleTokenKind.End ? "the rule ends too early" : "this does not fit here")
        {
            Found = Describe(token.Kind, word),
            Expected = expected,
            Suggestion = token.Kind == RuleTokenKind.Name ? RuleHints.ForWord(word)
                : previous == RuleTokenKind.Percent ? "a fraction for a percentage (0.8, not 80%); % is the remainder of a division"
                : null,
        };
    }

    private static string Describe(RuleTokenKind kind, string word) => kind switch
    {
        RuleTokenKind.End => "the end of the rule",
        RuleTokenKind.Number => $"the number {RuleText.Quote(word)}",
        RuleTokenKind.String => $"the string {RuleText.Quote(word)}",
        RuleTokenKind.Name => $"the name {RuleText.Quote(word)}",
        _ => RuleText.Quote(word),
    };
}
