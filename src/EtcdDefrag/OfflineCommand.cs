using EtcdDefrag.Cli;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Storage;

namespace EtcdDefrag;

/// <summary><c>--data-dir</c>, <c>--file</c> and <c>check</c>: work on a database file that no etcd is using.</summary>
internal static class OfflineCommand
{
    public static async Task<ExitCode> RunAsync(Settings settings, Terminal terminal, TimeProvider time, StopSignal stop)
    {
        // the file has the byte order of the machine that wrote it
        if (!OperatingSystem.IsLinux() || !BitConverter.IsLittleEndian)
        {
            terminal.Error.WriteLine($"Error: {settings.Offline!.PathName} \"{settings.Offline.Path}\": work on database files is for little-endian Linux; not here. Run etcd-defrag on the machine that etcd runs on");
            return ExitCode.Usage;
        }

        return await RunCommand.RunAsync(settings, terminal, time, stop, tools =>
        {
            var calls = new LinuxFileCalls();
            var run = new OfflineRun(calls, new OpenElsewhere(calls), settings.Offline! with { Rule = tools.Rule },
                tools.Observer, time)
            {
                Progress = tools.Live is { } live ? live.OnFile : null,
            };
            return run.RunAsync(stop.Token);
        });
    }
}
