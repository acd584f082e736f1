using System.Collections.Concurrent;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Planning;

namespace EtcdDefrag.Core.Execution.Reading;

/// <summary>Takes snapshots of a cluster. Remembers nothing but which endpoint leads to which member, so that a run keeps to one
/// connection per member.</summary>
internal sealed class ClusterReader(RetryingReads client, TimeProvider time, DefragOptions options, IReadOnlyList<Endpoint> given)
{
    /// <summary>Chosen: a load balancer that takes its members in turn, or the one with the fewest connections,
    /// shows at the first of these; one that draws lots among two shows in 127 of 128 cases. Side by side they
    /// take no longer than one.</summary>
    private const int IdentityChecks = 7;

    /// <summary>How long an endpoint that nothing is read through may take to say whose it is. Chosen.</summary>
    private static readonly TimeSpan UnadvertisedTimeout = TimeSpan.FromSeconds(3);

    private readonly MemberListing _listing = new(client, time, options.CommandTimeout);
    private readonly MemberReader _members = new(client, time, options);
    private readonly Race _race = new(time);
    // Members are read side by side, on whatever threads the answers come: these are written by several at once.
    private readonly ConcurrentDictionary<MemberId, Endpoint> _chosen = new();
    private readonly ConcurrentDictionary<Endpoint, MemberId> _identities = new();
    private readonly ConcurrentDictionary<Endpoint, MemberId> _verified = new();
    private readonly ConcurrentDictionary<MemberId, string> _detours = new();
    private GivenEndpoint[]? _unadvertised;

    /// <summary>The alarms as they were last read.</summary>
    public IReadOnlyList<Alarm> Alarms { get; set; } = [];

    /// <summary>Reads one voter's metrics page anew. Never throws for what the member does.</summary>
    public Task<MemberView> ReadMetricsAsync(MemberView view, CancellationToken cancellationToken) =>
        _members.AddMetricsAsync(view, cancellationToken);

    /// <summary>Reads everything once, from all members side by side.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <param name="withMetrics">Whether the voters' metrics pages are read as well.</param>
    /// <exception cref="ClusterUnreachableException">No endpoint gave the member list.</exception>
    public async Task<ClusterSnapshot> ReadAsync(CancellationToken cancellationToken, bool withMetrics = false)
    {
        var listing = ListMembersAsync(cancellationToken);
        var identifying = options.UseCluster ? Task.FromResult<GivenEndpoint[]>([])
            : IdentifyAsync(options.CommandTimeout, cancellationToken);
        var behindGiven = new Lazy<Task<GivenEndpoint[]>>(() => IdentifyAsync(ShortTimeout, cancellationToken));
        MemberList list;
        Endpoint source;
        try
        {
            (list, source) = await listing;
        }
        catch (ClusterUnreachableException)
        {
            await identifying;
            throw;
        }

        var alarming = _members.AlarmsAsync(source, cancellationToken);
        var asking = options.UseCluster && _unadvertised is null ? ReadUnadvertisedAsync(list, source, cancellationToken)
            : Task.FromResult(_unadvertised ?? []);
        var givens = await Task.WhenAll(
            (await identifying).Select(found => VerifyIdentityAsync(found, list.Members, cancellationToken)));
        foreach (var named in givens)
        {
            if (named.MemberId is { } id)
            {
                _identities.TryAdd(named.Endpoint, id);
            }
        }

        var lookedAt = options.OnlyGivenEndpoints ? list.Members.Where(member => _identities.Values.Contains(member.Id))
            : list.Members;
        var shared = EndpointCandidates.Shared(list.Members);
        var views = await Task.WhenAll(
            lookedAt.Select(member => ViewAsync(member, shared, behindGiven, withMetrics, cancellationToken)));
        _unadvertised = [.. (await asking).Select(asked =>
            _listing.Foreign.TryGetValue(asked.Endpoint, out var other) ? asked with { ClusterId = other } : asked)];
        var snapshot = new ClusterSnapshot
        {
            ClusterId = list.ClusterId,
            Members = list.Members,
            Views = await AddAlarmsAsync(views, await alarming, cancellationToken),
            Given = [.. givens, .. _unadvertised.Where(asked => asked.ClusterId is { } cluster && cluster != list.ClusterId)],
            Unidentified = [.. _unadvertised.Where(asked => asked.ClusterId is null).Select(asked => asked.Endpoint)],
            IsPartial = options.OnlyGivenEndpoints,
        };
        Alarms = snapshot.Alarms;
        return snapshot;
    }

