using EtcdDefrag.Cli;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;

namespace EtcdDefrag.Output;

/// <summary>The format <c>table</c>: the lines of a run are conversation, and the result is one table of the members.</summary>
internal sealed class TableRenderer(TextWriter output, TextWriter error) : IRunObserver
{
    private readonly TextRenderer _lines = new(error, error);
    private readonly RunReportBuilder _report = new(dryRun: false);

    public void OnEvent(RunEvent runEvent)
    {
        _lines.OnEvent(runEvent);
        _report.OnEvent(runEvent);
        if (runEvent is RunEvent.RunFinished && _report.Report.Members.Count > 0)
        {
            output.Write(Table(_report.Report));
        }
    }

    private static string Table(RunReport report)
    {
        var table = new TextTable("ENDPOINT", "ID", ">BEFORE", ">AFTER", ">RECLAIMED", ">TOOK", "OUTCOME");
        foreach (var member in report.Members)
        {
            table.Add(
                member.Target.Endpoint.Text,
                member.Target.MemberId.ToString(),
                member.Before?.DbSize.ToHuman() ?? "?",
                member.After?.DbSize.ToHuman() ?? "",
                member.ReclaimedBytes is { } bytes ? new ByteSize(bytes).ToHuman() : "",
                member.Took is { } took ? GoDuration.Format(took) : "",
                Outcome(member));
        }

        return table.ToString();
    }

    private static string Outcome(MemberReport member) => member.Outcome switch
    {
        MemberOutcome.NotStarted => "not started",
        MemberOutcome.Planned => "would be defragmented",
        MemberOutcome.Done => "done",
        MemberOutcome.Skipped => "skipped",
        MemberOutcome.Failed => "FAILED",
        _ => "UNKNOWN",
    };
}
