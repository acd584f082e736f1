using System.Collections.Concurrent;
using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Core.Execution.Reading;

/// <summary>
/// Gets the member list from the first endpoint that gives it. They are asked in turn; one that fails, or is not done within its
/// head start, is not waited for: the next is asked beside it. Whoever gave the list is asked first the next time. After the
/// first list, no list of another cluster is accepted.
/// </summary>
internal sealed class MemberListing(RetryingReads client, TimeProvider time, TimeSpan timeout)
{
    /// <summary>For one that has given the list before. Chosen: longer than a busy disk holds up an answer.</summary>
    private static readonly TimeSpan ProvenHeadStart = TimeSpan.FromSeconds(1);

    /// <summary>How long a member may take to tell what it knows by itself. Chosen.</summary>
    private static readonly TimeSpan LocalPatience = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<Endpoint, ClusterId> _foreign = new();
    private Endpoint? _proven;
    private ClusterId? _cluster;

    /// <summary>Endpoints that gave the list of another cluster, and which.</summary>
    public IReadOnlyDictionary<Endpoint, ClusterId> Foreign => _foreign;

    /// <summary>Asks.</summary>
    /// <returns>The list, and who gave it.</returns>
    /// <exception cref="ClusterUnreachableException">Nobody gave it.</exception>
    public async Task<(MemberList List, Endpoint Source)> ReadAsync(Endpoint[] endpoints, CancellationToken cancellationToken)
    {
        var failures = new ConcurrentDictionary<Endpoint, ClusterException>();
        var answer = await new Race(time).FirstAsync(
            endpoints.OrderByDescending(endpoint => endpoint.Equals(_proven)), endpoint =>
                endpoint.Equals(_proven) ? ProvenHeadStart : Race.HeadStart, AskAsync, cancellationToken);
        if (answer is null)
        {
            ClusterException[] all = [.. endpoints.Select(endpoint => failures[endpoint])];
            return await ListWithoutQuorumAsync(all, cancellationToken) ?? throw Unreachable(all);
        }

        _proven = answer.Item2;
        _cluster = answer.Item1.ClusterId;
        return (answer.Item1, answer.Item2);

        async Task<Tuple<MemberList, Endpoint>?> AskAsync(Endpoint endpoint, Action onSetback, CancellationToken token)
        {
            try
            {
                return Tuple.Create(RequireSameCluster(await client.ListMembersAsync(endpoint, timeout, onSetback, token),
                    endpoint), endpoint);
            }
            catch (ClusterException e)
            {
                failures[endpoint] = e;
                return null;
            }
        }
    }

    /// <summary>A cluster that has lost its quorum gives no linearizable list, and is the one that people most need to see: the
    /// checks say what is wrong with it.</summary>
    private async Task<(MemberList List, Endpoint Source)?> ListWithoutQuorumAsync(ClusterException[] failures,
        CancellationToken cancellationToken)
    {
        var waited = failures.Where(e =>
            e is NoAnswerException { Kind: NoAnswerKind.TimedOut } or ServerRejectedException { Kind: RejectionKind.Unavailable or RejectionKind.NoLeader });
        var lists = await Task.WhenAll(waited.Select(async failure =>
        {
            try
            {
                var bound = timeout < LocalPatience ? timeout : LocalPatience;
                var list = await client.ListKnownMembersAsync(failure.Endpoint, bound, cancellationToken);
                return (List: RequireSameCluster(list, failure.Endpoint), Source: failure.Endpoint);
            }
            catch (ClusterException)
            {
                return default((MemberList List, Endpoint Source)?);
            }
        }));
        var known = lists.FirstOrDefault(found => found is not null);
        _cluster ??= known?.List.ClusterId;
        return known;
    }

    private MemberList RequireSameCluster(MemberList list, Endpoint endpoint)
    {
        if (_cluster is not { } cluster || list.ClusterId == cluster)
        {
            return list;
        }

        _foreign[endpoint] = list.ClusterId;
        var problem = $"it belongs to cluster {list.ClusterId}, not to cluster {cluster}";
        throw new NoAnswerException(endpoint, "MemberList", NoAnswerKind.ProtocolError, problem, requestMayHaveRun: false);
    }

    private static ClusterUnreachableException Unreachable(ClusterException[] failures) => new(
        string.Join(Environment.NewLine,
            failures.Select(e => $"endpoint {e.Endpoint}: {e.WithoutEndpoint}{MemberReader.AccessHint(e)}")),
        Array.TrueForAll(failures, e => e is ServerRejectedException { Kind: RejectionKind.LearnerUnsupported }));
}
