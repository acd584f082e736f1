using EtcdDefrag.Cli;

namespace EtcdDefrag.Output;

/// <summary>Where a run's lines go, and how they may look there.</summary>
/// <param name="Output">Results.</param>
/// <param name="Error">The conversation.</param>
internal sealed record Screen(TextWriter Output, TextWriter Error)
{
    /// <summary>How many columns <see cref="Output"/> has now; null: as many as it takes.</summary>
    public Func<int?> Columns { get; init; } = static () => null;

    /// <summary>How this run was called, for commands that go on from it.</summary>
    public OwnCommand Own { get; init; } = OwnCommand.Bare;

    /// <summary>Only warnings, errors and the result.</summary>
    public bool IsQuiet { get; init; }

    /// <summary>Colour on <see cref="Output"/>.</summary>
    public Paint OutputPaint { get; init; }

    /// <summary>Colour on <see cref="Error"/>.</summary>
    public Paint ErrorPaint { get; init; }
}
