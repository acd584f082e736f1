using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EtcdDefrag.Testing.Processes;

internal static partial class ProcessSignals
{
    /// <summary>Sends a signal to a process that we started; nothing happens when it has ended already.</summary>
    public static void Send(this Process process, Signal signal)
    {
        // A process that has ended is not ours any more: its number may be somebody else's.
        if (!process.HasExited && Kill(process.Id, (int)signal) != 0 && !process.HasExited)
        {
            throw new InvalidOperationException($"could not send {signal} to process {process.Id}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int process, int signal);
}
