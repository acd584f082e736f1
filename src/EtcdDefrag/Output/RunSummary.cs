using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Text;

namespace EtcdDefrag.Output;

/// <summary>The end of a run in words: what became of every member, the original's closing line where it is true, and
/// what to do where it is not.</summary>
internal sealed class RunSummary(Screen screen) : IRunObserver
{
    private const string Indent = "  ";
    private const string Success = "The defragmentation is successful.";

    private string? _rule;
    private long? _compactTo;

    public void OnEvent(RunEvent runEvent)
    {
        _rule = runEvent is RunEvent.RunStarted started ? started.Rule : _rule;
        _compactTo = runEvent is RunEvent.CompactionPlanned planned ? planned.Revision : _compactTo;
    }

    /// <summary>Writes it.</summary>
    /// <param name="report">The run.</param>
    /// <param name="withTable">Whether the members are shown here; else somebody else does.</param>
    public void Close(RunReport report, bool withTable)
    {
        foreach (var member in report.Members.Where(member => member.Outcome == MemberOutcome.NotStarted && !report.DryRun))
        {
            screen.Error.WriteLine($"Not started: {member.Target.Endpoint}");
        }

        foreach (var failure in report.OtherFailures)
        {
            screen.Error.WriteLine($"Failed: {failure.Text}");
        }

        if (withTable && report.Offline is null && report.Members.Any(member => member.Outcome != MemberOutcome.NotStarted))
        {
            WriteTable(report);
        }

        Conclude(report);
        foreach (var line in new NextSteps(screen.Own, _rule).After(report))
        {
            screen.Error.WriteLine(line);
        }
    }

    private void WriteTable(RunReport report)
    {
        screen.Output.WriteLine($"Summary{(report.ClusterId is { } id ? $" of cluster {id}" : "")}{(report.Took is { } took ? $", took {ShortTime.Of(took)}" : "")}");
        var table = MemberTable.Fitting(report, withId: false, screen.OutputPaint, screen.Columns() - Indent.Length,
            framed: false);
        screen.Output.Write(table.Plain(Indent));
    }

    private void Conclude(RunReport report)
    {
        ConcludeWork(report);
        if (report.IsOutOfSpace)
        {
            var members = report.Alarms.Where(alarm => alarm.Kind == AlarmKind.NoSpace).Select(alarm => alarm.MemberId);
            screen.Output.WriteLine(screen.OutputPaint.Bad(
                $"The cluster takes no writes: alarm NOSPACE is active, raised by member(s) {string.Join(' ', members)}."));
        }
    }

    private void ConcludeDryRun(RunReport report)
    {
        var undecided = report.Count(MemberOutcome.Undecided);
        screen.Output.WriteLine(
            $"Nothing was changed: this was a dry run. {report.Count(MemberOutcome.Planned)} of {report.Members.Count} endpoint(s) would be defragmented"
            + $"{(undecided > 0 ? $", {undecided} undecided until compaction" : "")}.");
        if (_compactTo is { } revision)
        {
            screen.Output.WriteLine($"RECLAIMABLE does not include old history, which is in use until it is compacted, here up to revision {revision}.");
        }
    }

    private void ConcludeWork(RunReport report)
    {
        var failed = report.Count(MemberOutcome.Failed) + report.Count(MemberOutcome.Unknown);
        if (report.Stopped is not null && !report.WorkBegan)
        {
            screen.Error.WriteLine("Nothing was changed.");
        }
        else if (failed > 0 && report.Offline is not null)
        {
            if (report.Offline == OfflineJob.Defragment)
            {
                screen.Error.WriteLine(report.WorkBegan ? "The new file is in place." : "Nothing was changed.");
            }
        }
        else if (failed > 0)
        {
            screen.Output.WriteLine(screen.OutputPaint.Bad(
                $"{failed} (total {report.Members.Count}) endpoint(s) failed to be defragmented."));
        }
        else if (report.Offline != OfflineJob.Check && report.OtherFailures.Count == 0 && report.Stopped is null
            && !report.DataDiffer)
        {
            screen.Output.WriteLine(report.DryRun ? Success : screen.OutputPaint.Good(Success));
            if (report.DryRun)
            {
                ConcludeDryRun(report);
            }
            else if (report.Count(MemberOutcome.Done) == 0)
            {
                screen.Output.WriteLine("No endpoint was defragmented: none needed it.");
            }
        }
    }
}
