using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Testing.Contract;

/// <summary>Leadership, data, leases, and members that do not answer.</summary>
public abstract partial class ClusterClientContract
{
    [Fact]
    public Task Leadership_moves_to_a_voter_and_all_members_say_so() => OnClusterAsync(ThreeVoters, async cluster =>
    {
        var (leader, follower, _) = await RolesAsync(cluster);

        await cluster.Client.MoveLeaderAsync(leader.Endpoint, follower.Status.MemberId, Patience, Cancel);

        await EventuallyAsync(cluster, async () => (await StatusesAsync(cluster)).All(status => status.Leader == follower.Status.MemberId));
    });

    [Fact]
    public Task A_follower_refuses_to_move_leadership() => OnClusterAsync(ThreeVoters, async cluster =>
    {
        var (_, follower, other) = await RolesAsync(cluster);

        var error = await RejectedAsync(() => cluster.Client.MoveLeaderAsync(follower.Endpoint, other.Status.MemberId, Patience, Cancel));

        Assert.Equal(RejectionKind.NotLeader, error.Kind);
        Assert.False(error.RequestMayHaveRun);
    });

    [Fact]
    public Task A_learner_and_a_stranger_are_bad_leaders() => OnClusterAsync(new ClusterShape(1, 1), async cluster =>
    {
        var learner = await cluster.Client.GetStatusAsync(cluster.Learners[0], Patience, Cancel);

        foreach (var target in new[] { learner.MemberId, new MemberId(0xdeadbeef) })
        {
            var error = await RejectedAsync(() => cluster.Client.MoveLeaderAsync(cluster.Voters[0], target, Patience, Cancel));

            Assert.Equal(RejectionKind.BadLeaderTransferee, error.Kind);
        }
    });

    [Fact]
    public Task All_voters_hash_the_same_data_to_the_same_value() => OnClusterAsync(ThreeVoters, async cluster =>
    {
        await cluster.WriteHistoryAsync(50, 100, Cancel);
        var revision = (await cluster.Client.GetStatusAsync(cluster.Voters[0], Patience, Cancel)).Revision;
        await EventuallyAsync(cluster, async () => (await StatusesAsync(cluster)).All(status => status.Revision >= revision));

        var hashes = await Task.WhenAll(cluster.Voters.Select(voter => cluster.Client.HashKeySpaceAsync(voter, revision, Patience, Cancel)));

        Assert.Single(hashes.Distinct());
    });

    [Fact]
    public Task A_hash_of_the_future_is_refused() => OnClusterAsync(new ClusterShape(1), async cluster =>
    {
        var revision = (await cluster.Client.GetStatusAsync(cluster.Voters[0], Patience, Cancel)).Revision;

        var error = await RejectedAsync(() => cluster.Client.HashKeySpaceAsync(cluster.Voters[0], revision + 1000, Patience, Cancel));

        Assert.Equal(RejectionKind.FutureRevision, error.Kind);
    });

    [Fact]
    public Task A_key_is_created_once_and_goes_with_its_lease() => OnClusterAsync(ThreeVoters, async cluster =>
    {
        var client = cluster.Client;
        var lease = await client.GrantLeaseAsync(cluster.Voters[0], TimeSpan.FromSeconds(60), Patience, Cancel);
        var other = await client.GrantLeaseAsync(cluster.Voters[1], TimeSpan.FromSeconds(60), Patience, Cancel);

        Assert.Null(await client.TryCreateKeyAsync(cluster.Voters[0], "contract/lock", "first", lease, Patience, Cancel));
        Assert.Equal("first", await client.TryCreateKeyAsync(cluster.Voters[1], "contract/lock", "second", other, Patience, Cancel));
        Assert.True(await client.KeepLeaseAliveAsync(cluster.Voters[2], lease, Patience, Cancel));

        await client.RevokeLeaseAsync(cluster.Voters[0], lease, Patience, Cancel);

        Assert.False(await client.KeepLeaseAliveAsync(cluster.Voters[0], lease, Patience, Cancel));
        Assert.Null(await client.TryCreateKeyAsync(cluster.Voters[1], "contract/lock", "second", other, Patience, Cancel));
        Assert.Equal(RejectionKind.LeaseNotFound, (await RejectedAsync(() => client.RevokeLeaseAsync(cluster.Voters[0], lease, Patience, Cancel))).Kind);
    });

