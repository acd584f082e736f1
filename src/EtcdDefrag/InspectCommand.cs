using System.Security.Cryptography;
using EtcdDefrag.Cli;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Live;
using EtcdDefrag.Output.Inspection;
using EtcdDefrag.Storage;

namespace EtcdDefrag;

/// <summary><c>etcd-defrag inspect</c>: what fills a database, of a stopped etcd or of a running member. Changes nothing.</summary>
internal static class InspectCommand
{
    public static async Task<ExitCode> RunAsync(Settings settings, Terminal terminal, TimeProvider time, StopSignal stop)
    {
        if (!OperatingSystem.IsLinux() || !BitConverter.IsLittleEndian) // the file has the byte order of the machine that wrote it
        {
            terminal.Error.WriteLine("Error: inspect reads database files on little-endian Linux only; copy the file or a snapshot there");
            return ExitCode.Usage;
        }

        var files = new InspectFiles(settings);
        if (!files.AreGood(terminal))
        {
            return ExitCode.Usage;
        }

        try
        {
            var found = await FindAsync(settings, terminal, time, stop);
            var names = new Core.Inspection.KeyNames(settings.Inspect!.Redact ? RandomNumberGenerator.GetBytes(32) : null);
            terminal.Out.Write(InspectOutput.Render(found, settings, names, terminal.OutColumns, time.GetUtcNow()));
            files.Write(found, names, terminal.Error, time.GetUtcNow());
            return found.Database.Check.IsSound ? ExitCode.Ok : ExitCode.Failed;
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            return stop.By ?? ExitCode.Interrupted;
        }
        catch (StorageException e)
        {
            terminal.Error.WriteLine($"Error: {e.Message}");
            return e.Fault switch
            {
                StorageFault.Usage => ExitCode.Usage,
                StorageFault.Failed => ExitCode.Failed,
                _ => ExitCode.Refused,
            };
        }
        catch (ClusterException e)
        {
            terminal.Error.WriteLine($"Error: {e.Message}");
            return ExitCode.NoAccess;
        }
    }

    private static async Task<FileInspection> FindAsync(Settings settings, Terminal terminal, TimeProvider time, StopSignal stop)
    {
        using var live = terminal.Live is { } line && !settings.Output.NoProgress ? new LiveProgress(line, time, terminal.IsForeground) : null;
        var options = settings.Inspect!.Options with
        {
            Seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))),
            HashKv = settings.Inspect.Options.HashKv && !settings.Inspect.CheckOnly,
        };
        var calls = new LinuxFileCalls();
        var run = new InspectRun(calls, settings.Offline!, options, time)
        {
            Progress = live is null ? null : live.OnFile,
            Waiting = path => terminal.Error.WriteLine($"waiting for etcd to close and release its lock on \"{path}\""),
        };
        if (settings.Endpoints.Count == 0)
        {
            return await run.OfFileAsync(stop.Token);
        }

        using var snapshot = await SnapshotDownload.RunAsync(settings, calls, terminal, live is null ? null : live.OnFile, time, stop.Token);
        return run.OfMember(settings.Endpoints[0].Text, snapshot, stop.Token);
    }
}
