using System.Runtime.InteropServices;

namespace EtcdDefrag.Cli;

/// <summary>Switches a terminal's echo off until disposed.</summary>
internal sealed class TerminalEcho : IDisposable
{
    private const int Now = 0; // TCSANOW, the same on Linux and macOS
    private const int EchoBit = 0x8; // ECHO in c_lflag, the same on Linux and macOS

    private readonly int _descriptor;
    private readonly byte[] _before;
    private readonly byte[] _silent;

    private TerminalEcho(int descriptor, byte[] before, byte[] silent) => (_descriptor, _before, _silent) = (descriptor, before, silent);

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
        return tcsetattr(descriptor, Now, silent) == 0 ? new TerminalEcho(descriptor, before, silent) : null;
    }

    /// <summary>Switches the echo off again.</summary>
    public void Repeat() => _ = tcsetattr(_descriptor, Now, _silent);

    /// <summary>Makes the terminal as it was before.</summary>
    public void Restore() => _ = tcsetattr(_descriptor, Now, _before);

    public void Dispose() => Restore();

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int tcgetattr(int descriptor, [Out] byte[] settings);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int tcsetattr(int descriptor, int when, [In] byte[] settings);
}
