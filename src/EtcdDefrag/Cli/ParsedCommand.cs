using EtcdDefrag.Core.Rules;

namespace EtcdDefrag.Cli;

/// <summary>What the command line asks for.</summary>
internal abstract record ParsedCommand
{
    private ParsedCommand()
    {
    }

    /// <summary>What the user should know although nothing is wrong; one line each, for standard error.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The main job.</summary>
    internal sealed record Defrag(Settings Settings) : ParsedCommand;

    /// <summary>The main job or a check on a database file.</summary>
    internal sealed record Offline(Settings Settings) : ParsedCommand;

    /// <summary>The main job on many clusters.</summary>
    internal sealed record Fleet(FleetSettings Settings) : ParsedCommand;

    /// <summary>Show what fills a database.</summary>
    internal sealed record Inspect(Settings Settings) : ParsedCommand;

    /// <summary>Show the members.</summary>
    internal sealed record Status(Settings Settings) : ParsedCommand;

    /// <summary>Evaluate a rule without a cluster.</summary>
    internal sealed record Rule(string Expression, RuleInput Input, bool Verbose) : ParsedCommand;

    /// <summary>Print a text on standard output and end well: help, version, a completion script.</summary>
    internal sealed record Print(string Text) : ParsedCommand;

    /// <summary>Something is wrong with the command line; nothing may be contacted.</summary>
    internal sealed record UsageErrors(Commands Command, IReadOnlyList<string> Problems) : ParsedCommand;

    /// <summary>The user left at the password prompt.</summary>
    internal sealed record Interrupted : ParsedCommand;
}
