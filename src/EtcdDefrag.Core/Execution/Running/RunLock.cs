using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Core.Execution.Running;

/// <summary>A lock in etcd, bound to a lease, so that two runs never overlap and a dead run's lock goes away by itself.</summary>
internal sealed class RunLock : IAsyncDisposable
{
    /// <summary>The key. Part of the tool's contract: other tools may look at it.</summary>
    public const string Key = "/etcd-defrag/lock";

    /// <summary>How long the lock outlives a run that died. Chosen: renewed every third of it, two
    /// renewals may get lost.</summary>
    public static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(60);

    private readonly RunContext _run;
    private readonly IReadOnlyList<Endpoint> _endpoints;
    private readonly long _lease;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _renewing;
    private long _lastRenewed;
    private bool _gone;
    private bool _leave;

    private RunLock(RunContext run, IReadOnlyList<Endpoint> endpoints, long lease, long granted)
    {
        _run = run;
        _endpoints = endpoints;
        _lease = lease;
        _lastRenewed = granted;
        _renewing = RenewAsync();
    }

    /// <summary>Whether the lock is known to be gone, or could not be renewed for as long as it lives.</summary>
    public bool IsLost => _gone || _run.Time.GetElapsedTime(_lastRenewed) >= TimeToLive;

    /// <summary>Whether the lock is still ours, asked anew: it may have been taken away since the last renewal.</summary>
    public async Task<bool> IsStillOursAsync()
    {
        await RenewOnceAsync();
        if (!IsLost && await IsKeyGoneAsync())
        {
            _gone = true; // only ever set: the renewal may have found out meanwhile that the lock is lost
        }

        return !IsLost;
    }

    /// <summary>Takes the lock.</summary>
    /// <param name="run">The run.</param>
    /// <param name="endpoints">The voters, any of which can serve the lock.</param>
    /// <param name="cancellationToken">Ends the attempt between its calls. A call that was sent is waited for, so that what it
    /// took can be given back.</param>
    /// <returns>The lock; or nothing and no stop, where the cluster is out of space and can't store one; or why
    /// the run must not go on.</returns>
    public static async Task<(RunLock? Lock, EarlyEnd? End)> TakeAsync(RunContext run, IReadOnlyList<Endpoint> endpoints,
        CancellationToken cancellationToken)
    {
        var endpoint = endpoints[0];
        long? lease = null;
        var granted = run.Time.GetTimestamp();
        try
        {
            lease = await run.Client.GrantLeaseAsync(endpoint, TimeToLive, run.Options.CommandTimeout, CancellationToken.None);
            if (cancellationToken.IsCancellationRequested)
            {
                await ReleaseAsync(run, endpoints, lease.Value);
                cancellationToken.ThrowIfCancellationRequested();
            }

            var holder = await CreateKeyAsync(run, endpoint, lease.Value);
            if (holder is null || holder == run.Request.Owner)
            {
                return (new RunLock(run, endpoints, lease.Value, granted), null);
            }

            await ReleaseAsync(run, endpoints, lease.Value);
            return (null, new EarlyEnd(
                StopReason.Locked,
                $"another run holds the lock: {holder}. Wait for it to end; the lock of a dead run expires after {TimeToLive.TotalSeconds:0}s (key {Key})"));
        }
        catch (ServerRejectedException e) when (e.Kind == RejectionKind.NoSpace)
        {
            run.Emit(new RunEvent.Warned("the lock could not be taken because the cluster is out of space (NOSPACE); continuing without it: make sure that no other run is active"));
            return (null, null);
        }
        catch (ClusterException e)
        {
            if (lease is { } taken)
            {
                await ReleaseAsync(run, endpoints, taken);
            }

            return (null, new EarlyEnd(
                Troubles.Of(e) is Trouble.Rights ? StopReason.NoAccess : StopReason.Refused,
                    $"the lock could not be taken through {endpoint}: {e.WithoutEndpoint}"));
        }
    }

