namespace EtcdDefrag.Cli.Tests;

/// <summary>The command line as a test meets it: no real environment, no real terminal.</summary>
internal static class Tool
{
    public static readonly Dictionary<string, string> NoEnvironment = [];

    public static ParsedCommand Parse(params string[] args) => Parse(NoEnvironment, args);

    public static ParsedCommand Parse(IReadOnlyDictionary<string, string> environment, params string[] args) =>
        CommandLine.Parse(args, environment, Terminal(new FakePrompt { IsAvailable = false }));

    public static ParsedCommand Parse(IPasswordPrompt prompt, params string[] args) => CommandLine.Parse(args, NoEnvironment, Terminal(prompt));

    /// <summary>The settings of a command line that must be good.</summary>
    public static Settings Settings(params string[] args) => SettingsOf(Parse(args));

    public static Settings SettingsOf(ParsedCommand command) => command switch
    {
        ParsedCommand.Defrag defrag => defrag.Settings,
        ParsedCommand.Inspect inspect => inspect.Settings,
        ParsedCommand.Status status => status.Settings,
        ParsedCommand.Offline offline => offline.Settings,
        ParsedCommand.UsageErrors errors => throw new InvalidOperationException(string.Join('\n', errors.Problems)),
        _ => throw new InvalidOperationException(command.ToString()),
    };

    /// <summary>What a user sees of a bad command line: standard error, whole.</summary>
    public static string ErrorsOf(ParsedCommand command)
    {
        using var error = new StringWriter { NewLine = "\n" };
        UsageError.WriteWarnings(command, error);
        UsageError.Write(Xunit.Assert.IsType<ParsedCommand.UsageErrors>(command), error);
        return error.ToString();
    }

    public static string PrintOf(ParsedCommand command) => Xunit.Assert.IsType<ParsedCommand.Print>(command).Text;

    private static Terminal Terminal(IPasswordPrompt prompt) => new() { Out = TextWriter.Null, Error = TextWriter.Null, Prompt = prompt };
}

/// <summary>A user who answers, leaves (null), or isn't there.</summary>
internal sealed class FakePrompt : IPasswordPrompt
{
    public bool IsAvailable { get; init; } = true;

    public int LineLimit => 20;

    public string? Answer { get; init; }

    public int Asked { get; private set; }

    public bool TryRead(string question, out string password)
    {
        Asked++;
        password = Answer ?? "";
        return Answer is not null;
    }
}
