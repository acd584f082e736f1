using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace EtcdDefrag.Testing.Processes;

/// <summary>A terminal without a window: the test is its keyboard and its screen, byte by byte.</summary>
public sealed partial class PseudoTerminal : IDisposable
{
    private const int ReadWrite = 2;
    private const int NoControl = 0x100; // O_NOCTTY
    private const int CloseOnExec = 0x80000; // O_CLOEXEC: a child that held the keyboard would keep the terminal from hanging up
    private const byte EchoBit = 8;
    private const int LocalModes = 12; // where c_lflag is in struct termios on Linux

    private readonly SafeFileHandle _master;
    private readonly SafeFileHandle _slave;
    private readonly FileStream _keyboard;
    private readonly StringBuilder _shown = new();
    private readonly Thread _screen;
    private volatile bool _closing;

    public PseudoTerminal()
    {
        _master = Checked(OpenMaster(ReadWrite | NoControl | CloseOnExec));
        var name = new byte[64];
        if (GrantSlave(_master) != 0 || UnlockSlave(_master) != 0 || NameOfSlave(_master, name, (nuint)name.Length) != 0)
        {
            throw new InvalidOperationException("there is no pseudo terminal to be had");
        }

        Name = Encoding.ASCII.GetString(name).TrimEnd('\0');
        _slave = Checked(OpenFile(Name, ReadWrite | NoControl | CloseOnExec)); // so that the screen can be read when no process has it open
        _keyboard = new FileStream(_master, FileAccess.ReadWrite, bufferSize: 0);
        _screen = new Thread(Watch) { IsBackground = true, Name = "screen" };
        _screen.Start();
    }

    /// <summary>The device, e.g. <c>/dev/pts/3</c>.</summary>
    public string Name { get; }

    /// <summary>All that was written to the terminal, with its escape sequences and what it echoed.</summary>
    public string Shown
    {
        get
        {
            lock (_shown)
            {
                return _shown.ToString();
            }
        }
    }

    /// <summary>Whether the kernel shows what is typed.</summary>
    public bool Echoes
    {
        get
        {
            var modes = new byte[256];
            return GetAttributes(_slave, modes) == 0 ? (modes[LocalModes] & EchoBit) != 0 : throw new InvalidOperationException("the terminal is gone");
        }
    }

    /// <summary>Starts a program in a session of its own whose terminal this is.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Its environment, whole but for PATH.</param>
    /// <param name="redirections">Which of its streams are the terminal, as a shell has it; <c>$T</c> is the terminal. The others are pipes.</param>
    public Task<RunningProcess> StartAsync(
        string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, string redirections = "<$T >$T 2>$T") =>
        RunningProcess.StartAsync(
            "/bin/sh",
            // The first terminal that a session without one opens becomes its own.
            ["-c", $": <$T; unset T PWD OLDPWD; exec \"$0\" \"$@\" {redirections.Replace("$T", Name, StringComparison.Ordinal)}", program, .. arguments],
            new Dictionary<string, string>(environment) { ["T"] = Name });

    /// <summary>Presses keys.</summary>
    public void Type(string text) => _keyboard.Write(Encoding.UTF8.GetBytes(text));

    public Task WaitForAsync(string text, CancellationToken cancellationToken) =>
        Wait.UntilAsync($"\"{text}\" on the terminal", () => Shown.Contains(text, StringComparison.Ordinal), cancellationToken);

    /// <summary>Closes the window.</summary>
    public void HangUp()
    {
        _closing = true;
        _screen.Join(); // while it reads, the kernel keeps the terminal open
        _keyboard.Dispose();
    }

    public void Dispose()
    {
        HangUp();
        _slave.Dispose();
        _master.Dispose();
    }

    private static SafeFileHandle Checked(int descriptor) =>
        descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw new InvalidOperationException(Marshal.GetLastPInvokeErrorMessage());

    private void Watch()
    {
        var buffer = new byte[4096];
        var decoder = Encoding.UTF8.GetDecoder();
        var text = new char[4096];
        try
        {
            while (!_closing)
            {
                var ready = new Poll { Descriptor = (int)_master.DangerousGetHandle(), Events = 1 }; // POLLIN
                if (PollOne(ref ready, 1, 20) <= 0)
                {
                    continue;
                }

                var count = _keyboard.Read(buffer);
                lock (_shown)
                {
                    _shown.Append(text, 0, decoder.GetChars(buffer, 0, count, text, 0));
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // it is closed
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Poll
    {
        public int Descriptor;
        public short Events;
        public short Happened;
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int PollOne(ref Poll ready, nuint count, int timeout);

    [LibraryImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int OpenMaster(int flags);

    [LibraryImport("libc", EntryPoint = "grantpt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GrantSlave(SafeFileHandle master);

    [LibraryImport("libc", EntryPoint = "unlockpt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int UnlockSlave(SafeFileHandle master);

    [LibraryImport("libc", EntryPoint = "ptsname_r")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NameOfSlave(SafeFileHandle master, [Out] byte[] name, nuint length);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int OpenFile(string name, int flags);

    [LibraryImport("libc", EntryPoint = "tcgetattr")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetAttributes(SafeFileHandle terminal, [Out] byte[] modes);
}
