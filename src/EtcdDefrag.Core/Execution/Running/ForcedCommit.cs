using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Core.Execution.Running;

/// <summary>
/// Forces a commit on every member, which updates dbSizeInUse. etcd measures it at a commit, before the pages that this commit
/// frees, and commits only when there is something to write: on an idle cluster dbSizeInUse keeps the value from before a
/// compaction. Granting and revoking a lease is two small writes on every member and changes neither keys nor revisions.
/// </summary>
/// <remarks>Source: etcd server/storage/backend/backend.go, begin: sizeInUse from bbolt's FreePageN; batch_tx.go, commit: returns
/// where nothing is pending.</remarks>
internal sealed class ForcedCommit(RunContext run, Endpoint endpoint)
{
    private const int MaxCommits = 8;

    /// <summary>Chosen: more than two of etcd's commit intervals (100 ms), so that each commit has had its
    /// effect before the next.</summary>
    private static readonly TimeSpan Apart = TimeSpan.FromMilliseconds(250);

    /// <summary>The lease expires after this if revoking it fails.</summary>
    private static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(5);

    /// <summary>Why the last commit could not be forced; null: it was.</summary>
    public string? Problem { get; private set; }

    /// <summary>Whether that is because the cluster takes no writes: then it stays so for the whole run.</summary>
    public bool IsOutOfSpace { get; private set; }

    private long _last;
    private int _count;

    /// <summary>Forces a commit, unless the last one was a moment ago or there were enough.</summary>
    public async Task ForceAsync(CancellationToken cancellationToken)
    {
        if (_count < MaxCommits && (_count == 0 || run.Time.GetElapsedTime(_last) >= Apart))
        {
            _count++;
            await ForceNowAsync(cancellationToken);
        }
    }

    /// <summary>Forces a commit now.</summary>
    public async Task ForceNowAsync(CancellationToken cancellationToken)
    {
        try
        {
            var lease = await run.Client.GrantLeaseAsync(endpoint, TimeToLive, run.Options.CommandTimeout, cancellationToken);
            await run.Client.RevokeLeaseAsync(endpoint, lease, run.Options.CommandTimeout, cancellationToken);
        }
        catch (ServerRejectedException e) when (e.Kind == RejectionKind.NoSpace)
        {
            (Problem, IsOutOfSpace) = (e.Message, true);
        }
        catch (ClusterException e)
        {
            Problem = e.Message; // the sizes stay stale; the caller says so
        }

        _last = run.Time.GetTimestamp();
    }
}
