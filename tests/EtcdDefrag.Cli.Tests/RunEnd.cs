using EtcdDefrag.Core.Execution;

namespace EtcdDefrag.Cli.Tests;

/// <summary>Ends scripted runs.</summary>
internal static class RunEnd
{
    /// <summary>The events, with a last one that carries their report.</summary>
    public static RunEvent[] After(TimeSpan took, params RunEvent[] events)
    {
        var report = new RunReportBuilder(events.OfType<RunEvent.RunStarted>().FirstOrDefault()?.DryRun ?? false);
        Array.ForEach(events, report.OnEvent);
        return [.. events, report.Finish(took)];
    }
}