    /// <summary>
    /// One member's list of alarms is the whole cluster's, and has a price: etcd answers it through the
    /// raft log, a write on every member.
    /// Only where it can't be had from the one is every voter asked; then each must answer.
    /// </summary>
    /// <remarks>Source: etcd server/etcdserver/v3_server.go, Alarm: a proposal, whatever the action.</remarks>
    private async Task<MemberView[]> AddAlarmsAsync(
        MemberView[] views, (IReadOnlyList<Alarm> Alarms, string? Problem, Trouble? Trouble) answer, CancellationToken cancellationToken) =>
        answer.Problem is null
            ? [.. views.Select(view => IsToHaveAlarms(view) ? view with { Alarms = answer.Alarms } : view)]
            : await Task.WhenAll(views.Select(view => IsToHaveAlarms(view) ? _members.AddAlarmsAsync(view,
                cancellationToken) : Task.FromResult(view)));

    private static bool IsToHaveAlarms(MemberView view) => view is { IsVoter: true, Endpoint: not null, Status: not null };

    private async Task<(MemberList List, Endpoint Source)> ListMembersAsync(CancellationToken cancellationToken)
    {
        // The members' own too: what the user named may be a single one, and that one may be the member that is busy now.
        var (list, source) = await _listing.ReadAsync([.. given.Concat(_chosen.Values).Distinct()], cancellationToken);
        _identities.TryAdd(source, list.RespondingMember);
        return (list, source);
    }

    private TimeSpan ShortTimeout => options.CommandTimeout < UnadvertisedTimeout ? options.CommandTimeout : UnadvertisedTimeout;

    private async Task<GivenEndpoint[]> IdentifyAsync(TimeSpan timeout, CancellationToken cancellationToken) =>
        await Task.WhenAll(given.Select(async endpoint =>
        {
            try
            {
                var status = await client.GetStatusAsync(endpoint, timeout, cancellationToken);
                return _identities.TryGetValue(endpoint, out var known) && known != status.MemberId
                    ? new GivenEndpoint(endpoint, null, status.ClusterId, DifferentMembers(known, status.MemberId))
                    : new GivenEndpoint(endpoint, status.MemberId, status.ClusterId, null);
            }
            catch (ClusterException e)
            {
                // Once identified it keeps its member: that member's own view says what is wrong with it now.
                return _identities.TryGetValue(endpoint, out var known)
                    ? new GivenEndpoint(endpoint, known, null, null)
                    : new GivenEndpoint(endpoint, null, null, e.WithoutEndpoint, Troubles.Of(e));
            }
        }));

    /// <summary>
    /// With <c>--cluster</c> one endpoint is enough to find all members, and a dead one does no harm; but one of
    /// another cluster would be passed over in silence. Asked once a run, and only where no member advertises it: all
    /// others are read through anyway.
    /// </summary>
    private async Task<GivenEndpoint[]> ReadUnadvertisedAsync(
        MemberList list, Endpoint source, CancellationToken cancellationToken)
    {
        var unknown = given.Where(endpoint => endpoint != source && !list.Members.Any(member => member.Advertises(endpoint)));
        // One that gives none is not needed, and not to be told apart from one of ours that is down.
        return await Task.WhenAll(unknown.Select(async endpoint => new GivenEndpoint(endpoint, null,
            (await client.StatusOrNullAsync(endpoint, ShortTimeout, cancellationToken))?.ClusterId, null)));
    }

    /// <summary>Asks an address that its member does not advertise several times more, on connections of their own: one
    /// connection through a load balancer always ends at the same member. Once a run: afterwards the connection that is open
    /// stays with its member.</summary>
    private async Task<GivenEndpoint> VerifyIdentityAsync(
        GivenEndpoint found, IReadOnlyList<Member> members, CancellationToken cancellationToken)
    {
        if (found.MemberId is not { } id || found.Problem is not null || _verified.ContainsKey(found.Endpoint))
        {
            return found;
        }

        if (members.FirstOrDefault(member => member.Id == id)?.Advertises(found.Endpoint) != true)
        {
            try
            {
                var looks = Enumerable.Range(0, IdentityChecks).Select(_ =>
                    client.IdentifyAnewAsync(found.Endpoint, options.CommandTimeout, cancellationToken));
                if ((await Task.WhenAll(looks)).FirstOrDefault(answered => answered != id, id) is var other && other != id)
                {
                    return found with { MemberId = null, Problem = DifferentMembers(id, other) };
                }
            }
            catch (ClusterException e)
            {
                return found with
                {
                    MemberId = null,
                    Problem = $"it answered once, but not on a second connection: {e.WithoutEndpoint}",
                };
            }
        }

        _verified.TryAdd(found.Endpoint, id);
        return found;
    }

