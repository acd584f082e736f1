using EtcdDefrag.Core.Cluster;
using Grpc.Core;

namespace EtcdDefrag.Etcd.Grpc;

/// <summary>What etcd's errors mean. The text decides before the code, because codes changed between
/// versions and texts did not.</summary>
/// <remarks>Source: etcd api/v3rpc/rpctypes/error.go at v3.4.23, v3.5.16 and v3.7.1.</remarks>
internal static class EtcdErrors
{
    private const string Learner = "rpc not supported for learner";

    private static readonly (string Text, RejectionKind Kind)[] Texts =
    [
        ("required revision has been compacted", RejectionKind.Compacted),
        ("required revision is a future revision", RejectionKind.FutureRevision),
        ("database space exceeded", RejectionKind.NoSpace),
        ("corrupt cluster", RejectionKind.Corrupt),
        (Learner, RejectionKind.LearnerUnsupported),
        ("bad leader transferee", RejectionKind.BadLeaderTransferee),
        ("etcdserver: not leader", RejectionKind.NotLeader),
        ("etcdserver: no leader", RejectionKind.NoLeader),
        ("authentication is not enabled", RejectionKind.AuthNotEnabled),
        ("etcdserver: permission denied", RejectionKind.PermissionDenied),
        // 3.4's Maintenance; the prefix matters, files can be denied too
        ("auth: permission denied", RejectionKind.PermissionDenied),
        ("invalid auth token", RejectionKind.InvalidToken),
        ("user name is empty", RejectionKind.NotAuthenticated),
        ("revision of auth store is old", RejectionKind.NotAuthenticated),
        ("authentication failed", RejectionKind.NotAuthenticated),
        ("auth: user not found", RejectionKind.NotAuthenticated), // a certificate's common name that is no user's
        ("etcdserver: user name not found", RejectionKind.NotAuthenticated),
        ("requested lease not found", RejectionKind.LeaseNotFound),
        ("too many requests", RejectionKind.Unavailable),
        ("leader changed", RejectionKind.Unavailable),
        ("server stopped", RejectionKind.Unavailable),
        ("request timed out", RejectionKind.Unavailable),
        ("unhealthy cluster", RejectionKind.Unavailable),
    ];

    // How else etcd says that a token is no longer good, each before the call's handler runs.
    // Source: etcd client/v3/retry_interceptor.go, shouldRefreshToken.
    private static readonly string[] StaleTokens = ["revision of auth store is old", "user name is empty"];

    /// <summary>The port's error for a status that is not OK.</summary>
    public static ClusterException FromStatus(Endpoint endpoint, string call, Status status, TimeSpan took)
    {
        if (status.StatusCode == StatusCode.DeadlineExceeded)
        {
            // The server watches the same clock as we do: whoever is first, it is one and the same event.
            return new NoAnswerException(endpoint, call, NoAnswerKind.TimedOut,
                $"its time was over, and the server ended it ({status.Detail})", requestMayHaveRun: true, took: took);
        }

        return new ServerRejectedException(endpoint, call, Classify(status), ServerStatus.Name(status.StatusCode), status.Detail,
            MayHaveRun(status));
    }

    /// <summary>Whether the answer means that a new login may help, and that the call did not run.</summary>
    public static bool IsStaleToken(ServerRejectedException e) =>
        e.Kind == RejectionKind.InvalidToken || (e.Kind == RejectionKind.NotAuthenticated
            && Array.Exists(StaleTokens, text => e.Reason.Contains(text, StringComparison.Ordinal)));

    internal static RejectionKind Classify(Status status)
    {
        foreach (var (text, kind) in Texts)
        {
            if (status.Detail.Contains(text, StringComparison.Ordinal))
            {
                return kind;
            }
        }

        return status.StatusCode switch
        {
            StatusCode.PermissionDenied => RejectionKind.PermissionDenied,
            StatusCode.Unauthenticated => RejectionKind.NotAuthenticated,
            StatusCode.Unimplemented => RejectionKind.Unimplemented,
            StatusCode.Unavailable => RejectionKind.Unavailable,
            _ => RejectionKind.Other,
        };
    }

    private static bool MayHaveRun(Status status) =>
        status.StatusCode is StatusCode.Unavailable or StatusCode.Cancelled
            && !status.Detail.Contains(Learner, StringComparison.Ordinal);
}
