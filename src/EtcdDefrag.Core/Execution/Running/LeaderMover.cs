using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution.Reading;
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

    private Task<MemberId?> WaitForNewLeaderAsync(Target leader, ClusterSnapshot snapshot)
    {
        var voters = snapshot.Voters.Where(view => view.Endpoint is not null).ToArray();
        var timeout = run.Options.CommandTimeout;
        return Poll.UntilAsync(run.Time, timeout, LookAsync, seen => seen is null ? PollInterval : null, CancellationToken.None);

        async Task<MemberId?> LookAsync(TimeSpan elapsed)
        {
            if (elapsed >= timeout)
            {
                return null;
            }

            var statuses = await Task.WhenAll(voters.Select(view =>
                run.RawClient.StatusOrNullAsync(view.Endpoint!, timeout - elapsed, CancellationToken.None)));
            var named = statuses.Select(status => status?.Leader ?? MemberId.None).Distinct().ToArray();
            return named is [var one] && !one.IsNone && one != leader.MemberId ? one : null;
        }
    }
}
