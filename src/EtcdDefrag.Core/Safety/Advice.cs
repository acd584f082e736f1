using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Core.Safety;

/// <summary>What to do about a member that can't be used, by what is wrong with it.</summary>
public static class Advice
{
    /// <summary>What is needed to do this work.</summary>
    public const string RootNeeded = "log in (--user, --auth-jwt-token or a client certificate) as a user who has the root role";

    /// <summary>For a voter.</summary>
    /// <param name="view">What was read of it.</param>
    public static string For(MemberView view) => view.Endpoint is null
        ? "name an address of it that works from here with --endpoints, without --cluster"
        : For(view.Trouble) + (view.IsAdvertised && view.Trouble is not (Trouble.Rights or Trouble.Trust or Trouble.Error)
            ? AboutTheUrl(view) : "");

    /// <summary>For an endpoint that the user named.</summary>
    public static string For(Trouble? trouble) => trouble switch
    {
        Trouble.Rights => RootNeeded,
        Trouble.Name => "check this machine's DNS, /etc/hosts and the spelling of the name",
        Trouble.Trust => "TLS fails: check --cacert, --cert, --key and --tls-server-name (docs/connecting.md)",
        Trouble.Address => "name the member's own client URL",
        Trouble.Silence => "check whether it hangs, is overloaded or is being defragmented; --command-timeout gives it more time",
        Trouble.Error => "check its error and its log",
        _ => "repair it first: with one voter down, blocking another can lose the quorum",
    };

    private static string AboutTheUrl(MemberView view) =>
        $"; if it is healthy: {view.Endpoint} is its advertised address, which other machines may reach; "
        + "use --endpoints with addresses that work from here, without --cluster";
}
