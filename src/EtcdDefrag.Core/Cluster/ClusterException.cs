using EtcdDefrag.Core.Text;

namespace EtcdDefrag.Core.Cluster;

/// <summary>The two ways in which a call to a member can go wrong; see the derived classes.</summary>
#pragma warning disable CA1032 // standard constructors: an error without its endpoint and call must not exist
public abstract class ClusterException : Exception
{
    private protected ClusterException(Endpoint endpoint, string call, string reason, TimeSpan? took, Exception? inner)
        : base(null, inner)
    {
        Endpoint = endpoint;
        Call = call;
        Reason = reason;
        Took = took;
    }

    /// <summary>The endpoint that was called.</summary>
    public Endpoint Endpoint { get; }

    /// <summary>The call, in etcd's words, e.g. <c>Status</c>.</summary>
    public string Call { get; }

    /// <summary>What went wrong, in words: the server's own, or ours.</summary>
    public string Reason { get; }

    /// <summary>How long the call took; null where that tells nothing.</summary>
    public TimeSpan? Took { get; }

    /// <summary>The error as a sentence of its own.</summary>
    public override string Message => Took is null ? Reason : Sentence($"{Call} on {Endpoint}");

    /// <summary>The error with its call, for a sentence that names the endpoint.</summary>
    public string WithoutEndpoint => Sentence(Call);

    /// <summary>Whether the member may have begun, or even finished, what it was asked. True means:
    /// never assume either.</summary>
    public abstract bool RequestMayHaveRun { get; }

    private string Sentence(string subject) =>
        $"{subject}{(Took is { } took ? $" failed after {ShortTime.Of(took)}" : "")}: {Reason}";
}

/// <summary>Why the member refused, as far as anything depends on it.</summary>
public enum RejectionKind
{
    /// <summary>Some other error; read the message.</summary>
    Other,

    /// <summary>The user lacks the right.</summary>
    PermissionDenied,

    /// <summary>Wrong user, wrong password, or no login where one is needed.</summary>
    NotAuthenticated,

    /// <summary>A token that has expired, or that another cluster made.</summary>
    InvalidToken,

    /// <summary>The server has authentication switched off.</summary>
    AuthNotEnabled,

    /// <summary>The call must go to the leader.</summary>
    NotLeader,

    /// <summary>The member named as the new leader can't be it.</summary>
    BadLeaderTransferee,

    /// <summary>The cluster has no leader now.</summary>
    NoLeader,

    /// <summary>The revision is compacted already.</summary>
    Compacted,

    /// <summary>The revision has not happened yet on this member.</summary>
    FutureRevision,

    /// <summary>The quota is used up: no writes, no leases.</summary>
    NoSpace,

    /// <summary>The CORRUPT alarm is active.</summary>
    Corrupt,

    /// <summary>The member is a learner, and learners do not answer this call.</summary>
    LearnerUnsupported,

    /// <summary>The lease is unknown or expired.</summary>
    LeaseNotFound,

    /// <summary>The server does not know the call: no etcd, or one too old.</summary>
    Unimplemented,

    /// <summary>Passing trouble (too many requests, leader changed, server stopping): a read may be tried again.</summary>
    Unavailable,
}

/// <summary>The member answered, and the answer is an error.</summary>
public sealed class ServerRejectedException : ClusterException
{
    /// <summary>Makes the error.</summary>
    public ServerRejectedException(Endpoint endpoint, string call, RejectionKind kind, string code, string detail,
        bool requestMayHaveRun, Exception? inner = null, TimeSpan? took = null)
        : base(endpoint, call, detail.Length > 0 ? detail : $"rpc error: code = {code}", took, inner)
    {
        Kind = kind;
        Code = code;
        RequestMayHaveRun = requestMayHaveRun;
    }

    /// <summary>What the error means.</summary>
    public RejectionKind Kind { get; }

    /// <summary>The gRPC status code's name, e.g. <c>FailedPrecondition</c>.</summary>
    public string Code { get; }

    /// <inheritdoc/>
    /// <remarks>True only where the status does not come from the call's own handler for certain (Unavailable,
    /// Cancelled, DeadlineExceeded).</remarks>
    public override bool RequestMayHaveRun { get; }
}

/// <summary>What kept a usable answer from us.</summary>
public enum NoAnswerKind
{
    /// <summary>No connection came about: nothing was sent.</summary>
    ConnectFailed,

    /// <summary>The host's name is not known, or could not be looked up: nothing was sent.</summary>
    NameUnknown,

    /// <summary>TLS could not be agreed upon: nothing was sent.</summary>
    TlsFailed,

    /// <summary>The call's time was over.</summary>
    TimedOut,

    /// <summary>The connection broke with the call in flight.</summary>
    ConnectionLost,

    /// <summary>This process ran out of memory reading the answer.</summary>
    OutOfMemory,

    /// <summary>Something answered, but it does not speak gRPC as etcd does, or the answer was cut short or too large.</summary>
    ProtocolError,
}

/// <summary>No usable answer came.</summary>
public sealed class NoAnswerException : ClusterException
{
    /// <summary>Makes the error.</summary>
    public NoAnswerException(
        Endpoint endpoint, string call, NoAnswerKind kind, string reason, bool requestMayHaveRun, Exception? inner = null,
        TimeSpan? took = null)
        : base(endpoint, call, reason, took, inner)
    {
        Kind = kind;
        RequestMayHaveRun = requestMayHaveRun;
    }

    /// <summary>What kept the answer from us.</summary>
    public NoAnswerKind Kind { get; }

    /// <inheritdoc/>
    public override bool RequestMayHaveRun { get; }
}
