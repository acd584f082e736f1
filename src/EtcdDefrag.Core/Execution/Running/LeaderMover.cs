using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Planning;

namespace EtcdDefrag.Core.Execution.Running;

/// <summary>Moves leadership away from a member, and believes it only when all voters say so.</summary>
internal sealed class LeaderMover(RunContext run)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Moves leadership off the target.</summary>
    /// <remarks>Not cancelled when the user interrupts: who leads now is what the report is for, and the wait is bounded
    /// by the command's time.</remarks>
    /// <returns>Null when another member leads; otherwise what went wrong.</returns>
    public async Task<string?> MoveAsync(Target leader, ClusterSnapshot snapshot, IReadOnlySet<MemberId> done)
    {
        var transferee = TransferTarget.Choose(snapshot, leader.MemberId, done);
        if (transferee is null)
        {
            return "no other voter is healthy and caught up, so leadership is not moved";
        }

        run.Emit(new RunEvent.LeaderMoveStarted(leader, transferee));
        string? refusal = null;
        try
        {
            await run.Client.MoveLeaderAsync(leader.Endpoint, transferee.Id, run.Options.CommandTimeout, CancellationToken.None);
        }
        catch (ClusterException e) when (!e.RequestMayHaveRun)
        {
            return e.Message;
        }
        catch (ClusterException e)
        {
            refusal = e.Message; // it may have worked all the same: the members know
        }

        var names = await WaitForNewLeaderAsync(leader, snapshot);
        if (names is not { } newLeader)
        {
            return refusal ?? $"the voters do not agree on a new leader after {run.Options.CommandTimeout.TotalSeconds:0.###}s";
        }

        run.Emit(new RunEvent.LeaderMoved(leader, newLeader, run.Options.WaitBetweenDefrags ?? TimeSpan.Zero));
        return null;
    }

    private async Task<MemberId?> WaitForNewLeaderAsync(Target leader, ClusterSnapshot snapshot)
    {
        var started = run.Time.GetTimestamp();
        var voters = snapshot.Voters.Where(view => view.Endpoint is not null).ToArray();
        while (true)
        {
            var left = run.Options.CommandTimeout - run.Time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
            {
                return null;
            }

            var leaders = await Task.WhenAll(voters.Select(view => LeaderNamedByAsync(view.Endpoint!, left)));
            if (leaders.Length > 0 && !leaders[0].IsNone && leaders[0] != leader.MemberId
                && leaders.All(named => named == leaders[0]))
            {
                return leaders[0];
            }

            await Task.Delay(PollInterval, run.Time, CancellationToken.None);
        }
    }

    private async Task<MemberId> LeaderNamedByAsync(Endpoint endpoint, TimeSpan timeout)
    {
        try
        {
            return (await run.RawClient.GetStatusAsync(endpoint, timeout, CancellationToken.None)).Leader;
        }
        catch (ClusterException)
        {
            return MemberId.None;
        }
    }
}
