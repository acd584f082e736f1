namespace EtcdDefrag.Testing.Etcd;

/// <summary>A real cluster of one version on 127.0.0.1, in a folder of its own. Disposing kills it and removes the folder.</summary>
public sealed class EtcdCluster : IAsyncDisposable
{
    private const int Tries = 3;

    private readonly TemporaryFolder _folder = new();
    private readonly List<EtcdMember> _members = [];
    private readonly EtcdVersion _version;
    private readonly ClusterOptions _options;

    private EtcdCluster(EtcdVersion version, ClusterOptions options)
    {
        _version = version;
        _options = options;
        Tls = options.Tls ? EtcdTls.Create(_folder.File("tls"), options.ClientCertificates) : null;
        Control = new Etcdctl(this);
    }

    public EtcdVersion Version => _version;

    /// <summary>In the order of their names: m1, m2, …, then the added ones.</summary>
    public IReadOnlyList<EtcdMember> Members => _members;

    public EtcdTls? Tls { get; }

    /// <summary>The version's own etcdctl.</summary>
    public Etcdctl Control { get; }

    /// <summary>All members' client URLs, as --endpoints takes them.</summary>
    public string Endpoints => string.Join(',', _members.Select(member => member.ClientUrl));

    /// <summary>What the servers' logs say about defragmentations, in the order of their begin.</summary>
    public IReadOnlyList<Defragmentation> Defragmentations => ServerLog.Defragmentations(_members);

