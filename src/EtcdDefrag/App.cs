using EtcdDefrag.Cli;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Etcd;

namespace EtcdDefrag;

/// <summary>From arguments to exit code.</summary>
internal static class App
{
    public static async Task<ExitCode> RunAsync(
        IReadOnlyList<string> args, IReadOnlyDictionary<string, string> environment, Terminal terminal, TimeProvider time, StopSignal stop)
    {
        var command = CommandLine.Parse(args, environment, terminal);
        UsageError.WriteWarnings(command, terminal.Error);
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
                return await GuardAsync(() => DefragCommand.RunAsync(defrag.Settings, terminal, time, stop), terminal);
            case ParsedCommand.Status status:
                return await GuardAsync(() => StatusCommand.RunAsync(status.Settings, terminal, time, stop), terminal);
            default:
                throw new System.Diagnostics.UnreachableException(command.GetType().Name);
        }
    }

    /// <summary>Files that the flags name are read late, but before anything is contacted: trouble with them is bad usage.</summary>
    private static async Task<ExitCode> GuardAsync(Func<Task<ExitCode>> run, Terminal terminal)
    {
        try
        {
            return await run();
        }
        catch (ConnectionOptionsException e)
        {
            return Refuse(e.Message, terminal);
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
