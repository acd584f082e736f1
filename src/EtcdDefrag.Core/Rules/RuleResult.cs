namespace EtcdDefrag.Core.Rules;

/// <summary>A variable that a rule uses, with the value it had.</summary>
/// <param name="Name">The variable.</param>
/// <param name="Value">Its value for people, e.g. <c>104857600 (100 MiB)</c>.</param>
public sealed record RuleReading(string Name, string Value);

/// <summary>What a rule says about one member: yes, no, or an error.</summary>
public sealed class RuleResult
{
    private readonly DefragRule _rule;
    private readonly RuleInput _input;

    internal RuleResult(DefragRule rule, RuleInput input, bool isTrue, RuleError? error)
    {
        _rule = rule;
        _input = input;
        IsTrue = isTrue;
        Error = error;
    }

    /// <summary>Whether the rule is true: the member is to be defragmented. False also when there is an error.</summary>
    public bool IsTrue { get; }

    /// <summary>Why these numbers have no answer, e.g. a division by zero; null when they have.</summary>
    public RuleError? Error { get; }

    /// <summary>The variables that the rule uses and their values, in the order of <see cref="RuleVariables.All"/>. Made when asked for.</summary>
    public IReadOnlyList<RuleReading> Readings =>
    [
        .. RuleVariables.All
            .Where(variable => _rule.Variables.Contains(variable.Name))
            .Select(variable => new RuleReading(variable.Name, RuleVariables.Show(variable, _input))),
    ];
}
