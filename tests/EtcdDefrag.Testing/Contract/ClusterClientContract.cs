using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Testing.Contract;

/// <summary>
/// What holds for every etcd cluster behind the port. Run against the model and against real etcd alike: what the model does
/// otherwise than etcd, this suite shows.
/// </summary>
public abstract partial class ClusterClientContract
{
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly ClusterShape ThreeVoters = new(3);

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Makes a healthy cluster that has a leader, and runs the test on it.</summary>
    protected abstract Task OnClusterAsync(ClusterShape shape, Func<IClusterUnderTest, Task> test);

    [Fact]
    public Task The_member_list_names_every_member_with_its_id_and_urls() => OnClusterAsync(new ClusterShape(3, 1), async cluster =>
    {
        var list = await cluster.Client.ListMembersAsync(cluster.Voters[1], Patience, Cancel);

        Assert.Equal(4, list.Members.Count);
        Assert.Equal(4, list.Members.Select(member => member.Id).Distinct().Count());
        Assert.All(list.Members, member => Assert.True(member.HasStarted && member.Name.Length > 0 && !member.Id.IsNone));
        Assert.Single(list.Members, member => member.IsLearner);
        Assert.Contains(list.Members, member => member.Id == list.RespondingMember);
    });

    [Fact]
    public Task A_status_agrees_with_itself_and_with_the_others() => OnClusterAsync(ThreeVoters, async cluster =>
    {
        var list = await cluster.Client.ListMembersAsync(cluster.Voters[0], Patience, Cancel);
        var statuses = await StatusesAsync(cluster);

        Assert.All(statuses, status =>
        {
            Assert.True(status.DbSizeInUse <= status.DbSize);
            Assert.True(status.RaftAppliedIndex <= status.RaftIndex);
            Assert.Equal(list.ClusterId, status.ClusterId);
            Assert.Contains(list.Members, member => member.Id == status.MemberId);
            Assert.Contains(list.Members, member => member.Id == status.Leader);
            Assert.Equal(statuses[0].Leader, status.Leader);
            Assert.False(status.IsLearner);
            Assert.Matches(@"^3\.\d+\.\d+", status.Version);
        });
        Assert.Single(statuses, status => status.IsLeader);
        Assert.Equal(3, statuses.Select(status => status.MemberId).Distinct().Count());
    });

    [Fact]
    public Task Every_voter_answers_a_linearizable_read() => OnClusterAsync(ThreeVoters, async cluster =>
    {
        foreach (var voter in cluster.Voters)
        {
            var status = await cluster.Client.GetStatusAsync(voter, Patience, Cancel);

            Assert.Equal(status.MemberId, await cluster.Client.ReadLinearizableAsync(voter, Patience, Cancel));
        }
    });

    [Fact]
    public Task A_healthy_cluster_has_no_alarms() => OnClusterAsync(ThreeVoters, async cluster =>
        Assert.Empty(await cluster.Client.ListAlarmsAsync(cluster.Voters[0], Patience, Cancel)));

    [Fact]
    public Task A_second_compaction_to_the_same_revision_is_refused_as_compacted() => OnClusterAsync(ThreeVoters, async cluster =>
    {
        await cluster.WriteHistoryAsync(20, 100, Cancel);
        var revision = (await cluster.Client.GetStatusAsync(cluster.Voters[0], Patience, Cancel)).Revision - 2;
        await cluster.Client.CompactAsync(cluster.Voters[0], revision, Patience, Cancel);

        var again = await RejectedAsync(() => cluster.Client.CompactAsync(cluster.Voters[0], revision, Patience, Cancel));

        Assert.Equal(RejectionKind.Compacted, again.Kind);
        Assert.False(again.RequestMayHaveRun);
    });

