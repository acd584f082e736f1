using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace EtcdDefrag.Cli;

/// <summary>Asks the user for a password.</summary>
internal interface IPasswordPrompt
{
    /// <summary>Whether there is a terminal to ask on.</summary>
    bool IsAvailable { get; }

    /// <summary>A line of this many bytes or more may have been cut off by the terminal.</summary>
    int LineLimit { get; }

    /// <summary>Asks, without echo.</summary>
    /// <returns>False when the user left instead of answering.</returns>
    bool TryRead(string question, out string password);
}

/// <summary>
/// Asks on the terminal behind a descriptor, or on the process's own (<c>/dev/tty</c>) where the descriptor is no terminal. The
/// kernel edits the line, so backspace and Ctrl-U work as everywhere. .NET's console is not used: its reader shows what is typed
/// although the terminal's echo is off.
/// </summary>
/// <param name="descriptor">Standard input.</param>
/// <param name="error">Gets the question.</param>
/// <param name="isErrorTty">Whether the user sees what is written there; else the question goes to the terminal itself.</param>
internal sealed class TerminalPasswordPrompt(int descriptor, TextWriter error, bool isErrorTty) : IPasswordPrompt
{
    private const string ControllingTerminal = "/dev/tty";

    public bool IsAvailable
    {
        get
        {
            using var terminal = Open();
            return terminal is not null;
        }
    }

    /// <remarks>Source: N_TTY_BUF_SIZE in Linux drivers/tty/n_tty.c, minus the line break.</remarks>
    public int LineLimit => 4095;

    public bool TryRead(string question, out string password)
    {
        using var terminal = Open();
        if (!OperatingSystem.IsLinux() || terminal is null)
        {
            throw new InvalidOperationException("there is no terminal to ask on");
        }

        using var silence = TerminalEcho.Off((int)terminal.DangerousGetHandle());
        // A read from a terminal can't be cancelled, so it has its own thread, which ends with the process if need be.
        var answer = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Leave);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Leave);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Leave);
        using var quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Leave);
        using var suspend = PosixSignalRegistration.Create(PosixSignal.SIGTSTP, Suspend);
        using var resume = PosixSignalRegistration.Create(PosixSignal.SIGCONT, Resume);
        Show(question);
        new Thread(() => answer.TrySetResult(ReadLine(terminal))) { IsBackground = true }.Start();
        var line = answer.Task.GetAwaiter().GetResult();
        Show("\n");
        password = line ?? "";
        return line is not null;

        void Leave(PosixSignalContext context)
        {
            context.Cancel = true;
            silence?.Restore(); // here already: a second signal ends the process at once
            answer.TrySetResult(null);
        }

        void Suspend(PosixSignalContext context)
        {
            context.Cancel = true; // .NET itself does not stop the process once anybody listens to this signal
            silence?.Restore();
            _ = Libc.kill(Environment.ProcessId, Libc.Stop);
        }

        void Resume(PosixSignalContext context)
        {
            context.Cancel = true; // .NET would make the terminal as it was at the start, with echo
            silence?.Repeat(); // a shell may have switched the echo on meanwhile
            Show(question);
        }
    }

    private static string? ReadLine(SafeFileHandle terminal)
    {
        try
        {
            // A handle of its own that closes nothing: the terminal is needed after the read, to switch the echo on again.
            using var shared = new SafeFileHandle(terminal.DangerousGetHandle(), ownsHandle: false);
            using var input = new FileStream(shared, FileAccess.Read, bufferSize: 0);
            var line = new List<byte>();
            var buffer = new byte[8192];
            while (true)
            {
                var count = input.Read(buffer);
                var end = buffer.AsSpan(0, count).IndexOf((byte)'\n');
                line.AddRange(buffer.AsSpan(0, end < 0 ? count : end));
                if (end >= 0 || count == 0)
                {
                    return end < 0 && line.Count == 0 ? null : Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            return null; // the terminal is gone
        }
    }

    private SafeFileHandle? Open() =>
        !OperatingSystem.IsLinux() ? null
        : WindowSize.IsTerminal(descriptor) ? new SafeFileHandle(descriptor, ownsHandle: false) : OpenControllingTerminal();

    private static SafeFileHandle? OpenControllingTerminal()
    {
        try
        {
            return File.OpenHandle(ControllingTerminal, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private void Show(string text)
    {
        using var terminal = isErrorTty ? null : OpenControllingTerminal();
        if (terminal is null)
        {
            error.Write(text);
            error.Flush();
            return;
        }

        try
        {
            using var output = new FileStream(terminal, FileAccess.Write, bufferSize: 0);
            output.Write(Encoding.UTF8.GetBytes(text));
        }
        catch (IOException)
        {
            // the terminal is gone: the read ends as well
        }
    }
}
