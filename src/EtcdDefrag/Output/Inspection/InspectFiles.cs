using EtcdDefrag.Cli;
using EtcdDefrag.Core.Inspection;
using EtcdDefrag.Output.Metrics;
using EtcdDefrag.Storage;

namespace EtcdDefrag.Output.Inspection;

/// <summary>The files that are written beside the output: the picture, and metrics. Trouble with them is a warning.</summary>
internal sealed class InspectFiles(Settings settings)
{
    private readonly AtomicFile? _svg = settings.Inspect!.Svg is { } svg ? new AtomicFile(svg) : null;
    private readonly AtomicFile? _metrics = settings.Records.MetricsTextfile is { } metrics ? new AtomicFile(metrics, RunRecords.ForAll) : null;

    /// <summary>Finds out whether they can be written later; tells what is wrong.</summary>
    public bool AreGood(Terminal terminal)
    {
        var pictureIsGood = RunRecords.IsGood(_svg, Flags.Svg, terminal);
        return RunRecords.IsGood(_metrics, Flags.MetricsTextfile, terminal) && pictureIsGood;
    }

    public void Write(FileInspection found, KeyNames names, TextWriter error, DateTimeOffset at)
    {
        if (found.Database.Keyspace is { } keyspace)
        {
            Write(_svg, () => Treemap.Render(found, PrefixRows.Nested(keyspace, settings.Inspect!.Options), names), error);
        }
        else if (_svg is not null)
        {
            error.WriteLine($"Warning: {_svg.Path} was not written: no keys could be read");
        }

        Write(_metrics, () => InspectMetrics.Render(found, names, at), error);
    }

    private static void Write(AtomicFile? file, Func<string> text, TextWriter error)
    {
        try
        {
            file?.Write(text());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"Warning: {file!.Path} could not be written: {FileProblem.Of(e)}");
        }
    }
}
