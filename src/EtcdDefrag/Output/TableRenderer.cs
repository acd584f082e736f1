using EtcdDefrag.Core.Execution;

namespace EtcdDefrag.Output;

/// <summary>The format <c>table</c>: the lines of a run are conversation, and the result is one table of the members.</summary>
internal sealed class TableRenderer(Screen screen) : IRunObserver
{
    private readonly TextRenderer _lines = new(screen with { Output = screen.Error, OutputPaint = screen.ErrorPaint }, withTable: false);
    private RunReportBuilder _report = new(dryRun: false);

    public void OnEvent(RunEvent runEvent)
    {
        if (runEvent is RunEvent.RunStarted started)
        {
            _report = new RunReportBuilder(started.DryRun);
        }

        _report.OnEvent(runEvent);
        if (runEvent is RunEvent.RunFinished && _report.Report.Members.Count > 0)
        {
            screen.Output.Write(MemberTable.Fitting(_report.Report, withId: true, screen.OutputPaint, screen.Columns(), framed: true).Framed());
        }

        _lines.OnEvent(runEvent);
    }
}
