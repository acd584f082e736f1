using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Core.Execution;

/// <summary>
/// Gets the member list from the first endpoint that gives it. They are asked in turn; one that fails, or is not done within its head start,
/// is not waited for: the next is asked beside it. Whoever gave the list is asked first the next time.
/// </summary>
internal sealed class MemberListing(PatientReads client, TimeProvider time, TimeSpan timeout)
{
    /// <remarks>Chosen by RFC 8305 (section 5, "Connection Attempt Delay", 250 ms), where the same is done for the addresses of a name.</remarks>
    private static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(250);

    /// <summary>For one that has given the list before. Chosen: longer than a busy disk holds up an answer.</summary>
    private static readonly TimeSpan ProvenHeadStart = TimeSpan.FromSeconds(1);

    /// <summary>How long a member may take to tell what it knows by itself. Chosen.</summary>
    private static readonly TimeSpan LocalPatience = TimeSpan.FromSeconds(3);

    private Endpoint? _proven;

    /// <summary>Asks.</summary>
    /// <returns>The list, and who gave it.</returns>
    /// <exception cref="ClusterUnreachableException">Nobody gave it.</exception>
    public async Task<(MemberList List, Endpoint Source)> ReadAsync(Endpoint[] endpoints, CancellationToken cancellationToken)
    {
        using var rest = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var first = new TaskCompletionSource<(MemberList, Endpoint)>();
        var asked = new Dictionary<Endpoint, Task<ClusterException?>>();
        foreach (var endpoint in endpoints.OrderByDescending(endpoint => endpoint.Equals(_proven)))
        {
            var setback = new TaskCompletionSource();
            asked[endpoint] = AskAsync(endpoint, first, setback, rest.Token);
            using var headStart = time.CreateTimer(
                _ => setback.TrySetResult(), null, endpoint.Equals(_proven) ? ProvenHeadStart : HeadStart, Timeout.InfiniteTimeSpan);
            await Task.WhenAny(first.Task, setback.Task);
            if (first.Task.IsCompleted || cancellationToken.IsCancellationRequested)
            {
                break;
            }
        }

        var all = Task.WhenAll(asked.Values);
        if (await Task.WhenAny(first.Task, all) == all && !first.Task.IsCompleted)
        {
            await all;
            cancellationToken.ThrowIfCancellationRequested(); // else every endpoint was asked
            ClusterException[] failures = [.. endpoints.Select(endpoint => asked[endpoint].Result!)];
            return await ListWithoutQuorumAsync(failures, cancellationToken) ?? throw Unreachable(failures);
        }

#pragma warning disable CA1849 // CancelAsync takes another thread, for nothing: those who wait for this token only stop waiting
        rest.Cancel();
#pragma warning restore CA1849
        await ((Task)all).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        var (list, source) = await first.Task;
        _proven = source;
        return (list, source);
    }

    /// <returns>What went wrong; null: nothing did.</returns>
    private async Task<ClusterException?> AskAsync(
        Endpoint endpoint, TaskCompletionSource<(MemberList, Endpoint)> first, TaskCompletionSource setback, CancellationToken cancellationToken)
    {
        try
        {
            var list = await client.ListMembersAsync(endpoint, timeout, () => setback.TrySetResult(), cancellationToken);
            first.TrySetResult((list, endpoint));
            return null;
        }
        catch (ClusterException e)
        {
            return e;
        }
        finally
        {
            setback.TrySetResult();
        }
    }

    /// <summary>A cluster that has lost its quorum gives no linearizable list, and is the one that people most need to see: the checks say what is wrong with it.</summary>
    private async Task<(MemberList List, Endpoint Source)?> ListWithoutQuorumAsync(ClusterException[] failures, CancellationToken cancellationToken)
    {
        var waited = failures.Where(e => e is NoAnswerException { Kind: NoAnswerKind.TimedOut } or ServerRejectedException { Kind: RejectionKind.Unavailable or RejectionKind.NoLeader });
        var lists = await Task.WhenAll(waited.Select(async failure =>
        {
            try
            {
                return (List: await client.ListKnownMembersAsync(failure.Endpoint, timeout < LocalPatience ? timeout : LocalPatience, cancellationToken), Source: failure.Endpoint);
            }
            catch (ClusterException)
            {
                return default((MemberList List, Endpoint Source)?);
            }
        }));
        return lists.FirstOrDefault(found => found is not null);
    }

    private static ClusterUnreachableException Unreachable(ClusterException[] failures) => new(
        string.Join(Environment.NewLine, failures.Select(e => $"endpoint {e.Endpoint}: {MemberReader.Explain(e)}{MemberReader.AccessHint(e)}")),
        Array.TrueForAll(failures, e => e is ServerRejectedException { Kind: RejectionKind.LearnerUnsupported }));
}
