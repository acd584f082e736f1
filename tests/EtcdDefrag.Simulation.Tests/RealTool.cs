using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Execution.Running;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Testing.Schedules;

namespace EtcdDefrag.Simulation.Tests;

/// <summary>The product's executor, as the simulation drives it.</summary>
internal sealed class RealTool : IRunObserver
{
    private RealTool()
    {
    }

    public static async Task<RunSummary> RunAsync(IClusterClient client, TimeProvider time, ScheduleOptions options)
    {
        var request = new RunRequest { Options = options.Defrag, Endpoints = options.Endpoints };
        var report = await new DefragRun(client, time, request, new RealTool()).RunAsync(options.Stop);
        return new RunSummary((int)ExitCodes.For(report), [.. report.Members.Select(member => new MemberSummary(member.Target.MemberId, Translate(member.Outcome)))]);
    }

    public void OnEvent(RunEvent runEvent)
    {
        // Nobody watches.
    }

    private static ReportedOutcome Translate(MemberOutcome outcome) => outcome switch
    {
        MemberOutcome.NotStarted => ReportedOutcome.NotStarted,
        MemberOutcome.Skipped or MemberOutcome.Undecided => ReportedOutcome.Skipped,
        MemberOutcome.Planned => ReportedOutcome.Planned,
        MemberOutcome.Done => ReportedOutcome.Done,
        MemberOutcome.Failed => ReportedOutcome.Failed,
        _ => ReportedOutcome.Unknown,
    };
}
