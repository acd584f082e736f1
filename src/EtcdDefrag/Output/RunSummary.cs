using EtcdDefrag.Core.Execution;

namespace EtcdDefrag.Output;

/// <summary>The end of a run in words: the original's closing line where it is true, and the rest of the truth after it.</summary>
internal sealed class RunSummary : IRunObserver
{
    private RunReportBuilder _builder = new(dryRun: false);

    public void OnEvent(RunEvent runEvent)
    {
        if (runEvent is RunEvent.RunStarted started)
        {
            _builder = new RunReportBuilder(started.DryRun);
        }

        _builder.OnEvent(runEvent);
    }

    public void Close(TextWriter output, TextWriter error, bool dryRun)
    {
        var report = _builder.Report;
        foreach (var member in report.Members.Where(member => member.Outcome == MemberOutcome.NotStarted))
        {
            error.WriteLine($"Not started: {member.Target.Endpoint}");
        }

        if (report.Stopped is not null && !report.WorkBegan)
        {
            error.WriteLine("Nothing was changed.");
            return;
        }

        var failed = report.Count(MemberOutcome.Failed) + report.Count(MemberOutcome.Unknown);
        if (failed > 0)
        {
            output.WriteLine($"{failed} (total {report.Members.Count}) endpoint(s) failed to be defragmented.");
        }

        foreach (var failure in report.OtherFailures)
        {
            error.WriteLine($"Failed: {failure.Text}");
        }

        if (failed > 0 || report.OtherFailures.Count > 0 || report.Stopped is not null || report.DataDiffer)
        {
            return;
        }

        output.WriteLine("The defragmentation is successful.");
        if (dryRun)
        {
            output.WriteLine($"Nothing was changed: this was a dry run. {report.Count(MemberOutcome.Planned)} of {report.Members.Count} endpoint(s) would be defragmented.");
        }
        else if (report.Count(MemberOutcome.Done) == 0)
        {
            output.WriteLine("No endpoint was defragmented: none needed it.");
        }
    }
}