    private async Task<MemberView> ViewAsync(
        Member member, IReadOnlySet<string> shared, Lazy<Task<GivenEndpoint[]>> behindGiven, bool withMetrics,
            CancellationToken cancellationToken)
    {
        if (!member.HasStarted && !_identities.Values.Contains(member.Id))
        {
            return new MemberView { Member = member, StatusProblem = "it has not started" };
        }

        if (_chosen.TryGetValue(member.Id, out var chosen))
        {
            return await _members.ReadAsync(member, chosen, withMetrics, cancellationToken) with
            {
                Detour =
                _detours.GetValueOrDefault(member.Id)
            };
        }

        Endpoint[] named = options.UseCluster ? []
            : [.. given.Where(endpoint => _identities.TryGetValue(endpoint, out var id) && id == member.Id)];
        var candidates = EndpointCandidates.For(member, shared, named, options.ExcludeLocalhost, out var problem);
        var view = await ReadFirstAsync(member, candidates, withMetrics, cancellationToken)
            ?? new MemberView { Member = member, StatusProblem = problem };
        view = view with { IsAdvertised = named.Length == 0 && view.Endpoint is not null };
        return view.Status is null && options.UseCluster
            && await DetourAsync(view, await behindGiven.Value, withMetrics, cancellationToken) is { } detour ? detour : view;
    }

    /// <summary>Reads a member through the first of these that answers as that member.</summary>
    /// <returns>What was read; where none answers, what the first one's trouble is, which the user will recognise;
    /// null: there is none.</returns>
    private async Task<MemberView?> ReadFirstAsync(
        Member member, IReadOnlyList<Endpoint> candidates, bool withMetrics, CancellationToken cancellationToken)
    {
        var attempts = new ConcurrentDictionary<Endpoint, MemberView>();
        var read = await _race.FirstAsync(candidates, _ => Race.HeadStart, AskAsync, cancellationToken);
        if (read is not null)
        {
            _chosen[member.Id] = read.Endpoint!;
        }

        return read ?? (candidates.Count > 0 ? attempts[candidates[0]] : null);

        async Task<MemberView?> AskAsync(Endpoint candidate, Action onSetback, CancellationToken token)
        {
            var attempt = attempts[candidate] = await _members.ReadAsync(member, candidate, withMetrics, token);
            return attempt.Status is null ? null : attempt;
        }
    }

    /// <summary>With <c>--cluster</c>: a member that does not answer where it says (port-forwards, containers) may be
    /// behind an endpoint that was given.
    /// It must be that very member on each of several connections.</summary>
    /// <returns>What was read there; null: no endpoint given leads to it.</returns>
    private async Task<MemberView?> DetourAsync(
        MemberView view, GivenEndpoint[] behindGiven, bool withMetrics, CancellationToken cancellationToken)
    {
        var candidates = behindGiven.Where(found => found.MemberId == view.Id && !(options.ExcludeLocalhost
            && found.Endpoint.IsLoopback)).ToArray();
        var sure = await Task.WhenAll(candidates.Select(found => VerifyIdentityAsync(found, [view.Member], cancellationToken)));
        var read = await ReadFirstAsync(view.Member,
            [.. sure.Where(found => found.MemberId == view.Id).Select(found => found.Endpoint)], withMetrics, cancellationToken);
        return read?.Status is null ? null : read with { Detour = _detours.GetOrAdd(view.Id, Explain(view)) };
    }

    private static string Explain(MemberView view) => view.Endpoint is { } advertised
        ? $"member {view.Id} ({view.Member.Name}) does not answer at {advertised}, which it advertises ({view.StatusProblem})"
        : $"member {view.Id} ({view.Member.Name}) can't be reached by what it advertises ({view.StatusProblem})";

    private static string DifferentMembers(MemberId one, MemberId other) =>
        $"it answers as different members ({one}, {other}), as a load balancer does: name the members' own addresses, or use it with --cluster";
}
