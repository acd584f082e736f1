using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Core.Execution;

/// <summary>
/// Makes the members renew their figure of bytes in use. etcd takes it at a commit, before the pages freed by that commit count, and commits only
/// what there is: on a cluster where nobody writes, members show what they had before a compaction for ever. Granting and giving back a lease
/// is two small writes on every member, and touches neither keys nor revisions.
/// </summary>
/// <remarks>Source: etcd server/storage/backend/backend.go, begin: sizeInUse from bbolt's FreePageN; batch_tx.go, commit: returns where nothing is pending.</remarks>
internal sealed class FigureNudge(RunContext run, Endpoint endpoint)
{
    private const int MaxNudges = 8;

    /// <summary>Chosen: more than two of etcd's commit intervals (100 ms), so that each nudge has had its effect before the next.</summary>
    private static readonly TimeSpan Apart = TimeSpan.FromMilliseconds(250);

    /// <summary>The lease goes away by itself after this, should giving it back fail.</summary>
    private static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(5);

    /// <summary>Why the members could not be nudged the last time; null: they could.</summary>
    public string? Problem { get; private set; }

    /// <summary>Whether that is because the cluster takes no writes: then it stays so for the whole run.</summary>
    public bool IsOutOfSpace { get; private set; }

    private long _last;
    private int _given;

    /// <summary>Nudges, unless that was done a moment ago or often enough. A cluster that takes no writes (NOSPACE) is left as it is.</summary>
    public async Task GiveAsync(CancellationToken cancellationToken)
    {
        if (_given < MaxNudges && (_given == 0 || run.Time.GetElapsedTime(_last) >= Apart))
        {
            _given++;
            await GiveNowAsync(cancellationToken);
        }
    }

    /// <summary>Nudges now.</summary>
    public async Task GiveNowAsync(CancellationToken cancellationToken)
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
            Problem = e.Message; // it was only to have fresher figures
        }

        _last = run.Time.GetTimestamp();
    }
}
