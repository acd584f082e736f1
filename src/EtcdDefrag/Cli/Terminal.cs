using System.Text;

namespace EtcdDefrag.Cli;

/// <summary>The streams to and from the user, and what they are connected to. Tests make one of buffers.</summary>
internal sealed class Terminal
{
    /// <summary>Results.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>The conversation: warnings, errors, live progress.</summary>
    public required TextWriter Error { get; init; }

    public required IPasswordPrompt Prompt { get; init; }

    public bool IsOutTty { get; init; }

    public bool IsErrorTty { get; init; }

    /// <summary>Columns of the terminal, at least 20. Asked anew each time: it changes when the window does.</summary>
    public Func<int> Width { get; init; } = static () => 80;

    /// <summary>False where <c>NO_COLOR</c> is set and not empty, or <c>TERM</c> is <c>dumb</c>.</summary>
    /// <remarks>Source: no-color.org. Whether the stream at hand is a terminal is asked apart.</remarks>
    public bool UseColor { get; init; }

    /// <summary>The process's own streams.</summary>
    public static Terminal System(IReadOnlyDictionary<string, string> environment)
    {
#pragma warning disable CA2000 // the process's own streams live as long as the process
        var error = Writer(Open(Console.OpenStandardError));
        return new Terminal
        {
            Out = Writer(Open(Console.OpenStandardOutput)),
            Error = error,
            Prompt = new TerminalPasswordPrompt(0, !Console.IsInputRedirected, Console.OpenStandardInput, error),
            IsOutTty = !Console.IsOutputRedirected,
            IsErrorTty = !Console.IsErrorRedirected,
            Width = ConsoleWidth,
            UseColor = WantsColor(environment),
        };
#pragma warning restore CA2000
    }

    public static bool WantsColor(IReadOnlyDictionary<string, string> environment) =>
        !(environment.TryGetValue("NO_COLOR", out var noColor) && noColor.Length > 0)
        && !(environment.TryGetValue("TERM", out var term) && term == "dumb");

    /// <summary>A descriptor that the caller closed can't be opened: what is written there is lost, and that is all.</summary>
    private static Stream Open(Func<Stream> open)
    {
        try
        {
            return open();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Stream.Null; // .NET says UnauthorizedAccess for EBADF
        }
    }

    private static StreamWriter Writer(Stream stream) => new(new LossyStream(stream), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1024) { AutoFlush = true, NewLine = "\n" };

    private static int ConsoleWidth()
    {
        try
        {
            return Math.Max(20, Console.WindowWidth);
        }
        catch (IOException)
        {
            return 80;
        }
    }
}
