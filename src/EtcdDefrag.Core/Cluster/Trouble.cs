namespace EtcdDefrag.Core.Cluster;

/// <summary>Why a member can't be used, as far as the cure depends on it.</summary>
public enum Trouble
{
    /// <summary>It answered with some other error: what it says is the advice.</summary>
    Error,

    /// <summary>It answered that we are not allowed.</summary>
    Rights,

    /// <summary>The name in its URL is not known here.</summary>
    Name,

    /// <summary>TLS could not be agreed upon.</summary>
    Trust,

    /// <summary>Something else than the member, or another member, answers at its URL.</summary>
    Address,

    /// <summary>Connected, and no answer in time.</summary>
    Silence,

    /// <summary>No connection, or one that broke.</summary>
    Down,
}

/// <summary>From error to cause.</summary>
public static class Troubles
{
    /// <summary>What kept the member from answering.</summary>
    public static Trouble Of(ClusterException e) => e switch
    {
        ServerRejectedException
        {
            Kind: RejectionKind.PermissionDenied or RejectionKind.NotAuthenticated or RejectionKind.InvalidToken
        } => Trouble.Rights,
        ServerRejectedException => Trouble.Error,
        NoAnswerException { Kind: NoAnswerKind.NameUnknown } => Trouble.Name,
        NoAnswerException { Kind: NoAnswerKind.TlsFailed } => Trouble.Trust,
        NoAnswerException { Kind: NoAnswerKind.ProtocolError } => Trouble.Address,
        NoAnswerException { Kind: NoAnswerKind.TimedOut } => Trouble.Silence,
        _ => Trouble.Down,
    };
}
