namespace EtcdDefrag.Cli;

/// <summary>Switches a terminal's echo off until disposed.</summary>
internal sealed class TerminalEcho : IDisposable
{
    private const int EchoBit = 0x8; // ECHO in c_lflag

    private readonly int _descriptor;
    private readonly byte[] _before;
    private readonly byte[] _silent;

    private TerminalEcho(int descriptor, byte[] before, byte[] silent) =>
        (_descriptor, _before, _silent) = (descriptor, before, silent);

    public static TerminalEcho? Off(int descriptor)
    {
        var before = new byte[256]; // larger than any system's struct termios
        if (Libc.tcgetattr(descriptor, before) != 0)
        {
            return null;
        }

        // c_lflag is the fourth field, of 4 bytes each.
        var silent = (byte[])before.Clone();
        silent[12 + (BitConverter.IsLittleEndian ? 0 : 3)] &= unchecked((byte)~EchoBit);
        return Libc.tcsetattr(descriptor, Libc.Now, silent) == 0 ? new TerminalEcho(descriptor, before, silent) : null;
    }

    /// <summary>Switches the echo off again.</summary>
    public void Repeat() => _ = Libc.tcsetattr(_descriptor, Libc.Now, _silent);

    /// <summary>Makes the terminal as it was before.</summary>
    public void Restore() => _ = Libc.tcsetattr(_descriptor, Libc.Now, _before);

    public void Dispose() => Restore();
}
