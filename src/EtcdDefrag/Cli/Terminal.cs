using System.Text;
using EtcdDefrag.Live;

namespace EtcdDefrag.Cli;

/// <summary>The streams to and from the user, and what they are connected to. Tests make one of buffers.</summary>
internal sealed class Terminal
{
    /// <summary>Results.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>The conversation: warnings, errors, live progress.</summary>
    public required TextWriter Error { get; init; }

    public required IPasswordPrompt Prompt { get; init; }

    /// <summary>Whether some of the result could not be written.</summary>
    public Func<bool> HasLostOutput { get; init; } = static () => false;

    /// <summary>Whether nobody reads the result any more.</summary>
    public Func<bool> IsOutUnread { get; init; } = static () => false;

    public bool IsOutTty { get; init; }

    public bool IsErrorTty { get; init; }

    /// <summary>The window's size. Asked anew each time: it changes when the window does.</summary>
    public Func<(int Columns, int Rows)> Size { get; init; } = static () => WindowSize.Usual;

    /// <summary>Whether escape sequences may be written at all, for colour or in place: not where <c>NO_COLOR</c> is set and not
    /// empty, or <c>TERM</c> is <c>dumb</c>.</summary>
    /// <remarks>Source: no-color.org. Whether the stream at hand is a terminal is asked apart.</remarks>
    public bool UseColor { get; init; }

    /// <summary>The line on standard error that is rewritten in place; null: standard error is no terminal, or wants
    /// no escape sequences.</summary>
    public LiveLine? Live { get; init; }

    /// <summary>Whether the terminal is ours at the moment: a job in the background must not write in place.</summary>
    public Func<bool> IsForeground { get; init; } = static () => true;

    /// <summary>The columns that standard output has; null: as many as it takes.</summary>
    public int? OutColumns => IsOutTty ? Size().Columns : null;

    /// <summary>The process's own streams. Elsewhere than on Linux they are taken for files.</summary>
    public static Terminal System(IReadOnlyDictionary<string, string> environment)
    {
        if (!OperatingSystem.IsLinux())
        {
            var (plainOutput, plainError) = (Writer(Console.OpenStandardOutput()), Writer(Console.OpenStandardError()));
            return new Terminal
            {
                Out = plainOutput,
                Error =
                plainError,
                Prompt = new TerminalPasswordPrompt(0, plainError, isErrorTty: false)
            };
        }

#pragma warning disable CA2000 // the process's own streams live as long as the process
        var stream = new DescriptorStream(1);
        TextWriter output = Writer(stream);
        TextWriter error = Writer(new DescriptorStream(2));
        var useColor = WantsColor(environment);
        var (isOutTty, isErrorTty) = (WindowSize.IsTerminal(1), WindowSize.IsTerminal(2));
        LiveLine? live = null;
        if (useColor && isErrorTty)
        {
            live = new LiveLine(error, static () => WindowSize.Of(2).Columns);
            (output, error) = (new LiveWriter(output, live, isOutTty), new LiveWriter(error, live, onScreen: true));
        }

        return new Terminal
        {
            Out = output,
            HasLostOutput = () => stream.HasLost,
            IsOutUnread = () => stream.IsUnread,
            Error = error,
            Prompt = new TerminalPasswordPrompt(0, error, isErrorTty),
            IsOutTty = isOutTty,
            IsErrorTty = isErrorTty,
            Size = static () => WindowSize.Of(1, 2),
            UseColor = useColor,
            Live = live,
            IsForeground = static () => WindowSize.IsForeground(2),
        };
#pragma warning restore CA2000
    }

    public static bool WantsColor(IReadOnlyDictionary<string, string> environment) =>
        !(environment.TryGetValue("NO_COLOR", out var noColor) && noColor.Length > 0)
        && !(environment.TryGetValue("TERM", out var term) && term == "dumb");

    /// <summary>Signals, runs and the live line write from threads of their own.</summary>
    private static TextWriter Writer(Stream stream)
    {
#pragma warning disable CA2000 // the process's own streams live as long as the process
        return TextWriter.Synchronized(
            new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1024) { AutoFlush = true, NewLine = "\n" });
#pragma warning restore CA2000
    }
}
