using System.Globalization;
using EtcdDefrag.Cli;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Fleet;
using Microsoft.Win32.SafeHandles;

namespace EtcdDefrag;

/// <summary><c>etcd-defrag fleet</c>: from the inventory to the clusters that are selected. Contacts nothing.</summary>
internal static class FleetCommand
{
    private const string StandardInput = "-";

    public static async Task<ExitCode> RunAsync(FleetSettings settings, Terminal terminal, TimeProvider time, StopSignal stop)
    {
        var problems = new List<string>();
        var warnings = new List<string>();
        var inventory = Read(settings.Path, problems);
        var binder = new ClusterBinder(inventory, settings);
        if (inventory.IsWhole)
        {
            binder.Check(problems, warnings);
        }

        var done = settings.Resume is { } report ? ResumeReport.Read(report, problems) : null;
        if (problems.Count > 0)
        {
            UsageError.Write(new ParsedCommand.UsageErrors(Commands.Fleet, [.. problems.OrderBy(problem => PlaceIn(problem, NameOf(settings.Path)))]), terminal.Error);
            return ExitCode.Usage;
        }

        warnings.ForEach(warning => terminal.Error.WriteLine($"Warning: {warning}"));
        if (settings.PrintShard)
        {
            terminal.Out.Write(string.Concat(inventory.Entries.Where(settings.Selects).Select(entry => entry.Name + "\n")));
            return ExitCode.Ok;
        }

        var clusters = inventory.Entries.Where(settings.Selects).Select(entry => done?.Of(entry) ?? new FleetCluster(entry)).ToArray();
        if (clusters.Length == 0 && settings.Shard is { } shard && inventory.Entries.Any(settings.SelectsInSomeShard))
        {
            terminal.Error.WriteLine($"No cluster belongs to shard {shard.Index}/{shard.Count}: nothing to do");
            return ExitCode.Ok;
        }

        if (clusters.Length == 0)
        {
            terminal.Error.WriteLine($"Error: no cluster is selected: {settings.Path} lists {inventory.Entries.Count}, and none of them fits --select and --selector; nothing was contacted");
            return ExitCode.Refused;
        }

        using var run = FleetRun.Prepare(settings, binder, clusters, terminal, time, stop);
        return run is null ? ExitCode.Usage : await run.RunAsync();
    }

    private static string NameOf(string path) => path == StandardInput ? "<stdin>" : path;

    /// <summary>Where a problem stands, from its text, which begins with the inventory's name.</summary>
    private static (int Line, int Column) PlaceIn(string problem, string path)
    {
        var parts = problem.StartsWith(path + ":", StringComparison.Ordinal) ? problem[(path.Length + 1)..].Split(':', 3) : [];
        return parts.Length == 3 && int.TryParse(parts[0], CultureInfo.InvariantCulture, out var line) && int.TryParse(parts[1], CultureInfo.InvariantCulture, out var column)
            ? (line, column)
            : default;
    }

    private static Inventory Read(string path, List<string> problems)
    {
        try
        {
            if (path == StandardInput)
            {
                using var descriptor = new SafeFileHandle(0, ownsHandle: false);
                using var input = new StreamReader(new FileStream(descriptor, FileAccess.Read));
                return InventoryReader.Read(input, NameOf(path), Environment.CurrentDirectory, problems);
            }

            using var file = new StreamReader(path);
            return InventoryReader.Read(file, path, Path.GetDirectoryName(Path.GetFullPath(path))!, problems);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            problems.Add($"can't read the inventory \"{path}\": {(e is DirectoryNotFoundException ? "it does not exist" : Directory.Exists(path) ? "it is a directory" : FileProblem.Of(e))}; name a file, or - for standard input");
            return new Inventory("", new InventoryEntry(default), [], IsWhole: false);
        }
    }
}
