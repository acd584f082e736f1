using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Core.Rules;

namespace EtcdDefrag.Core.Execution;

/// <summary>What a run is given.</summary>
public sealed record RunRequest
{
    /// <summary>What the user wants.</summary>
    public required DefragOptions Options { get; init; }

    /// <summary>The rule; null: every member is selected.</summary>
    public DefragRule? Rule { get; init; }

    /// <summary>The endpoints the user named, or that were discovered; at least one.</summary>
    public required IReadOnlyList<Endpoint> Endpoints { get; init; }

    /// <summary>Who we are, for the lock's value: a text that tells people which process holds it. Unique to the run.</summary>
    public string Owner { get; init; } = "etcd-defrag";
}

/// <summary>Why a run goes no further.</summary>
internal sealed record Stop(StopReason Reason, string Explanation)
{
    /// <summary>The findings that refuse, which have been told already; empty: no check refused.</summary>
    public IReadOnlyList<Safety.CheckFinding> Findings { get; init; } = [];

    /// <summary>What to do beside what the findings say; null: nothing.</summary>
    public string? Advice { get; init; }

    /// <summary>A stop because checks refuse.</summary>
    public static Stop Refusal(StopReason reason, IEnumerable<Safety.CheckFinding> findings, string? advice = null)
    {
        var refused = findings.Where(finding => finding.Severity == Safety.FindingSeverity.Refusal).ToArray();
        var told = string.Join("; ", refused.Select(finding => $"[{finding.CheckId}] {finding.Message}"));
        return new Stop(reason, advice is null ? told : $"{told}; {advice}") { Findings = refused, Advice = advice };
    }
}

/// <summary>What the steps of a run share: the port, the clock, the wishes, and where events go.</summary>
internal sealed class RunContext(IClusterClient client, TimeProvider time, RunRequest request, IRunObserver observer)
{
    public PatientReads Client { get; } = new(client, time);

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
    public string? OldFigures { get; set; }

    /// <summary>Whether this is a dry run of a run that compacts first: then members are judged by figures that the compaction may change.</summary>
    public bool IsBeforeCompaction { get; set; }

    /// <summary>The members' statuses once they had freed what was compacted; null: nothing was waited for.</summary>
    public IReadOnlyDictionary<MemberId, MemberStatus>? Settled { get; set; }

    /// <summary>Members of which a snapshot was being read when history was compacted: their freed pages count as in use until it ends.</summary>
    public HashSet<MemberId> HeldBack { get; } = [];

    public RunReportBuilder Report { get; } = new(request.Options.DryRun);

    public void Emit(RunEvent runEvent)
    {
        Report.OnEvent(runEvent);
        observer.OnEvent(runEvent);
    }

    /// <summary>Tells that a member failed.</summary>
    /// <returns>Null: the run goes on with the next; otherwise why not.</returns>
    public Stop? Fail(Target target, MemberStep step, TimeSpan took, string problem)
    {
        Emit(new RunEvent.MemberFailed(target, step, took, problem));
        return Options.ContinueOnError
            ? null
            : new Stop(StopReason.MemberFailed, $"{target.Endpoint} failed, and --continue-on-error=false was given");
    }
}
