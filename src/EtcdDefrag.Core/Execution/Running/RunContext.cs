using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution.Reading;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Core.Rules;

namespace EtcdDefrag.Core.Execution.Running;

/// <summary>What the steps of a run share: the port, the clock, the wishes, and where events go.</summary>
internal sealed class RunContext(IClusterClient client, TimeProvider time, RunRequest request, IRunObserver observer)
{
    public RetryingReads Client { get; } = new(client, time);

    /// <summary>The port without patience: for those who poll anyway.</summary>
    public IClusterClient RawClient { get; } = client;

    public TimeProvider Time => time;

    /// <summary>When the run began, as the clock's timestamp.</summary>
    public long Started { get; } = time.GetTimestamp();

    public DefragOptions Options => request.Options;

    public DefragRule? Rule => request.Rule;

    public RunRequest Request => request;

    /// <summary>The lock of this run; null while it has none.</summary>
    public RunLock? Lock { get; set; }

    /// <summary>Why what the members say is in use may be older than our compaction; null: it is not.</summary>
    public string? StaleSizes { get; set; }

    /// <summary>Whether this is a dry run of a run that compacts first: then members are judged by figures that the
    /// compaction may change.</summary>
    public bool IsBeforeCompaction { get; set; }

    /// <summary>The members' statuses once they had freed what was compacted; null: nothing was waited for.</summary>
    public IReadOnlyDictionary<MemberId, MemberStatus>? Settled { get; set; }

    /// <summary>Members of which a snapshot was being read when history was compacted: their freed pages count as
    /// in use until it ends.</summary>
    public HashSet<MemberId> HeldBack { get; } = [];

    public RunReportBuilder Report { get; } = new(request.Options.DryRun);

    public void Emit(RunEvent runEvent)
    {
        Report.OnEvent(runEvent);
        observer.OnEvent(runEvent);
    }

    /// <summary>Tells that a member failed.</summary>
    /// <returns>Null: the run goes on with the next; otherwise why not.</returns>
    public EarlyEnd? Fail(Target target, MemberStep step, TimeSpan took, string problem)
    {
        Emit(new RunEvent.MemberFailed(target, step, took, problem));
        return Options.ContinueOnError
            ? null
            : new EarlyEnd(StopReason.MemberFailed, $"{target.Endpoint} failed, and --continue-on-error=false was given");
    }
}
