using System.Runtime.InteropServices;
using System.Text;

namespace EtcdDefrag.Cli;

/// <summary>Asks the user for a password.</summary>
internal interface IPasswordPrompt
{
    /// <summary>Whether there is a terminal to ask on.</summary>
    bool IsAvailable { get; }

    /// <summary>Asks, without echo.</summary>
    /// <returns>False when the user left instead of answering.</returns>
    bool TryRead(string question, out string password);
}

/// <summary>Asks on a terminal. The terminal keeps its line editing, so backspace and pasting work as everywhere; only its echo is off, and comes back whatever happens.</summary>
internal sealed class TerminalPasswordPrompt(int descriptor, bool isTerminal, Func<Stream> open, TextWriter error) : IPasswordPrompt
{
    public bool IsAvailable => isTerminal && (OperatingSystem.IsLinux() || OperatingSystem.IsMacOS());

    public bool TryRead(string question, out string password)
    {
        // A read from a terminal can't be called off, so it has a thread of its own, which ends with the process if need be.
        var answer = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Leave);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Leave);
        using var silence = TerminalEcho.Off(descriptor);
        error.Write(question);
        error.Flush();
        new Thread(() => answer.TrySetResult(ReadLine())) { IsBackground = true }.Start();
        var line = answer.Task.GetAwaiter().GetResult();
        error.WriteLine();
        password = line ?? "";
        return line is not null;

        void Leave(PosixSignalContext context)
        {
            context.Cancel = true;
            answer.TrySetResult(null);
        }
    }

    private string? ReadLine()
    {
        try
        {
            using var input = open();
            var bytes = new List<byte>();
            int next;
            while ((next = input.ReadByte()) is not (-1 or '\n'))
            {
                bytes.Add((byte)next);
            }

            return next == -1 && bytes.Count == 0 ? null : Encoding.UTF8.GetString([.. bytes]).TrimEnd('\r');
        }
        catch (IOException)
        {
            return null; // the terminal went away
        }
    }
}

/// <summary>Switches a terminal's echo off until disposed.</summary>
internal sealed partial class TerminalEcho : IDisposable
{
    private const int Now = 0; // TCSANOW, the same on Linux and macOS
    private const int EchoBit = 0x8; // ECHO in c_lflag, the same on Linux and macOS

    private readonly int _descriptor;
    private readonly byte[] _before;

    private TerminalEcho(int descriptor, byte[] before) => (_descriptor, _before) = (descriptor, before);

    public static TerminalEcho? Off(int descriptor)
    {
        var before = new byte[256]; // larger than any system's struct termios
        if (tcgetattr(descriptor, before) != 0)
        {
            return null;
        }

        // c_lflag is the fourth field: of 4 bytes each on Linux, of 8 on macOS.
        var silent = (byte[])before.Clone();
        var at = (OperatingSystem.IsMacOS() ? 24 : 12) + (BitConverter.IsLittleEndian ? 0 : OperatingSystem.IsMacOS() ? 7 : 3);
        silent[at] &= unchecked((byte)~EchoBit);
        return tcsetattr(descriptor, Now, silent) == 0 ? new TerminalEcho(descriptor, before) : null;
    }

    public void Dispose() => _ = tcsetattr(_descriptor, Now, _before);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int tcgetattr(int descriptor, [Out] byte[] settings);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int tcsetattr(int descriptor, int when, [In] byte[] settings);
}
