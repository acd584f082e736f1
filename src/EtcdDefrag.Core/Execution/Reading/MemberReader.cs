using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Core.Safety;

namespace EtcdDefrag.Core.Execution.Reading;

/// <summary>Asks one member all that the checks want to know of it, in one go over its connection.</summary>
internal sealed class MemberReader(IClusterClient client, TimeProvider time, DefragOptions options)
{
    /// <summary>How long a member may take for its metrics page, which it serves without any lock. Chosen.</summary>
    private static readonly TimeSpan PageTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Reads a member through an endpoint. Never throws for what the member does.</summary>
    /// <param name="member">The member.</param>
    /// <param name="endpoint">Where it is read.</param>
    /// <param name="withMetrics">Whether its metrics page is read as well; a learner's never is.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<MemberView> ReadAsync(
        Member member, Endpoint endpoint, bool withMetrics, CancellationToken cancellationToken)
    {
        var view = new MemberView { Member = member, Endpoint = endpoint };
        if (!withMetrics || member.IsLearner)
        {
            return await ReadAsync(view, cancellationToken);
        }

        var paging = AddMetricsAsync(view, cancellationToken);
        view = await ReadAsync(view, cancellationToken);
        var page = await paging;
        return view with
        {
            Metrics = page.Metrics,
            MetricsProblem = page.MetricsProblem,
            IsMetricsOfAnother = page.IsMetricsOfAnother,
        };
    }

    /// <summary>Why a page's figures are missing where another page, or none, is in its place.</summary>
    internal const string NoPage = "it serves no metrics page there";

    /// <summary>Reads a member's metrics page. Never throws for what the member does.</summary>
    public async Task<MemberView> AddMetricsAsync(MemberView view, CancellationToken cancellationToken)
    {
        try
        {
            var timeout = options.CommandTimeout < PageTimeout ? options.CommandTimeout : PageTimeout;
            var metrics = await client.ReadMetricsAsync(view.Endpoint!, timeout, cancellationToken);
            return metrics?.MemberId is { } other && other != view.Id
                ? Unread($"its metrics page is that of member {other}") with { IsMetricsOfAnother = true }
                : view with
                {
                    Metrics = metrics,
                    MetricsProblem = metrics is null ? NoPage : metrics.Snapshots is null
                        ? "its metrics page does not tell" : null,
                    IsMetricsOfAnother = false,
                };
        }
        catch (ClusterException e)
        {
            return Unread(e.Message);
        }

        MemberView Unread(string why) =>
            view with { Metrics = null, MetricsProblem = why, IsMetricsOfAnother = false };
    }

    private async Task<MemberView> ReadAsync(MemberView view, CancellationToken cancellationToken)
    {
        var (member, endpoint) = (view.Member, view.Endpoint!);
        var status = StatusAsync(member, endpoint, cancellationToken);
        if (member.IsLearner)
        {
            return Apply(view, await status); // a learner answers Status and nothing else that we ask
        }

        var started = time.GetTimestamp();
        var reading = ProbeAsync(member, endpoint, started, cancellationToken);
        view = Apply(view, await status);
        var (readProblem, took, readTrouble) = await reading;
        return view with { ReadProblem = readProblem, ReadTook = took, ReadTrouble = readTrouble };
    }

    /// <summary>Adds the alarms, as this member lists them. Never throws for what the member does.</summary>
    public async Task<MemberView> AddAlarmsAsync(MemberView view, CancellationToken cancellationToken)
    {
        var (alarms, problem, trouble) = await AlarmsAsync(view.Endpoint!, cancellationToken);
        return view with { Alarms = alarms, AlarmProblem = problem, AlarmTrouble = trouble };
    }

    /// <summary>The alarms of the whole cluster; or why this endpoint does not list them, in words and by cause.</summary>
    public async Task<(IReadOnlyList<Alarm> Alarms, string? Problem, Trouble? Trouble)> AlarmsAsync(Endpoint endpoint,
        CancellationToken cancellationToken)
    {
        try
        {
            return (await client.ListAlarmsAsync(endpoint, options.CommandTimeout, cancellationToken), null, null);
        }
        catch (ClusterException e)
        {
            return ([], e.WithoutEndpoint, Troubles.Of(e));
        }
    }

    /// <summary>What to do about an answer that says we are not allowed; empty for others, and for a failed login,
    /// which says it itself.</summary>
    public static string AccessHint(ClusterException e) => e switch
    {
        ServerRejectedException { Kind: RejectionKind.PermissionDenied } => "; " + Advice.RootNeeded,
        ServerRejectedException { Kind: RejectionKind.InvalidToken } =>
            "; the token (--auth-jwt-token) has expired or is not this cluster's: get a new one, or log in with --user",
        ServerRejectedException { Kind: RejectionKind.NotAuthenticated, Call: not "Authenticate" } => "; " + Advice.RootNeeded,
        _ => "",
    };

    private static MemberView Apply(MemberView view, (MemberStatus? Status, string? Problem, Trouble? Trouble) result) =>
        view with { Status = result.Status, StatusProblem = result.Problem, Trouble = result.Trouble };

    private async Task<(MemberStatus? Status, string? Problem, Trouble? Trouble)> StatusAsync(Member member, Endpoint endpoint,
        CancellationToken cancellationToken)
    {
        try
        {
            var status = await client.GetStatusAsync(endpoint, options.CommandTimeout, cancellationToken);
            return status.MemberId == member.Id ? (status, null, null)
                : (null, AnotherMember(endpoint, status.MemberId, member.Id), Trouble.Address);
        }
        catch (ClusterException e)
        {
            return (null, e.WithoutEndpoint, Troubles.Of(e));
        }
    }

    private async Task<(string? Problem, TimeSpan Took, Trouble? Trouble)> ProbeAsync(
        Member member, Endpoint endpoint, long started, CancellationToken cancellationToken)
    {
        try
        {
            var answered = await client.ReadLinearizableAsync(endpoint, options.CommandTimeout, cancellationToken);
            return answered == member.Id
                ? (null, time.GetElapsedTime(started), null)
                : (AnotherMember(endpoint, answered, member.Id), time.GetElapsedTime(started), Trouble.Address);
        }
        catch (ServerRejectedException e) when (e.Kind == RejectionKind.PermissionDenied)
        {
            return (null, time.GetElapsedTime(started), null); // the answer came through raft: that is the proof we were after
        }
        catch (ClusterException e)
        {
            return (e.WithoutEndpoint, time.GetElapsedTime(started), Troubles.Of(e));
        }
    }

    private static string AnotherMember(Endpoint endpoint, MemberId answered, MemberId expected) =>
        $"{endpoint} answers as member {answered}, not as {expected}: it is a load balancer, or the address of another member";
}
