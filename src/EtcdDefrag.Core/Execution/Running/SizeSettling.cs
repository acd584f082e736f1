using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution.Reading;
using EtcdDefrag.Core.Planning;

namespace EtcdDefrag.Core.Execution.Running;

/// <summary>Waits after a compaction until what the members say is in use is what they really use.</summary>
internal sealed class SizeSettling(RunContext run)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Chosen: longer than etcd's commit interval (100 ms), so that each forced commit is done before the next.</summary>
    private static readonly TimeSpan RenewalInterval = TimeSpan.FromMilliseconds(150);

    /// <summary>Chosen: the lease that forces a commit waits for the log on disk alone; the commit
    /// itself writes more, to the same disk.</summary>
    private const int CommitCostFactor = 4;

    private static readonly TimeSpan LongestRenewalInterval = TimeSpan.FromSeconds(1);

    private const int FewestRenewals = 4;

    private const int MostRenewals = 12;

    /// <summary>A member whose size in use has not fallen for this long has settled, wherever the others stand. Chosen: etcd
    /// pauses 10 to 100 ms between the batches of a compaction.</summary>
    private static readonly TimeSpan StandsStill = TimeSpan.FromSeconds(5);

    /// <summary>Only the member that got the call answers when its space is free; the others follow in their own time.</summary>
    /// <param name="snapshot">The cluster.</param>
    /// <param name="reference">The member that is done, and that the others are measured by; null: none is known to be.</param>
    /// <param name="isNeeded">Whether it depends on these figures which members are defragmented.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <remarks>Source: etcd server/etcdserver/v3_server.go, Compact: the wait for physical is local.</remarks>
    public async Task SettleAsync(ClusterSnapshot snapshot, Target? reference, bool isNeeded, CancellationToken cancellationToken)
    {
        var watched = snapshot.Voters.Where(view => view.Status is not null).ToArray();
        var isFull = snapshot.Alarms.Any(alarm => alarm.Kind == AlarmKind.NoSpace);
        if (watched.Length == 0 || (isFull && !isNeeded))
        {
            return; // out of space (NOSPACE), the figures stay as they are
        }

        var first = reference?.Endpoint ?? watched[0].Endpoint!;
        var started = run.Time.GetTimestamp();
        var commit = new ForcedCommit(run, first);
        if (isNeeded)
        {
            run.Emit(new RunEvent.SettlingStarted([.. watched.Select(view => view.Endpoint!)]));
            await RefreshSizeAsync(commit, first, cancellationToken);
            TellStale(commit);
        }

        await WaitAsync(watched, reference?.MemberId, commit, started, told: isNeeded, cancellationToken);
    }

    private void TellStale(ForcedCommit commit)
    {
        if (commit.IsOutOfSpace)
        {
            run.StaleSizes = "under NOSPACE etcd rejects the write that would update it";
        }
        else if (commit.Problem is { } problem)
        {
            run.Emit(new RunEvent.Warned(
                $"dbSizeInUse could not be updated ({problem}): it may be from before the compaction, "
                + "and a rule on free space may skip a member with much free space; run without a rule to defragment every member"));
        }
    }

    private async Task WaitAsync(MemberView[] watched, MemberId? reference, ForcedCommit commit, long started, bool told,
        CancellationToken cancellationToken)
    {
        var last = new Dictionary<MemberId, (ByteSize InUse, long Since)>();
        var (statuses, unsettled, took, _) = await Poll.UntilAsync(run.Time, null, _ => LookAsync(),
            seen => seen.IsEnough ? null : PollInterval, cancellationToken);
        if (told)
        {
            run.Emit(new RunEvent.SettlingFinished(took, unsettled, commit.IsOutOfSpace
                ? "etcd accepts no writes (NOSPACE), so its figures stay old"
                : commit.Problem is { } cause ? $"the members' figures could not be updated and may be stale: {cause}" : null));
        }

        run.Settled = watched.Zip(statuses).Where(pair => pair.Second is not null)
            .ToDictionary(pair => pair.First.Id, pair => pair.Second!);

        async Task<(MemberStatus?[] Statuses, Endpoint[] Unsettled, TimeSpan Took, bool IsEnough)> LookAsync()
        {
            var read = await Task.WhenAll(watched.Select(view => StatusAsync(view.Endpoint!, cancellationToken)));
            var now = run.Time.GetTimestamp();
            var elapsed = run.Time.GetElapsedTime(started, now);
            var goal = read.Zip(watched).FirstOrDefault(pair => pair.Second.Id == reference).First?.DbSizeInUse;
            Endpoint[] moving = [.. read.Zip(watched)
                .Where(pair => pair.First is { } status && !HasSettled(status, goal, last, now))
                .Select(pair => pair.Second.Endpoint!)];
            var isEnough = moving.Length == 0 || elapsed >= run.Options.DefragTimeout;
            if (!isEnough)
            {
                if (!told)
                {
                    told = true;
                    run.Emit(new RunEvent.SettlingStarted(moving));
                }

                await commit.ForceAsync(cancellationToken);
            }

            return (read, moving, elapsed, isEnough);
        }
    }

    /// <summary>Brings one member's figure up to date, after what held its freed pages back has ended.</summary>
    public async Task RenewAsync(Endpoint endpoint, CancellationToken cancellationToken)
    {
        var commit = new ForcedCommit(run, endpoint);
        await RefreshSizeAsync(commit, endpoint, cancellationToken);
        run.StaleSizes ??= commit.Problem is { } problem ? $"it could not be renewed after a snapshot had ended ({problem})"
            : null;
    }

    /// <summary>
    /// Brings the reference's figure up to date: the others are measured by it, and what comes next depends on it. A
    /// commit shows the pages that the one before it freed, so one commit is never enough; the figure counts when it has
    /// stayed the same over two more commits.
    /// </summary>
    private async Task RefreshSizeAsync(ForcedCommit commit, Endpoint reference, CancellationToken cancellationToken)
    {
        ByteSize? last = null;
        var same = 0;
        for (var round = 1; round <= MostRenewals; round++)
        {
            var started = run.Time.GetTimestamp();
            await commit.ForceNowAsync(cancellationToken);
            var slow = run.Time.GetElapsedTime(started) * CommitCostFactor;
            var interval = slow < RenewalInterval ? RenewalInterval : slow < LongestRenewalInterval ? slow
                : LongestRenewalInterval;
            await Task.Delay(interval, run.Time, cancellationToken);
            var figure = (await StatusAsync(reference, cancellationToken))?.DbSizeInUse;
            same = figure == last ? same + 1 : 0;
            if (commit.Problem is not null || (round >= FewestRenewals && same >= 2))
            {
                return;
            }

            last = figure;
        }
    }

    private bool HasSettled(
        MemberStatus status, ByteSize? goal, Dictionary<MemberId, (ByteSize InUse, long Since)> last, long now)
    {
        if (goal is { } reached && Settling.IsClose(status.DbSizeInUse, reached))
        {
            return true;
        }

        // Fallen, not changed: on a busy cluster the figure of a member that is done goes up all the time.
        if (!last.TryGetValue(status.MemberId, out var seen) || status.DbSizeInUse < seen.InUse)
        {
            last[status.MemberId] = (status.DbSizeInUse, now);
            return false;
        }

        return run.Time.GetElapsedTime(seen.Since, now) >= StandsStill;
    }

    private Task<MemberStatus?> StatusAsync(Endpoint endpoint, CancellationToken cancellationToken) =>
        run.Client.StatusOrNullAsync(endpoint, run.Options.CommandTimeout, cancellationToken);
}
