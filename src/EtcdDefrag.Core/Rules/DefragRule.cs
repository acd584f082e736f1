using System.Diagnostics.CodeAnalysis;

namespace EtcdDefrag.Core.Rules;

/// <summary>
/// A condition over a member's numbers that says whether to defragment it, e.g. <c>dbQuotaUsage > 0.8 || dbSizeFree > 200MiB</c>.
/// Parsed once, evaluated for each member. The language is that of goval 1.6.0, and more; see docs/rule.md.
/// </summary>
public sealed class DefragRule
{
    /// <summary>How many UTF-16 units a rule may have.</summary>
    /// <remarks>Chosen: a hundred times what anybody wrote, and little enough that the slowest rule (one long chain of joined arrays) takes no time to speak of.</remarks>
    public const int LongestText = 16 * 1024;

    private readonly RuleCode _code;

    private DefragRule(string text, RuleCode code, IReadOnlySet<string> variables)
    {
        Text = text;
        _code = code;
        Variables = variables;
    }

    /// <summary>The rule as it was written.</summary>
    public string Text { get; }

    /// <summary>The names of the variables that the rule uses.</summary>
    public IReadOnlySet<string> Variables { get; }

    /// <summary>Reads a rule. Never throws, whatever the text.</summary>
    /// <param name="text">The rule.</param>
    /// <param name="rule">The rule, when the text is one. Whether its types fit is for <see cref="Validate"/> to say.</param>
    /// <param name="error">Otherwise what is wrong with it: spelling, grammar, an unknown variable, too long, too deep.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out DefragRule? rule, [NotNullWhen(false)] out RuleError? error)
    {
        rule = null;
        error = text.Length > LongestText
            ? new RuleError(text, LongestText, 0, "the rule is too long") { Found = $"{text.Length} characters", Expected = $"at most {LongestText}" }
            : new RuleLexer(text).Run(out var tokens) ?? Parse(text, tokens, out rule);
        return error is null;
    }

    private static RuleError? Parse(string text, IReadOnlyList<RuleToken> tokens, out DefragRule? rule)
    {
        rule = null;
        if (tokens.Count == 1)
        {
            return new RuleError(text, 0, 0, "the rule is empty") { Expected = "a condition, e.g. dbSizeFree > 200MiB" };
        }

        var parser = new RuleParser(text, tokens);
        var error = parser.Run(out var code);
        rule = error is null ? new DefragRule(text, code, parser.Variables) : null;
        return error;
    }

    /// <summary>Tries the rule on <see cref="RuleInput.Sample"/>, as the original does before it contacts anything.</summary>
    /// <returns>Types that do not fit, a result that is no boolean, a division by zero; null when all is well.</returns>
    public RuleError? Validate() => Evaluate(RuleInput.Sample).Error;

    /// <summary>Evaluates the rule for one member. Never throws.</summary>
    public RuleResult Evaluate(RuleInput input)
    {
        var fault = RuleMachine.Run(_code, input, out var value, out var failed);
        var error = fault is not null
            ? new RuleError(Text, failed.Offset, failed.Length, fault.Message) { Found = fault.Found, Expected = fault.Expected, Suggestion = fault.Suggestion }
            : value.Kind != RuleKind.Boolean ? NotBoolean(value) : null;
        return new RuleResult(this, input, error is null && value.Boolean, error);
    }

    /// <summary>Whether compaction, by freeing space within the member's file, could make the rule true for it.</summary>
    /// <param name="now">The member's numbers now. Bytes in use may become any number from 0 to what they are; all else stays.</param>
    /// <returns>False only when that is proven impossible. An error, now or on the way, counts as possible.</returns>
    public bool CouldBecomeTrue(RuleInput now) => RuleForecast.CouldBecomeTrue(_code, now);

    private RuleError NotBoolean(RuleValue value) => new(Text, 0, Text.Length, "the rule does not give true or false")
    {
        Found = value.IsNumber ? $"the number {RuleText.Number(value.Number)}" : value.KindName,
        Expected = "a condition, e.g. dbSizeFree > 200MiB",
    };
}
