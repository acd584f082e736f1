using System.Runtime.InteropServices;

namespace EtcdDefrag.Cli;

/// <summary>The size of the terminal's window, asked anew each time. Not from .NET's Console: that would switch the terminal's keypad and keep signal handlers of its own.</summary>
internal static class WindowSize
{
    /// <summary>What is taken for the size where none can be found out, as everywhere.</summary>
    public static (int Columns, int Rows) Usual => (80, 24);

    /// <summary>Of the terminal behind one of these descriptors, the first that is one.</summary>
    public static (int Columns, int Rows) Of(params ReadOnlySpan<int> descriptors)
    {
        if (OperatingSystem.IsWindows())
        {
            return OfConsole();
        }

        foreach (var descriptor in descriptors)
        {
            if (Ask(descriptor, out var size) == 0 && size.Columns > 0 && size.Rows > 0)
            {
                return (Math.Max(20, (int)size.Columns), Math.Max(5, (int)size.Rows));
            }
        }

        return Usual;
    }

    /// <summary>Whether we run in the foreground: what a job in the background writes in place would spoil the line its user is typing.</summary>
    public static bool IsForeground(int descriptor) => OperatingSystem.IsWindows() || IsInFront(tcgetpgrp(descriptor));

    private static bool IsInFront(int owner) => owner < 0 || owner == getpgrp();

    private static (int Columns, int Rows) OfConsole()
    {
        try
        {
            return (Math.Max(20, Console.WindowWidth), Math.Max(5, Console.WindowHeight));
        }
        catch (IOException)
        {
            return Usual; // there is no console
        }
    }

    // TIOCGWINSZ. Source: Linux asm-generic/ioctls.h, and on POWER arch/powerpc/include/uapi/asm/ioctls.h; macOS sys/ttycom.h.
    private static nuint Request =>
        OperatingSystem.IsMacOS() || RuntimeInformation.ProcessArchitecture == Architecture.Ppc64le ? 0x40087468u : 0x5413u;

    // What follows the named parameters of a C function lies on the stack on Apple's processors, behind eight registers; elsewhere in the next register.
    private static int Ask(int descriptor, out Size size) =>
        OperatingSystem.IsMacOS() && RuntimeInformation.ProcessArchitecture == Architecture.Arm64
            ? ioctl(descriptor, Request, 0, 0, 0, 0, 0, 0, out size)
            : ioctl(descriptor, Request, out size);

    /// <summary>Whether a terminal is behind a descriptor.</summary>
    public static bool IsTerminal(int descriptor) => OperatingSystem.IsWindows() || isatty(descriptor) == 1;

    [StructLayout(LayoutKind.Sequential)]
    private struct Size
    {
        public ushort Rows;
        public ushort Columns;
        public ushort Width;
        public ushort Height;
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ioctl(int descriptor, nuint request, out Size size);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ioctl(int descriptor, nuint request, nint r2, nint r3, nint r4, nint r5, nint r6, nint r7, out Size size);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int tcgetpgrp(int descriptor);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int getpgrp();

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int isatty(int descriptor);
}
