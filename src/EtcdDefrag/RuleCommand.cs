using EtcdDefrag.Cli;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Rules;

namespace EtcdDefrag;

/// <summary><c>etcd-defrag rule</c>: evaluates a rule without a cluster.</summary>
internal static class RuleCommand
{
    public static ExitCode Run(ParsedCommand.Rule command, Terminal terminal)
    {
        if (!DefragRule.TryParse(command.Expression, out var rule, out var error))
        {
            return Refuse(error, terminal);
        }

        if (command.Verbose)
        {
            terminal.Error.WriteLine(rule.Variables.Count == 0 ? "The rule uses no numbers of a member."
                : $"Evaluated with {rule.Numbers(command.Input)}");
        }

        var result = rule.Evaluate(command.Input);
        if (result.Error is { } problem)
        {
            return Refuse(problem, terminal);
        }

        RuleSource.Warn(rule, terminal);
        terminal.Out.WriteLine(result.IsTrue ? "true" : "false");
        return ExitCode.Ok;
    }

    private static ExitCode Refuse(RuleError error, Terminal terminal)
    {
        terminal.Error.WriteLine($"Error: invalid rule, {error.Render()}");
        return ExitCode.Usage;
    }
}
