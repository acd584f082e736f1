using EtcdDefrag.Core.Execution;

namespace EtcdDefrag.Output;

/// <summary>The format <c>table</c>: the lines of a run are conversation, and the result is one table of the members.</summary>
internal sealed class TableRenderer(Screen screen) : IRunObserver
{
    private readonly TextRenderer _lines = new(screen with { Output = screen.Error, OutputPaint = screen.ErrorPaint },
        withTable: false);

    public void OnEvent(RunEvent runEvent)
    {
        if (runEvent is RunEvent.RunFinished { Report: { Members.Count: > 0 } report })
        {
            screen.Output.Write(MemberTable.Fitting(report, withId: true, screen.OutputPaint, screen.Columns(),
                framed: true).Framed());
        }

        _lines.OnEvent(runEvent);
    }
}
