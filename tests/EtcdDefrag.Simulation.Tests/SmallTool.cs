using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Testing.Schedules;

namespace EtcdDefrag.Simulation.Tests;

/// <summary>Mistakes that a tool can make.</summary>
[Flags]
public enum Mistakes
{
    None = 0,

    /// <summary>Does not wait after a defragmentation until the member is back.</summary>
    SkipsRecoveryGate = 1,

    /// <summary>Orders the members by who led at the beginning.</summary>
    TrustsFirstLeader = 2,

    /// <summary>Takes an unknown outcome for a failure and goes on at once.</summary>
    GoesOnAfterUnknown = 4,

    /// <summary>Sends Defragment again when no answer came.</summary>
    RetriesDefragment = 8,

    /// <summary>Looks at the cluster only at the beginning.</summary>
    ChecksOnce = 16,

    /// <summary>Does not look at alarms.</summary>
    IgnoresAlarms = 32,

    /// <summary>Forgets that it is a dry run.</summary>
    ForgetsDryRun = 64,

    /// <summary>Takes a Status answer alone for a proof that a member is well again.</summary>
    BelievesStatus = 128,

    /// <summary>Says done whenever it got through, whatever happened.</summary>
    ClaimsSuccess = 256,

    /// <summary>Does not compare the voters of the member list with those that answer.</summary>
    OverlooksVoters = 512,

    /// <summary>Counts on the lock it took once.</summary>
    ForgetsLock = 1024,

    /// <summary>Does not look whether a snapshot is being read.</summary>
    IgnoresSnapshots = 2048,
}

/// <summary>
/// A small tool of its own, no part of the product: careful unless told to make mistakes. It shows that the model lets a careful tool pass
/// and that the invariants catch each mistake. It knows neither compaction nor leader moves.
/// </summary>
public sealed class SmallTool(IClusterClient client, TimeProvider time, ScheduleOptions options, Mistakes mistakes)
{
    private readonly Dictionary<MemberId, ReportedOutcome> _outcomes = [];
    private IReadOnlyList<Member> _members = [];
    private Dictionary<MemberId, Endpoint> _urls = [];
    private long _lease;
    private bool _workBegan;

    public static Func<IClusterClient, TimeProvider, ScheduleOptions, Task<RunSummary>> With(Mistakes mistakes) =>
        (client, time, options) => new SmallTool(client, time, options, mistakes).RunAsync();

    private TimeSpan Patience => options.Defrag.CommandTimeout;

    private bool Makes(Mistakes mistake) => (mistakes & mistake) != 0;

    public async Task<RunSummary> RunAsync()
    {
        var statuses = await LookAsync(null);
        if (statuses is null)
        {
            return End(3);
        }

        var firstLeader = statuses.Values.First().Leader;
        List<MemberId> left = [.. statuses.Keys];
        foreach (var id in left)
        {
            _outcomes[id] = ReportedOutcome.NotStarted;
        }

        if (options.Defrag.DryRun && !Makes(Mistakes.ForgetsDryRun))
        {
            return End(0);
        }

        if (options.Defrag.Lock && await TakeLockAsync() is { } refused)
        {
            return End(refused);
        }

        while (left.Count > 0)
        {
            if (options.Stop.IsCancellationRequested)
            {
                return End(130);
            }

            if (_workBegan && !Makes(Mistakes.ChecksOnce))
            {
                statuses = await LookAsync(null);
            }

            if (statuses is null || options.Stop.IsCancellationRequested || time.GetTimestamp() > (options.Defrag.RunTimeout ?? TimeSpan.MaxValue).Ticks || !await HoldsLockAsync())
            {
                return End(_workBegan ? 1 : 3);
            }

            var leader = Makes(Mistakes.TrustsFirstLeader) ? firstLeader : statuses.Values.First().Leader;
            var next = left.Find(id => id != leader);
            next = next.IsNone ? left[0] : next;
            left.Remove(next);
            if (!statuses.TryGetValue(next, out var before) || before.IsLearner || (options.Defrag.MoveLeader && before.IsLeader && statuses.Count > 1))
            {
                _outcomes[next] = ReportedOutcome.Failed;
                continue;
            }

            if (!Makes(Mistakes.IgnoresSnapshots) && await IsSnapshotOpenAsync(next))
            {
                _outcomes[next] = ReportedOutcome.Failed;
                continue;
            }

            if (!await DefragmentAsync(next, before))
            {
                return End(_outcomes.ContainsValue(ReportedOutcome.Unknown) ? 5 : 1);
            }
        }

        return End(0);
    }

    private RunSummary End(int code)
    {
        if (code == 0 && !Makes(Mistakes.ClaimsSuccess) && _outcomes.Values.Any(outcome => outcome is ReportedOutcome.Failed or ReportedOutcome.NotStarted) && !options.Defrag.DryRun)
        {
            code = 1;
        }

        // It does not compare data, so it never says that all is well with --verify.
        code = code == 0 && options.Defrag.Verify ? 1 : code;
        return new RunSummary(code, [.. _outcomes.Select(entry => new MemberSummary(entry.Key, entry.Value))]);
    }

    private async Task<bool> IsSnapshotOpenAsync(MemberId id)
    {
        try
        {
            return await client.ReadMetricsAsync(_urls[id], Patience, CancellationToken.None) is { IsSnapshotOpen: true };
        }
        catch (ClusterException)
        {
            return false;
        }
    }

