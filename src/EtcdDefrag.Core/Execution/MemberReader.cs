using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Planning;

namespace EtcdDefrag.Core.Execution;

/// <summary>Asks one member all that the checks want to know of it, in one go over its connection.</summary>
internal sealed class MemberReader(IClusterClient client, TimeProvider time, DefragOptions options)
{
    /// <summary>What is needed to do this work.</summary>
    public const string RootNeeded = "log in (--user, --auth-jwt-token or a client certificate) as a user who has the root role";

    /// <summary>Reads a member through an endpoint. Never throws for what the member does.</summary>
    public async Task<MemberView> ReadAsync(Member member, Endpoint endpoint, CancellationToken cancellationToken)
    {
        var view = new MemberView { Member = member, Endpoint = endpoint };
        var status = StatusAsync(member, endpoint, cancellationToken);
        if (member.IsLearner)
        {
            return Apply(view, await status); // a learner answers Status and nothing else that we ask
        }

        var started = time.GetTimestamp();
        var reading = ProbeAsync(member, endpoint, started, cancellationToken);
        view = Apply(view, await status);
        var (readProblem, took, readRefused) = await reading;
        return view with { ReadProblem = readProblem, ReadTook = took, AccessRefused = view.AccessRefused || readRefused };
    }

    /// <summary>Adds the alarms, as this member lists them. Never throws for what the member does.</summary>
    public async Task<MemberView> AddAlarmsAsync(MemberView view, CancellationToken cancellationToken)
    {
        var (alarms, problem, refused) = await AlarmsAsync(view.Endpoint!, cancellationToken);
        return view with { Alarms = alarms, AlarmProblem = problem, AccessRefused = view.AccessRefused || refused };
    }

    /// <summary>The alarms of the whole cluster; or why this endpoint does not list them, and whether that is for want of rights.</summary>
    public async Task<(IReadOnlyList<Alarm> Alarms, string? Problem, bool Refused)> AlarmsAsync(Endpoint endpoint, CancellationToken cancellationToken)
    {
        try
        {
            return (await client.ListAlarmsAsync(endpoint, options.CommandTimeout, cancellationToken), null, false);
        }
        catch (ClusterException e)
        {
            return ([], Explain(e), IsAccessRefused(e));
        }
    }

    /// <summary>An error in words, with the call that failed, for a sentence that names the endpoint.</summary>
    public static string Explain(ClusterException e)
    {
        var frame = $"{e.Call} on {e.Endpoint}";
        return e.Message.StartsWith(frame, StringComparison.Ordinal) ? e.Call + e.Message[frame.Length..] : $"{e.Call}: {e.Message}";
    }

    /// <summary>Whether the answer was that we are not allowed.</summary>
    public static bool IsAccessRefused(ClusterException e) =>
        e is ServerRejectedException { Kind: RejectionKind.PermissionDenied or RejectionKind.NotAuthenticated };

    /// <summary>What to do about an answer that says we are not allowed; empty for others, and for a failed login, which says it itself.</summary>
    public static string AccessHint(ClusterException e) => e switch
    {
        ServerRejectedException { Kind: RejectionKind.PermissionDenied } => "; " + RootNeeded,
        ServerRejectedException { Kind: RejectionKind.NotAuthenticated } when e.Message.Contains("invalid auth token", StringComparison.Ordinal) =>
            "; the token (--auth-jwt-token) has expired or is not this cluster's: get a new one, or log in with --user",
        ServerRejectedException { Kind: RejectionKind.NotAuthenticated, Call: not "Authenticate" } => "; " + RootNeeded,
        _ => "",
    };

    private static MemberView Apply(MemberView view, (MemberStatus? Status, string? Problem, bool Refused) result) =>
        view with { Status = result.Status, StatusProblem = result.Problem, AccessRefused = result.Refused };

    private async Task<(MemberStatus? Status, string? Problem, bool Refused)> StatusAsync(Member member, Endpoint endpoint, CancellationToken cancellationToken)
    {
        try
        {
            var status = await client.GetStatusAsync(endpoint, options.CommandTimeout, cancellationToken);
            return status.MemberId == member.Id ? (status, null, false) : (null, AnotherMember(endpoint, status.MemberId, member.Id), false);
        }
        catch (ClusterException e)
        {
            return (null, Explain(e), IsAccessRefused(e));
        }
    }

    private async Task<(string? Problem, TimeSpan Took, bool Refused)> ProbeAsync(
        Member member, Endpoint endpoint, long started, CancellationToken cancellationToken)
    {
        try
        {
            var answered = await client.ReadLinearizableAsync(endpoint, options.CommandTimeout, cancellationToken);
            return (answered == member.Id ? null : AnotherMember(endpoint, answered, member.Id), time.GetElapsedTime(started), false);
        }
        catch (ServerRejectedException e) when (e.Kind == RejectionKind.PermissionDenied)
        {
            return (null, time.GetElapsedTime(started), false); // the answer came through raft: that is the proof we were after
        }
        catch (ClusterException e)
        {
            return (Explain(e), time.GetElapsedTime(started), IsAccessRefused(e));
        }
    }

    private static string AnotherMember(Endpoint endpoint, MemberId answered, MemberId expected) =>
        $"{endpoint} answers as member {answered}, not as {expected}: it is a load balancer, or the address of another member";
}
