using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace EtcdDefrag.Core.Rules;

/// <summary>
/// A condition over a member's numbers that says whether to defragment it, e.g. <c>dbQuotaUsage > 0.8 || dbSizeFree > 200MiB</c>.
/// Parsed once, evaluated for each member. Numbers and conditions are those of goval 1.6.0; see docs/rule.md.
/// </summary>
public sealed class DefragRule
{
    /// <summary>How many UTF-16 units a rule may have.</summary>
    /// <remarks>Chosen: a hundred times what anybody wrote.</remarks>
    public const int LongestText = 16 * 1024;

    private readonly RuleToken[] _steps;

    private DefragRule(string text, RuleToken[] steps)
    {
        Text = text;
        _steps = steps;
        Variables = steps.Select(step => step.Variable?.Name).OfType<string>().ToHashSet(StringComparer.Ordinal);
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
        RuleToken[] steps = [];
        error = text.Length > LongestText
            ? new RuleError(text, LongestText, 0, "the rule is too long")
            {
                Found =
                $"{text.Length} characters",
                Expected = $"at most {LongestText}"
            }
            : RuleParser.Run(text, out steps);
        rule = error is null ? new DefragRule(text, steps) : null;
        return error is null;
    }

    /// <summary>Tries the rule on <see cref="RuleInput.Sample"/>, as the original does before it contacts anything.</summary>
    /// <returns>Types that do not fit, a result that is no boolean, a division by zero; null when all is well.</returns>
    public RuleError? Validate() => Evaluate(RuleInput.Sample).Error;

    /// <summary>Evaluates the rule for one member. Never throws.</summary>
    public RuleResult Evaluate(RuleInput input)
    {
        var fault = RuleMachine.Run(_steps, input, out var value, out var failed);
        var error = fault is not null
            ? new RuleError(Text, failed.Offset, failed.Length, fault.Message) { Found = fault.Found, Expected = fault.Expected }
            : value.IsNumber ? NotBoolean(value.Number) : null;
        return new RuleResult(error is null && value.Boolean, error);
    }

    /// <summary>The variables that the rule uses with their values for people, e.g.
    /// <c>dbSize = 104857600 (100 MiB), raftLag = 3</c>.</summary>
    public string Numbers(RuleInput input) =>
        string.Join(", ", RuleVariables.All.Where(each =>
            Variables.Contains(each.Name)).Select(each => $"{each.Name} = {each.Show(input)}"));

    /// <summary>Comparisons of a ratio with a number above its range: they never change, and a
    /// percentage was probably meant.</summary>
    public IReadOnlyList<RuleError> Warnings()
    {
        var warnings = new List<RuleError>();
        for (var i = 2; i < _steps.Length; i++)
        {
            var ratio = _steps[(i - 2)..i].FirstOrDefault(step => step.Variable?.Unit == RuleUnit.Ratio);
            var number = _steps[(i - 2)..i].FirstOrDefault(step =>
                step is { Kind: RuleTokenKind.Literal, Value: { IsNumber: true, Number: > 1 } });
            if (ratio is not null && number is not null && _steps[i].Symbol is "==" or "!=" or "<" or "<=" or ">" or ">=")
            {
                var written = Text.Substring(number.Offset, number.Length);
                warnings.Add(new RuleError(Text, number.Offset, number.Length,
                    $"{ratio.Variable!.Name} is a ratio from 0 to 1, and {written} is above that")
                {
                    Suggestion = number.Value.Number <= 100
                        ? $"{(number.Value.Number / 100).ToString(CultureInfo.InvariantCulture)} for {written} %" : null,
                });
            }
        }

        return warnings;
    }

    /// <summary>Whether compaction, by freeing space within the member's file, could make the rule true for it.</summary>
    /// <param name="now">The member's numbers now. Bytes in use may become any number from 0 to what
    /// they are; all else stays.</param>
    /// <returns>False only when that is proven impossible. An error, now or on the way, counts as possible.</returns>
    public bool CouldBecomeTrue(RuleInput now) => RuleForecast.CouldBecome(true, _steps, now);

    /// <summary>The same for false.</summary>
    /// <param name="now">The member's numbers now.</param>
    public bool CouldBecomeFalse(RuleInput now) => RuleForecast.CouldBecome(false, _steps, now);

    private RuleError NotBoolean(double number) => new(Text, 0, Text.Length, "the rule does not give true or false")
    {
        // Without an exponent where that is readable.
        Found = $"the number {number.ToString(Math.Abs(number) < 1e21 && number == Math.Truncate(number) ? "F0" : "R", CultureInfo.InvariantCulture)}",
        Expected = "a condition, e.g. dbSizeFree > 200MiB",
    };
}