    [Fact]
    public Task A_suspended_member_times_out_and_answers_when_it_goes_on() => OnClusterAsync(ThreeVoters, async cluster =>
    {
        var (_, follower, _) = await RolesAsync(cluster);
        await cluster.SuspendAsync(follower.Endpoint, Cancel);
        var started = cluster.Time.GetTimestamp();

        var error = await Assert.ThrowsAsync<NoAnswerException>(() => cluster.Client.GetStatusAsync(follower.Endpoint, TimeSpan.FromSeconds(1), Cancel));

        Assert.Equal(NoAnswerKind.TimedOut, error.Kind);
        Assert.InRange(cluster.Time.GetElapsedTime(started), TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(10));
        await cluster.ResumeAsync(follower.Endpoint, Cancel);
        await cluster.Client.GetStatusAsync(follower.Endpoint, Patience, Cancel);
    });

    [Fact]
    public Task The_others_go_on_without_a_stopped_leader() => OnClusterAsync(ThreeVoters, async cluster =>
    {
        var (leader, follower, _) = await RolesAsync(cluster);
        await cluster.StopAsync(leader.Endpoint, Cancel);

        // A connection that was open may break only with the call on it: then nobody knows. A new one can't be made: then nothing was sent.
        var first = await Assert.ThrowsAsync<NoAnswerException>(() => cluster.Client.DefragmentAsync(leader.Endpoint, TimeSpan.FromSeconds(5), Cancel));
        var second = await Assert.ThrowsAsync<NoAnswerException>(() => cluster.Client.GetStatusAsync(leader.Endpoint, TimeSpan.FromSeconds(5), Cancel));

        Assert.True(first is { Kind: NoAnswerKind.ConnectionLost } or { Kind: NoAnswerKind.ConnectFailed, RequestMayHaveRun: false }, $"{first.Kind}, {first.RequestMayHaveRun}");
        Assert.Equal((NoAnswerKind.ConnectFailed, false), (second.Kind, second.RequestMayHaveRun));
        await EventuallyAsync(cluster, async () =>
        {
            var status = await cluster.Client.GetStatusAsync(follower.Endpoint, Patience, Cancel);
            return !status.Leader.IsNone && status.Leader != leader.Status.MemberId && status.RaftTerm > leader.Status.RaftTerm;
        });
        await cluster.Client.ReadLinearizableAsync(follower.Endpoint, Patience, Cancel);
    });

    [Fact]
    public Task Without_a_quorum_no_linearizable_read_works() => OnClusterAsync(ThreeVoters, async cluster =>
    {
        var (leader, follower, other) = await RolesAsync(cluster);
        await cluster.StopAsync(leader.Endpoint, Cancel);
        await cluster.StopAsync(other.Endpoint, Cancel);

        await Assert.ThrowsAnyAsync<ClusterException>(() => cluster.Client.ReadLinearizableAsync(follower.Endpoint, TimeSpan.FromSeconds(3), Cancel));

        Assert.Equal(3, (await cluster.Client.ListKnownMembersAsync(follower.Endpoint, Patience, Cancel)).Members.Count);
        await EventuallyAsync(cluster, async () => (await cluster.Client.GetStatusAsync(follower.Endpoint, Patience, Cancel)).Leader.IsNone);
    });

    [Fact]
    public Task A_cancelled_call_ends_as_cancelled() => OnClusterAsync(ThreeVoters, async cluster =>
    {
        var (_, follower, _) = await RolesAsync(cluster);
        await cluster.SuspendAsync(follower.Endpoint, Cancel);
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(500), cluster.Time);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cluster.Client.GetStatusAsync(follower.Endpoint, Patience, soon.Token));

        await cluster.ResumeAsync(follower.Endpoint, Cancel);
    });

    private static async Task<(Placed Leader, Placed Follower, Placed Other)> RolesAsync(IClusterUnderTest cluster)
    {
        var placed = (await StatusesAsync(cluster)).Zip(cluster.Voters, (status, endpoint) => new Placed(endpoint, status)).ToArray();
        var leader = placed.Single(entry => entry.Status.IsLeader);
        var followers = placed.Where(entry => !entry.Status.IsLeader).ToArray();
        return (leader, followers[0], followers[1]);
    }

    private sealed record Placed(Endpoint Endpoint, MemberStatus Status);
}
