using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Core.Planning;

/// <summary>A member that the user wants defragmented, under the endpoint that names it in the output.</summary>
/// <param name="MemberId">The member.</param>
/// <param name="Endpoint">Its endpoint.</param>
public sealed record Target(MemberId MemberId, Endpoint Endpoint)
{
    /// <summary>Whether none of its advertised addresses answers, so that it was found behind an endpoint that was given.</summary>
    public bool IsDetour { get; init; }
}

/// <summary>The targets of a run, and what was left out.</summary>
/// <param name="Targets">One per member, in the order in which they are shown; leadership is not considered yet.</param>
/// <param name="Notes">What the user should know: learners left alone, endpoints that mean the same member.</param>
/// <param name="Unplaced">Endpoints that were named for work and lead to no member that is known. The checks speak of them; where
/// that was let pass, they are left all the same.</param>
public sealed record TargetSelection(IReadOnlyList<Target> Targets, IReadOnlyList<string> Notes, IReadOnlyList<Endpoint> Unplaced)
{
    /// <summary>Chooses the targets: all voters of the member list, or the members behind the endpoints given.</summary>
    public static TargetSelection From(ClusterSnapshot snapshot, DefragOptions options)
    {
        var notes = new List<string>();
        var targets = new List<Target>();
        if (options.UseCluster)
        {
            foreach (var view in snapshot.Views)
            {
                if (!view.IsVoter)
                {
                    notes.Add($"learner {view.Label} is skipped: etcd does not defragment learners");
                }
                else if (view.Endpoint is { } endpoint)
                {
                    targets.Add(new Target(view.Id, endpoint) { IsDetour = view.Detour is not null });
                }
                else if (options.ExcludeLocalhost)
                {
                    notes.Add($"{view.Label} is excluded by --exclude-localhost: it advertises only addresses of this machine");
                }
            }

            targets.Sort((left, right) => left.Endpoint.CompareTo(right.Endpoint));
            return new TargetSelection(targets, notes, []);
        }

        var unplaced = new List<Endpoint>();
        foreach (var given in snapshot.Given)
        {
            var (id, endpoint) = Place(given, snapshot);
            if (options.ExcludeLocalhost && given.Endpoint.IsLoopback)
            {
                notes.Add($"endpoint {given.Endpoint} is excluded by --exclude-localhost");
            }
            else if (id.IsNone)
            {
                unplaced.Add(given.Endpoint);
            }
            else if (snapshot.Find(id) is { IsVoter: false })
            {
                notes.Add($"endpoint {given.Endpoint} is learner {id} and is skipped: etcd does not defragment learners");
            }
            else if (targets.Find(target => target.MemberId == id) is { } known)
            {
                notes.Add($"endpoint {given.Endpoint} is the same member {id} as {known.Endpoint}: it is defragmented once");
            }
            else
            {
                targets.Add(new Target(id, endpoint));
            }
        }

        return new TargetSelection(targets, notes, unplaced);
    }

    /// <summary>One that does not answer is the member that alone advertises it; then only what that member was
    /// read through is used.</summary>
    private static (MemberId Id, Endpoint Endpoint) Place(GivenEndpoint given, ClusterSnapshot snapshot)
    {
        if (given.MemberId is { } known)
        {
            return (known, given.Endpoint);
        }

        MemberView[] advertisers = given.ClusterId is null
            ? [.. snapshot.Views.Where(view => view.Member.Advertises(given.Endpoint))] : [];
        return advertisers is [{ Endpoint: { } endpoint } only] ? (only.Id, endpoint) : (MemberId.None, given.Endpoint);
    }
}
