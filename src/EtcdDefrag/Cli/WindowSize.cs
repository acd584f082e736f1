namespace EtcdDefrag.Cli;

/// <summary>The size of the terminal's window, read anew each time. Not from .NET's Console: that would switch the terminal's
/// keypad and keep signal handlers of its own.</summary>
internal static class WindowSize
{
    /// <summary>The size where it can't be found out.</summary>
    public static (int Columns, int Rows) Usual => (80, 24);

    /// <summary>Of the terminal behind one of these descriptors, the first that is one.</summary>
    public static (int Columns, int Rows) Of(params ReadOnlySpan<int> descriptors)
    {
        foreach (var descriptor in descriptors)
        {
            if (Libc.ioctl(descriptor, Libc.GetWindowSize, out var size) == 0 && size.Columns > 0 && size.Rows > 0)
            {
                return (Math.Max(20, (int)size.Columns), Math.Max(5, (int)size.Rows));
            }
        }

        return Usual;
    }

    /// <summary>Whether a terminal is behind a descriptor.</summary>
    public static bool IsTerminal(int descriptor) => OperatingSystem.IsLinux() && Libc.isatty(descriptor) == 1;

    /// <summary>Whether we run in the foreground: what a job in the background writes in place would spoil the
    /// line its user is typing.</summary>
    public static bool IsForeground(int descriptor) =>
        Libc.tcgetpgrp(descriptor) is var owner && (owner < 0 || owner == Libc.getpgrp());
}