    [Fact]
    public Task A_compaction_beyond_the_present_is_refused_as_a_future_revision() => OnClusterAsync(ThreeVoters, async cluster =>
    {
        var revision = (await cluster.Client.GetStatusAsync(cluster.Voters[0], Patience, Cancel)).Revision;

        var error = await RejectedAsync(() => cluster.Client.CompactAsync(cluster.Voters[0], revision + 1000, Patience, Cancel));

        Assert.Equal(RejectionKind.FutureRevision, error.Kind);
    });

    [Fact]
    public Task Compaction_frees_space_on_every_member_and_defragmentation_gives_it_back() => OnClusterAsync(ThreeVoters, async cluster =>
    {
        const long history = 2000 * 4000;
        var start = await StatusesAsync(cluster);
        await cluster.WriteHistoryAsync(2000, 4000, Cancel);
        await EventuallyAsync(cluster, async () => (await RenewedStatusesAsync(cluster)).Zip(start).All(pair => pair.First.DbSizeInUse.Bytes >= pair.Second.DbSizeInUse.Bytes + history));
        var before = await StatusesAsync(cluster);
        await cluster.Client.CompactAsync(cluster.Voters[0], before.Min(status => status.Revision), Patience, Cancel);

        await EventuallyAsync(cluster, async () => (await RenewedStatusesAsync(cluster)).Zip(before).All(pair => pair.First.DbSizeInUse.Bytes < pair.Second.DbSizeInUse.Bytes * 3 / 4));
        var compacted = await cluster.Client.GetStatusAsync(cluster.Voters[1], Patience, Cancel);
        Assert.True(compacted.DbSize.Bytes >= before[1].DbSize.Bytes, "compaction alone never shrinks the file");

        await cluster.Client.DefragmentAsync(cluster.Voters[1], Patience, Cancel);
        var after = await cluster.Client.GetStatusAsync(cluster.Voters[1], Patience, Cancel);
        Assert.True(after.DbSize < compacted.DbSize);
        Assert.True(after.DbSize.Bytes <= (after.DbSizeInUse.Bytes * 3 / 2) + 100_000, $"{after.DbSize} for {after.DbSizeInUse} in use");
    });

    [Fact]
    public Task A_learner_answers_status_and_refuses_to_be_defragmented() => OnClusterAsync(new ClusterShape(1, 1), async cluster =>
    {
        var status = await cluster.Client.GetStatusAsync(cluster.Learners[0], Patience, Cancel);

        var error = await RejectedAsync(() => cluster.Client.DefragmentAsync(cluster.Learners[0], Patience, Cancel));

        Assert.True(status.IsLearner);
        Assert.Equal(RejectionKind.LearnerUnsupported, error.Kind);
    });

    protected static async Task<MemberStatus[]> StatusesAsync(IClusterUnderTest cluster) =>
        await Task.WhenAll(cluster.Voters.Select(voter => cluster.Client.GetStatusAsync(voter, Patience, Cancel)));

    /// <summary>What the members say after a write: how much is in use is as old as the last commit, and etcd commits nothing while nobody writes.</summary>
    private static async Task<MemberStatus[]> RenewedStatusesAsync(IClusterUnderTest cluster)
    {
        var lease = await cluster.Client.GrantLeaseAsync(cluster.Voters[0], TimeSpan.FromSeconds(60), Patience, Cancel);
        await cluster.Client.RevokeLeaseAsync(cluster.Voters[0], lease, Patience, Cancel);
        return await StatusesAsync(cluster);
    }

    protected static Task<ServerRejectedException> RejectedAsync(Func<Task> call) => Assert.ThrowsAsync<ServerRejectedException>(call);

    protected static async Task EventuallyAsync(IClusterUnderTest cluster, Func<Task<bool>> condition)
    {
        var started = cluster.Time.GetTimestamp();
        while (!await condition())
        {
            if (cluster.Time.GetElapsedTime(started) >= TimeSpan.FromSeconds(60))
            {
                Assert.Fail("it did not come about within 60 s: " + string.Join("; ", (await StatusesAsync(cluster)).AsEnumerable()));
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), cluster.Time, Cancel);
        }
    }
}
