namespace EtcdDefrag.Cli;

/// <summary>Writes problems and warnings.</summary>
internal static class UsageError
{
    /// <summary>Every problem on a line of its own, then where to read on.</summary>
    public static void Write(ParsedCommand.UsageErrors errors, TextWriter error)
    {
        foreach (var problem in errors.Problems)
        {
            error.WriteLine("Error: " + problem);
        }

        error.WriteLine($"Run '{CommandNames.Call(errors.Command)} --help' for usage.");
    }

    public static void WriteWarnings(ParsedCommand command, TextWriter error)
    {
        foreach (var warning in command.Warnings)
        {
            error.WriteLine("Warning: " + warning);
        }
    }
}
