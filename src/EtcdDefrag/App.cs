using EtcdDefrag.Cli;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Etcd.Net;
using EtcdDefrag.Storage;

namespace EtcdDefrag;

/// <summary>From arguments to exit code.</summary>
internal static class App
{
    public static async Task<ExitCode> RunAsync(
        IReadOnlyList<string> args, IReadOnlyDictionary<string, string> environment, Terminal terminal, TimeProvider time, StopSignal stop)
    {
        var command = CommandLine.Parse(args, environment, terminal);
        UsageError.WriteWarnings(command, terminal.Error);
        var code = await RunAsync(command, terminal, time, stop);
        if (!terminal.HasLostOutput())
        {
            return code;
        }

        // What a run did counts, whether or not anybody reads of it.
        var counts = code != ExitCode.Ok || command is ParsedCommand.Defrag { Settings.Defrag.DryRun: false } or ParsedCommand.Offline { Settings.Defrag.DryRun: false }
            or ParsedCommand.Fleet { Settings: { OnlyStatus: false, Common.Defrag.DryRun: false } };
        terminal.Error.WriteLine($"{(counts ? "Warning" : "Error")}: the result could not be written to standard output: is the disk full, or the descriptor closed?");
        return counts ? code : ExitCode.Failed;
    }

    private static async Task<ExitCode> RunAsync(ParsedCommand command, Terminal terminal, TimeProvider time, StopSignal stop)
    {
        switch (command)
        {
            case ParsedCommand.Print print:
                return Print(print.Text, terminal);
            case ParsedCommand.UsageErrors errors:
                UsageError.Write(errors, terminal.Error);
                return ExitCode.Usage;
            case ParsedCommand.Interrupted:
                return stop.By ?? ExitCode.Interrupted;
            case ParsedCommand.Rule rule:
                return RuleCommand.Run(rule, terminal);
            case ParsedCommand.Defrag defrag:
                return await GuardAsync(() => DefragCommand.RunAsync(defrag.Settings, terminal, time, stop), terminal, stop);
            case ParsedCommand.Offline offline:
                return await GuardAsync(() => OfflineCommand.RunAsync(offline.Settings, terminal, time, stop), terminal, stop);
            case ParsedCommand.Fleet fleet:
                return await GuardAsync(() => FleetCommand.RunAsync(fleet.Settings, terminal, time, stop), terminal, stop);
            case ParsedCommand.Inspect inspect:
                return await GuardAsync(() => InspectCommand.RunAsync(inspect.Settings, terminal, time, stop), terminal, stop);
            case ParsedCommand.Status status:
                return await GuardAsync(() => StatusCommand.RunAsync(status.Settings, terminal, time, stop), terminal, stop);
            default:
                throw new System.Diagnostics.UnreachableException(command.GetType().Name);
        }
    }

    private const string RandomDevice = "/dev/urandom";

    /// <summary>Files that the flags name are read late, but before anything is contacted: trouble with them is bad usage.</summary>
    internal static async Task<ExitCode> GuardAsync(Func<Task<ExitCode>> run, Terminal terminal, StopSignal stop)
    {
        if (OperatingSystem.IsLinux() && !File.Exists(RandomDevice))
        {
            return Refuse($"{RandomDevice} is missing, and .NET takes random numbers from it: bind it into this root directory (systemd: MountAPIVFS=yes or BindReadOnlyPaths={RandomDevice})", terminal);
        }

        try
        {
            return await run();
        }
        catch (Exception e) when (e is ConnectionOptionsException or StorageException)
        {
            return Refuse(e.Message, terminal);
        }
#pragma warning disable CA1031 // whatever it is, it is a fault of ours: no stack trace helps who has to know what runs in the cluster now
        catch (Exception e)
#pragma warning restore CA1031
        {
            terminal.Error.WriteLine($"Error: internal error ({e.GetType().Name}: {e.Message}){(stop.InFlight is { } running ? $"; {running} may still be running, and etcd can't be told to stop it" : "")}");
            return stop.InFlight is null ? ExitCode.Failed : ExitCode.Unknown;
        }
    }

    private static ExitCode Print(string text, Terminal terminal)
    {
        terminal.Out.Write(text);
        return ExitCode.Ok;
    }

    private static ExitCode Refuse(string problem, Terminal terminal)
    {
        terminal.Error.WriteLine($"Error: {problem}");
        return ExitCode.Usage;
    }
}
