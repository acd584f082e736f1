using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Core.Safety;

/// <summary>A voter that we can't ask may be down, and blocking another beside it may cost the quorum.</summary>
public sealed class MembersReachable : ISafetyCheck
{
    /// <inheritdoc/>
    public string Id => "members-reachable";

    /// <inheritdoc/>
    public string Promise => "Every voter answers Status, and each endpoint leads to one member.";

    /// <inheritdoc/>
    public IEnumerable<CheckFinding> Evaluate(ClusterSnapshot snapshot)
    {
        foreach (var given in snapshot.Given.Where(given => given.Problem is not null))
        {
            yield return new CheckFinding(Id, FindingSeverity.Refusal, $"endpoint {given.Endpoint}: {given.Problem}",
                given.Trouble is { } trouble ? Advice.For(trouble) : "correct --endpoints");
        }

        foreach (var view in snapshot.Views.Where(view => view.Status is null && view.Member.HasStarted))
        {
            if (snapshot.Given.Any(given => given.Problem is not null && given.Endpoint == view.Endpoint))
            {
                continue; // said above
            }

            yield return new CheckFinding(
                Id,
                view.IsVoter ? FindingSeverity.Refusal : FindingSeverity.Warning,
                $"{(view.IsVoter ? "voter" : "learner")} {view.Label} {Verb(view)}: {view.StatusProblem}",
                view.IsVoter ? Advice.For(view) : null);
        }

        foreach (var view in snapshot.Views.Where(view => view.Detour is not null))
        {
            yield return new CheckFinding(
                Id, FindingSeverity.Warning, $"{view.Detour}: it is reached at {view.Endpoint}, which was given and is the same member");
        }
    }

    private static string Verb(MemberView view) => view switch
    {
        { Endpoint: null } => "has no address to use",
        { Trouble: Trouble.Rights } => "refuses us",
        { Trouble: Trouble.Trust or Trouble.Address or Trouble.Error } => "cannot be used",
        _ => "does not answer",
    };
}
