namespace EtcdDefrag.Core.Rules;

/// <summary>Why an operation can't be carried out; becomes a <see cref="RuleError"/> when the operator's place is known.</summary>
internal sealed record RuleFault(string Message, string? Found = null, string? Expected = null, string? Suggestion = null)
{
    public static RuleFault Kinds(string message, string expected, RuleValue value) => new(message, value.KindName, expected);

    public static RuleFault Kinds(string message, string expected, RuleValue left, RuleValue right) =>
        new(message, $"{left.KindName} and {right.KindName}", expected);
}
