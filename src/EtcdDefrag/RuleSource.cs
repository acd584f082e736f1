using EtcdDefrag.Cli;
using EtcdDefrag.Core.Rules;

namespace EtcdDefrag;

/// <summary>Reads the rule that a flag or a variable gave, before anything is contacted.</summary>
internal static class RuleSource
{
    public static bool TryRead(RuleText? text, Terminal terminal, out DefragRule? rule)
    {
        rule = null;
        if (text is null)
        {
            return true;
        }

        if (DefragRule.TryParse(text.Text, out rule, out var error) && (error = rule.Validate()) is null)
        {
            Warn(rule, terminal);
            return true;
        }

        terminal.Error.WriteLine($"Error: invalid rule in {text.Source}, {error.Render()}");
        return false;
    }

    /// <summary>Tells what a valid rule probably does not mean.</summary>
    public static void Warn(DefragRule rule, Terminal terminal)
    {
        foreach (var warning in rule.Warnings())
        {
            terminal.Error.WriteLine($"Warning: rule, {warning.Render()}");
        }
    }
}
