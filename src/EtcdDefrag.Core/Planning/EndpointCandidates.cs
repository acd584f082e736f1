using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Core.Planning;

/// <summary>Chooses the addresses under which a member may be reached.</summary>
public static class EndpointCandidates
{
    /// <summary>The URLs that more than one member advertises.</summary>
    public static IReadOnlySet<string> Shared(IEnumerable<Member> members)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var urls = members.SelectMany(member => member.ClientUrls.Distinct(StringComparer.OrdinalIgnoreCase));
        return urls.Where(url => !seen.Add(url)).ToHashSet(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The endpoints to try for a member, best first.</summary>
    /// <param name="member">The member.</param>
    /// <param name="shared">URLs that several members advertise (a service in front of them): they identify none of
    /// them and are left out.</param>
    /// <param name="named">Endpoints the user named for work, that answered as this member. Where there are any, no other will
    /// do: the work is shown and done under that name.</param>
    /// <param name="excludeLocalhost">Whether addresses that mean this machine are left out.</param>
    /// <param name="problem">Why there is none, when the result is empty; else empty.</param>
    public static IReadOnlyList<Endpoint> For(
        Member member, IReadOnlySet<string> shared, IReadOnlyList<Endpoint> named, bool excludeLocalhost, out string problem)
    {
        problem = "";
        if (named.Count > 0)
        {
            return named;
        }

        var advertised = new List<Endpoint>();
        var problems = new List<string>();
        foreach (var url in member.ClientUrls)
        {
            if (!Endpoint.TryParse(url, out var endpoint, out var fault))
            {
                problems.Add($"it advertises {url}: {fault}");
            }
            else if (shared.Contains(url))
            {
                problems.Add($"it advertises {url}, and so do other members");
            }
            else if (excludeLocalhost && endpoint.IsLoopback)
            {
                problems.Add($"{url} is excluded by --exclude-localhost");
            }
            else if (!advertised.Contains(endpoint))
            {
                advertised.Add(endpoint);
            }
        }

        advertised.Sort();
        if (advertised.Count == 0)
        {
            problem = problems.Count > 0 ? string.Join("; ", problems) : "it advertises no client URL";
        }

        return advertised;
    }
}
