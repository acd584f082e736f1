using EtcdDefrag.Cli;
using EtcdDefrag.Core.Inspection;
using EtcdDefrag.Output.Metrics;
using EtcdDefrag.Storage;

namespace EtcdDefrag.Output.Inspection;

/// <summary>The files that are written beside the output: the picture, and metrics. Trouble with them is a warning.</summary>
internal sealed class InspectFiles(Settings settings)
{
    /// <summary>Readable for all: node_exporter is a user of its own.</summary>
    private const UnixFileMode ForAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly AtomicFile? _svg = settings.Inspect!.Svg is { } svg ? new AtomicFile(svg) : null;
    private readonly AtomicFile? _metrics = settings.Records.MetricsTextfile is { } metrics ? new AtomicFile(metrics, ForAll) : null;

    /// <summary>Finds out whether they can be written later.</summary>
    /// <returns>Null: they can; else why not.</returns>
    public string? FindProblem() => Problem(_svg, Flags.Svg) ?? Problem(_metrics, Flags.MetricsTextfile);

    public void Write(FileInspection found, KeyNames names, TextWriter error, DateTimeOffset at)
    {
        if (found.Database.Keyspace is not { } keyspace)
        {
            return;
        }

        Write(_svg, () => Treemap.Render(found, PrefixRows.Nested(keyspace, settings.Inspect!.Options), names), error);
        Write(_metrics, () => InspectMetrics.Render(found, keyspace, names, at), error);
    }

    private static string? Problem(AtomicFile? file, Flag flag) =>
        file?.FindProblem() is { } problem ? $"{flag.Display} \"{file.Path}\": {problem}" : null;

    private static void Write(AtomicFile? file, Func<string> text, TextWriter error)
    {
        try
        {
            file?.Write(text());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"Warning: {file!.Path} could not be written: {e.Message}");
        }
    }
}