    /// <summary>Leaves the lock to run out by itself: a member may still be blocked, and nobody else
    /// is to start beside it.</summary>
    public void LeaveWhen(bool unknown) => _leave |= unknown;

    /// <summary>Gives the lock back at once, unless it is to run out by itself.</summary>
    public async ValueTask DisposeAsync()
    {
#pragma warning disable CA1849 // CancelAsync would run the callbacks on the thread pool, outside the clock and the order of a simulation
        _ending.Cancel();
#pragma warning restore CA1849
        await _renewing;
        _ending.Dispose();
        if (!_leave)
        {
            await ReleaseAsync(_run, _endpoints, _lease);
        }
    }

    private static async Task<string?> CreateKeyAsync(RunContext run, Endpoint endpoint, long lease)
    {
        try
        {
            return await run.Client.TryCreateKeyAsync(endpoint, Key, run.Request.Owner, lease, run.Options.CommandTimeout,
                CancellationToken.None);
        }
        catch (ClusterException e) when (e.RequestMayHaveRun)
        {
            // Asking again is safe: the key is created only where there is none, and the value tells whether it is ours.
            return await run.Client.TryCreateKeyAsync(endpoint, Key, run.Request.Owner, lease, run.Options.CommandTimeout,
                CancellationToken.None);
        }
    }

    private static async Task ReleaseAsync(RunContext run, IReadOnlyList<Endpoint> endpoints, long lease)
    {
        foreach (var endpoint in endpoints)
        {
            try
            {
                await run.Client.RevokeLeaseAsync(endpoint, lease, run.Options.CommandTimeout, CancellationToken.None);
                return;
            }
            catch (ServerRejectedException e) when (e.Kind == RejectionKind.LeaseNotFound)
            {
                return;
            }
            catch (ClusterException)
            {
                // Through another member, then; at the worst the lease runs out by itself.
            }
        }

        run.Emit(new RunEvent.Warned($"the lock could not be released; it expires after {TimeToLive.TotalSeconds:0}s (key {Key})"));
    }

    private async Task RenewAsync()
    {
        try
        {
            while (!IsLost)
            {
                await Task.Delay(TimeToLive / 3, _run.Time, _ending.Token);
                await RenewOnceAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // the run is over
        }
    }

    private async Task RenewOnceAsync()
    {
        var asked = _run.Time.GetTimestamp(); // the lease lives from when etcd renewed it, not from when its answer came
        var alive = await TryRenewAsync();
        if (alive == true)
        {
            _lastRenewed = asked;
        }

        if (alive == false || IsLost)
        {
            _gone = true;
        }
    }

    /// <summary>Whoever deletes the key by hand lets another run in, although our lease lives on.</summary>
    private async Task<bool> IsKeyGoneAsync()
    {
        foreach (var endpoint in _endpoints)
        {
            try
            {
                // Creates the key only where there is none; then it was taken away, and goes again with our lease.
                return await _run.RawClient.TryCreateKeyAsync(endpoint, Key, _run.Request.Owner, _lease, RenewalTimeout,
                    _ending.Token) != _run.Request.Owner;
            }
            catch (ServerRejectedException e) when (e.Kind == RejectionKind.LeaseNotFound)
            {
                return true;
            }
            catch (ServerRejectedException e) when (e.Kind == RejectionKind.NoSpace)
            {
                return false; // out of space etcd does not even look: the lease alone has to do
            }
            catch (ClusterException)
            {
                // the next one, then
            }
        }

        return false;
    }

    private TimeSpan RenewalTimeout => TimeToLive / (3 * (_endpoints.Count + 1));

    /// <summary>Renews through whichever member answers: the first may be the one that is blocked just now.</summary>
    private async Task<bool?> TryRenewAsync()
    {
        foreach (var endpoint in _endpoints)
        {
            try
            {
                return await _run.RawClient.KeepLeaseAliveAsync(endpoint, _lease, RenewalTimeout, _ending.Token);
            }
            catch (ClusterException)
            {
                // the next one, then
            }
        }

        return null;
    }
}
