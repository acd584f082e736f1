using EtcdDefrag.Cli;
using EtcdDefrag.Core.Inspection;
using EtcdDefrag.Storage;

namespace EtcdDefrag.Output.Inspection;

/// <summary>What was found in a database, in the form that was asked for.</summary>
internal static class InspectOutput
{
    /// <summary>The whole output.</summary>
    /// <param name="found">What was found.</param>
    /// <param name="settings">What was asked for.</param>
    /// <param name="names">How keys are shown.</param>
    /// <param name="columns">How wide a table may be; null: as wide as it is.</param>
    /// <param name="at">The time.</param>
    public static string Render(FileInspection found, Settings settings, KeyNames names, int? columns, DateTimeOffset at)
    {
        var inspect = settings.Inspect!;
        return settings.Output.Format switch
        {
            OutputFormat.Json => InspectJson.Render(found, inspect, names, at),
            OutputFormat.Csv => InspectCsv.Render(found, inspect.Options, names),
            var format => new InspectText(found, inspect, names, columns, format == OutputFormat.Table).Render(),
        };
    }
}