    /// <summary>Starts a cluster and waits until every member is healthy. A port that was taken in between costs another try.</summary>
    public static async Task<EtcdCluster> StartAsync(EtcdVersion version, CancellationToken cancellationToken, ClusterOptions? options = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            var cluster = new EtcdCluster(version, options ?? new ClusterOptions());
            try
            {
                await cluster.StartMembersAsync();
                await cluster.WaitHealthyAsync(cancellationToken);
                return cluster;
            }
            catch (MemberDiedException problem) when (problem.PortWasTaken && attempt < Tries)
            {
                await cluster.DisposeAsync();
            }
            catch
            {
                await cluster.DisposeAsync();
                throw;
            }
        }
    }

    public Task WaitHealthyAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_members.Where(member => member.IsRunning).Select(member => member.WaitHealthyAsync(cancellationToken)));

    /// <summary>Waits until every running member has applied what any of them has: the figures of each then tell the same.</summary>
    public async Task WaitAppliedAsync(CancellationToken cancellationToken)
    {
        var newest = (await RevisionsAsync(cancellationToken)).Max();
        await Wait.UntilAsync($"revision {newest} on every member", async () => (await RevisionsAsync(cancellationToken)).Min() >= newest, cancellationToken);
    }

    /// <summary>The member that calls itself the leader; waits until there is one.</summary>
    public async Task<EtcdMember> LeaderAsync(CancellationToken cancellationToken)
    {
        EtcdMember? leader = null;
        await Wait.UntilAsync("a leader", async () => (leader = await FindLeaderAsync(cancellationToken)) is not null, cancellationToken);
        return leader!;
    }

    /// <summary>All members but the leader.</summary>
    public async Task<IReadOnlyList<EtcdMember>> FollowersAsync(CancellationToken cancellationToken)
    {
        var leader = await LeaderAsync(cancellationToken);
        return [.. _members.Where(member => member != leader)];
    }

    /// <summary>Moves leadership to this member and waits until it has it.</summary>
    public async Task MoveLeaderAsync(EtcdMember to, CancellationToken cancellationToken)
    {
        var leader = await LeaderAsync(cancellationToken);
        var id = (await to.Gateway.StatusAsync(cancellationToken)).MemberId;
        (await Control.RunAsync(["--endpoints", leader.ClientUrl, "move-leader", id.ToString("x", null)], cancellationToken)).EnsureSuccess();
        await Wait.UntilAsync($"{to.Name} leads", async () => await FindLeaderAsync(cancellationToken) == to, cancellationToken);
    }

    /// <summary>Adds a member to the cluster; a started one is waited for, a voter that never starts costs quorum.</summary>
    public async Task<EtcdMember> AddMemberAsync(bool start, bool learner, CancellationToken cancellationToken)
    {
        var member = await AddMemberAsync(learner, cancellationToken);
        if (start)
        {
            await member.StartAsync(InitialCluster(), newCluster: false);
            // A learner answers no linearizable read, so no /health either: its own status tells when it has a leader.
            await Wait.UntilAsync(
                $"{member.Name} has joined",
                async () => member.IsRunning ? await HasLeaderAsync(member, cancellationToken) : throw new MemberDiedException(member.Name, member.LastWords()),
                cancellationToken);
        }

        return member;
    }

    /// <summary>Adds a learner and starts it, without waiting until it has the data.</summary>
    public async Task StartLearnerAsync(CancellationToken cancellationToken)
    {
        var member = await AddMemberAsync(learner: true, cancellationToken);
        await member.StartAsync(InitialCluster(), newCluster: false);
    }

    private async Task<EtcdMember> AddMemberAsync(bool learner, CancellationToken cancellationToken)
    {
        var number = _members.Count;
        var member = new EtcdMember(Configure(number));
        string[] kind = learner ? ["--learner"] : [];
        (await Control.RunAsync(["member", "add", member.Name, $"--peer-urls={member.PeerUrl}", .. kind], cancellationToken)).EnsureSuccess();
        // The new member asks any of the others who belongs to the cluster, and ends when its peer does not know of it yet.
        await Wait.UntilAsync("every member knows of the new one", async () => (await MemberCountsAsync(cancellationToken)).All(count => count == number + 1), cancellationToken);
        _members.Add(member);
        return member;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in _members)
        {
            TestLog.Write($"--- log of {member.Name} (etcd {_version}): errors and defragmentations\n{string.Join('\n', member.LogLines.Where(IsTelling).TakeLast(20))}");
        }

        await Task.WhenAll(_members.Select(member => member.DisposeAsync().AsTask()));
        _folder.Dispose();
    }

    private static bool IsTelling(string line) =>
        new[] { "\"level\":\"error\"", "\"level\":\"fatal\"", "\"level\":\"panic\"", "defragment" }.Any(part => line.Contains(part, StringComparison.Ordinal));

    private async Task StartMembersAsync()
    {
        _members.AddRange(Enumerable.Range(0, _options.Members).Select(number => new EtcdMember(Configure(number))));
        await Task.WhenAll(_members.Select(member => member.StartAsync(InitialCluster(), newCluster: true)));
    }

    private MemberOptions Configure(int number) => _options.Configure(
        number,
        new MemberOptions
        {
            Version = _version,
            Name = $"m{number + 1}",
            Folder = _folder.Path,
            Arguments =
            [
                $"--initial-cluster-token={Path.GetFileName(_folder.Path)}",
                // The strict check refuses a new member until all have been connected for five seconds.
                "--strict-reconfig-check=false",
                // A member that gets no processor for a second must not cost the leader its role; each start takes half a second longer for it. Pre-vote is the default from 3.5 on.
                "--election-timeout=3000",
                "--pre-vote",
                .. _options.Arguments,
            ],
            Tls = Tls,
        });

    private string InitialCluster() => string.Join(',', _members.Select(member => $"{member.Name}={member.PeerUrl}"));

    private async Task<EtcdMember?> FindLeaderAsync(CancellationToken cancellationToken)
    {
        foreach (var member in _members.Where(member => member.IsRunning))
        {
            if (await TryStatusAsync(member, cancellationToken) is { IsLeader: true })
            {
                return member;
            }
        }

        return null;
    }

    private Task<long[]> RevisionsAsync(CancellationToken cancellationToken) => Task.WhenAll(
        _members.Where(member => member.IsRunning).Select(async member => (await member.Gateway.StatusAsync(cancellationToken)).Revision));

    private Task<int[]> MemberCountsAsync(CancellationToken cancellationToken) => Task.WhenAll(
        _members.Where(member => member.IsRunning).Select(async member => (await member.Gateway.CallAsync("cluster/member/list", [], cancellationToken))["members"]!.AsArray().Count));

    private static async Task<bool> HasLeaderAsync(EtcdMember member, CancellationToken cancellationToken) =>
        await TryStatusAsync(member, cancellationToken) is { Leader: not 0 };

    private static async Task<GatewayStatus?> TryStatusAsync(EtcdMember member, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(TimeSpan.FromSeconds(2));
        try
        {
            return await member.Gateway.StatusAsync(limited.Token);
        }
        catch (Exception problem) when (problem is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