    private async Task<bool> DefragmentAsync(MemberId id, MemberStatus before)
    {
        _workBegan = true;
        try
        {
            await client.DefragmentAsync(_urls[id], options.Defrag.DefragTimeout, CancellationToken.None);
            _outcomes[id] = ReportedOutcome.Done;
        }
        catch (ClusterException e) when (!e.RequestMayHaveRun)
        {
            _outcomes[id] = ReportedOutcome.Failed;
            return options.Defrag.ContinueOnError;
        }
        catch (ClusterException)
        {
            _outcomes[id] = Makes(Mistakes.ClaimsSuccess) ? ReportedOutcome.Done : ReportedOutcome.Failed;
            if (Makes(Mistakes.RetriesDefragment))
            {
                return await TryAgainAsync(id);
            }

            if (Makes(Mistakes.GoesOnAfterUnknown))
            {
                return true;
            }

            return await RecoverAsync(id, before, unknown: true);
        }

        return Makes(Mistakes.SkipsRecoveryGate) || await RecoverAsync(id, before, unknown: false);
    }

    private async Task<bool> TryAgainAsync(MemberId id)
    {
        try
        {
            await client.DefragmentAsync(_urls[id], options.Defrag.DefragTimeout, CancellationToken.None);
            return true;
        }
        catch (ClusterException)
        {
            return false;
        }
    }

    private async Task<bool> RecoverAsync(MemberId id, MemberStatus before, bool unknown)
    {
        var end = time.GetTimestamp() + options.Defrag.RecoveryTimeout.Ticks;
        var passes = unknown ? 2 : 1;
        while (time.GetTimestamp() < end)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), time);
            if (await LookAsync(id) is { } now && now.TryGetValue(id, out var after))
            {
                if (--passes == 0)
                {
                    _outcomes[id] = !unknown || after.DbSize < before.DbSize || Makes(Mistakes.ClaimsSuccess) ? ReportedOutcome.Done : ReportedOutcome.Failed;
                    return true;
                }
            }
        }

        if (unknown)
        {
            _outcomes[id] = ReportedOutcome.Unknown;
        }

        return false;
    }

    /// <summary>Reads everything; null: something is not as it must be.</summary>
    private async Task<Dictionary<MemberId, MemberStatus>?> LookAsync(MemberId? afterBlocking)
    {
        try
        {
            if (options.Defrag.OnlyGivenEndpoints)
            {
                return null;
            }

            if (!await ListAsync())
            {
                return null;
            }

            var voters = _members.Where(member => !member.IsLearner).ToArray();
            if (Makes(Mistakes.OverlooksVoters))
            {
                voters = [.. voters.Where(member => member.HasStarted)];
            }

            if (voters.Any(member => !member.HasStarted))
            {
                return null;
            }

            _urls = voters.ToDictionary(member => member.Id, member => Endpoint.Parse(member.ClientUrls[0]));
            var proofs = Makes(Mistakes.BelievesStatus) ? [] : await Task.WhenAll(_urls.Values.Select(ReadAsync));
            var statuses = await Task.WhenAll(_urls.Values.Select(url => client.GetStatusAsync(url, Patience, CancellationToken.None)));
            if (!Makes(Mistakes.IgnoresAlarms) && (await client.ListAlarmsAsync(_urls.Values.First(), Patience, CancellationToken.None)).Any(alarm => alarm.Kind != AlarmKind.NoSpace))
            {
                return null;
            }

            var well = statuses.Select(status => status.MemberId).SequenceEqual(_urls.Keys)
                && !proofs.Contains(false)
                && statuses.All(status => status.RaftLag <= 500 && status.Leader == statuses[0].Leader && !status.Leader.IsNone && !status.IsLearner);
            return well ? statuses.ToDictionary(status => status.MemberId) : null;
        }
        catch (ClusterException) when (!Makes(Mistakes.OverlooksVoters) || afterBlocking is null)
        {
            return null;
        }
    }

    private async Task<bool> ListAsync()
    {
        foreach (var endpoint in options.Endpoints)
        {
            try
            {
                var list = await client.ListMembersAsync(endpoint, Patience, CancellationToken.None);
                if (_members.Count > 0 && list.Members.All(member => member.Id != _members[0].Id))
                {
                    return false;
                }

                _members = list.Members;
                return true;
            }
            catch (ClusterException)
            {
                // The next one may answer.
            }
        }

        return false;
    }

    private async Task<bool> ReadAsync(Endpoint endpoint)
    {
        try
        {
            await client.ReadLinearizableAsync(endpoint, Patience, CancellationToken.None);
            return true;
        }
        catch (ServerRejectedException e)
        {
            return e.Kind == RejectionKind.PermissionDenied;
        }
    }

    private async Task<int?> TakeLockAsync()
    {
        try
        {
            var endpoint = _urls.Values.First();
            _lease = await client.GrantLeaseAsync(endpoint, TimeSpan.FromSeconds(600), Patience, CancellationToken.None);
            return await client.TryCreateKeyAsync(endpoint, "lock", "us", _lease, Patience, CancellationToken.None) is null ? null : 7;
        }
        catch (ClusterException)
        {
            return 3;
        }
    }

    private async Task<bool> HoldsLockAsync()
    {
        if (_lease == 0)
        {
            return true;
        }

        try
        {
            return await client.KeepLeaseAliveAsync(_urls.Values.First(), _lease, Patience, CancellationToken.None) || Makes(Mistakes.ForgetsLock);
        }
        catch (ClusterException)
        {
            return false;
        }
    }
}
