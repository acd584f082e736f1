namespace EtcdDefrag.Cli;

/// <summary>One flag as it stood on the command line.</summary>
internal readonly record struct GivenFlag(Flag Flag, string Text);

/// <summary>An argument that is neither flag nor value.</summary>
/// <param name="Text">The argument.</param>
/// <param name="Behind">The flag right before it, whose value it was perhaps meant to be; for messages only.</param>
internal readonly record struct Positional(string Text, Flag? Behind);

/// <summary>A command line taken apart: which command, which flags in which order, which arguments.</summary>
internal sealed class ParsedArguments
{
    public Commands Command { get; set; } = Commands.Defrag;

    public List<GivenFlag> Given { get; } = [];

    /// <summary>The command's own arguments; the command's name is not among them.</summary>
    public List<Positional> Arguments { get; } = [];

    public List<string> Problems { get; } = [];
}
