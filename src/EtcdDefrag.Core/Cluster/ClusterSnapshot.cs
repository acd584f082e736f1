namespace EtcdDefrag.Core.Cluster;

/// <summary>One view of a cluster, as one round of reads found it. Old as soon as it is taken: decide on it at
/// once, then take another.</summary>
public sealed record ClusterSnapshot
{
    private readonly IReadOnlyList<MemberView> _views = [];
    private readonly Dictionary<MemberId, MemberView> _byId = [];

    /// <summary>The cluster's id.</summary>
    public required ClusterId ClusterId { get; init; }

    /// <summary>The member list.</summary>
    public required IReadOnlyList<Member> Members { get; init; }

    /// <summary>What each member that was looked at says.</summary>
    public required IReadOnlyList<MemberView> Views
    {
        get => _views;
        init
        {
            _views = value;
            _byId = value.DistinctBy(view => view.Id).ToDictionary(view => view.Id);
            LeaderVotes = Voters.Where(view => view.Status is not null).CountBy(view => view.Status!.Leader).ToDictionary();
        }
    }

    /// <summary>What the endpoints that the user named turned out to be; where they only led to the member list,
    /// those of another cluster.</summary>
    public IReadOnlyList<GivenEndpoint> Given { get; init; } = [];

    /// <summary>Endpoints that the user named beside others, that answer nobody and that no member advertises: whose
    /// they are can't be seen.</summary>
    public IReadOnlyList<Endpoint> Unidentified { get; init; } = [];

    /// <summary>Whether only the members behind the endpoints given were looked at
    /// (<c>--skip-healthcheck-cluster-endpoints</c>).</summary>
    public bool IsPartial { get; init; }

    /// <summary>The voters that were looked at.</summary>
    public IEnumerable<MemberView> Voters => Views.Where(view => view.IsVoter);

    /// <summary>How many members vote, whether looked at or not.</summary>
    public int VoterCount => Members.Count(member => !member.IsLearner);

    /// <summary>How many voters must work together for the cluster to take a write.</summary>
    public int Quorum => (VoterCount / 2) + 1;

    /// <summary>How many voters name each member as the leader; only members that some voter names. One that gives no
    /// status names nobody.</summary>
    public IReadOnlyDictionary<MemberId, int> LeaderVotes { get; private init; } = new Dictionary<MemberId, int>();

    /// <summary>Every active alarm that any member told of, each once.</summary>
    public IReadOnlyList<Alarm> Alarms => [.. Views.SelectMany(view => view.Alarms).Distinct()];

    /// <summary>The view of a member; null when it was not looked at or is no longer a member.</summary>
    public MemberView? Find(MemberId id) => _byId.GetValueOrDefault(id);
}
