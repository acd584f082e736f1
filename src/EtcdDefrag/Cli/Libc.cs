using System.Runtime.InteropServices;

[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace EtcdDefrag.Cli;

/// <summary>The C library's functions for terminals and streams. Linux only. Those for files are in
/// <see cref="Storage.LinuxFileCalls"/>.</summary>
internal static class Libc
{
    /// <summary>TCSANOW for <see cref="tcsetattr"/>.</summary>
    public const int Now = 0;

    /// <summary>SIGSTOP.</summary>
    public const int Stop = 19;

    /// <summary>POLLOUT.</summary>
    public const short Writable = 4;

    // Source: Linux asm-generic/errno-base.h.
    public const int Interrupted = 4;
    public const int TryAgain = 11;
    public const int BrokenPipe = 32;

    /// <summary>TIOCGWINSZ.</summary>
    /// <remarks>Source: Linux asm-generic/ioctls.h; on POWER arch/powerpc/include/uapi/asm/ioctls.h.</remarks>
    public static nuint GetWindowSize => RuntimeInformation.ProcessArchitecture == Architecture.Ppc64le ? 0x40087468u : 0x5413u;

    [DllImport("libc")]
    public static extern int isatty(int descriptor);

    [DllImport("libc")]
    public static extern int ioctl(int descriptor, nuint request, out WindowDimensions size);

    [DllImport("libc")]
    public static extern int tcgetpgrp(int descriptor);

    [DllImport("libc")]
    public static extern int getpgrp();

    [DllImport("libc")]
    public static extern int tcgetattr(int descriptor, [Out] byte[] settings);

    [DllImport("libc")]
    public static extern int tcsetattr(int descriptor, int when, [In] byte[] settings);

    [DllImport("libc")]
    public static extern int dup(int descriptor);

    [DllImport("libc", SetLastError = true)]
    public static extern nint write(int descriptor, in byte buffer, nuint count);

    [DllImport("libc")]
    public static extern int poll(ref PollEntry entry, nuint count, int timeout);

    [DllImport("libc")]
    public static extern int kill(int process, int signal);

    /// <summary>struct winsize.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct WindowDimensions
    {
        public ushort Rows;
        public ushort Columns;
        public ushort Width;
        public ushort Height;
    }

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Happened;
    }
}
