using EtcdDefrag.Core.Execution;

namespace EtcdDefrag;

/// <summary>What one run has sent to its cluster and has not seen the end of.</summary>
/// <param name="cluster">The cluster, for messages; null: it is the only one.</param>
internal sealed class InFlight(string? cluster) : IRunObserver
{
    private volatile string? _call;

    /// <summary>The cluster; null: it is the only one.</summary>
    public string? Cluster => cluster;

    /// <summary>The call in words; null: nothing is in flight.</summary>
    public string? Shown => _call is { } call ? cluster is null ? call : $"{call} [{cluster}]" : null;

    /// <summary>Whether the run has ended, and left nothing behind.</summary>
    public bool IsOver { get; private set; }

    public void OnEvent(RunEvent runEvent)
    {
        _call = runEvent switch
        {
            RunEvent.CompactionStarted e => $"the compaction until revision {e.Revision} through {e.Endpoint}",
            RunEvent.DefragmentStarted { Target.Endpoint.IsFile: true } => null, // it ends at once, and nothing was changed
            RunEvent.DefragmentStarted e => $"the defragmentation of {e.Target.Endpoint}",
            RunEvent.LeaderMoveStarted e => $"the move of leadership from {e.From.MemberId} to {e.To.Id}",
            RunEvent.OutcomeUnknown => _call, // unknown is still in flight
            RunEvent.Recovering => _call,
            _ => null,
        };
        IsOver = runEvent is RunEvent.RunFinished;
    }
}
