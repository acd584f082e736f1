namespace EtcdDefrag.Cli;

/// <summary>One flag with its value.</summary>
/// <param name="Flag">The flag.</param>
/// <param name="Text">The value as it was written.</param>
/// <param name="Place">Where it stands in an inventory; null: on the command line.</param>
internal readonly record struct GivenFlag(Flag Flag, string Text, Place? Place = null);

/// <summary>A place in a file.</summary>
/// <param name="File">How messages name the file.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column, from 1.</param>
internal readonly record struct Place(string File, int Line, int Column)
{
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture,
        $"{File}:{Line}:{Column}");
}

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
