using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Testing.Model;

/// <summary>The calls of the port.</summary>
public enum CallKind
{
    ListMembers,
    ListKnownMembers,
    Status,
    ReadLinearizable,
    ListAlarms,
    Metrics,
    HashKeySpace,
    Compact,
    Defragment,
    MoveLeader,
    Disarm,
    GrantLease,
    KeepAlive,
    RevokeLease,
    TryCreateKey,
}

/// <summary>How a call ended for the one who made it.</summary>
public enum CallEnd
{
    /// <summary>Not yet.</summary>
    Open,
    Answered,
    Rejected,

    /// <summary>No connection: nothing was sent.</summary>
    NotSent,

    /// <summary>Sent, and no answer came.</summary>
    NoAnswer,
    Cancelled,
}

/// <summary>One call on its way to a member and back. What happens at the member goes on whether or not the caller still waits.</summary>
public abstract class ModelCall(CallKind kind, Endpoint endpoint)
{
    private static readonly string[] Names = Enum.GetNames<CallKind>();

    public CallKind Kind { get; } = kind;

    public Endpoint Endpoint { get; } = endpoint;

    public string Name => Names[(int)Kind];

    /// <summary>Whether it changes anything. Leases and the lock key count too; see <see cref="IsLockCall"/>.</summary>
    public bool IsMutating => Kind is >= CallKind.Compact and not CallKind.KeepAlive;

    public bool IsLockCall => Kind >= CallKind.GrantLease;

    /// <summary>A call that must never be sent twice once it was sent.</summary>
    public bool IsMajor => Kind is >= CallKind.Compact and <= CallKind.Disarm;

    public MemberId TargetMember { get; init; }

    /// <summary>Revision, lease id or nothing.</summary>
    public long Number { get; init; }

    public TimeSpan TimeToLive { get; init; }

    public string Key { get; init; } = "";

    public string Value { get; init; } = "";

    public Alarm? Alarm { get; init; }

    public long SentAt { get; internal set; }

    public CallEnd End { get; internal set; }

    /// <summary>The error, where it ended with one.</summary>
    public ClusterException? Error { get; private protected set; }

    /// <summary>The member that the endpoint led to; null: nobody.</summary>
    public ModelMember? Member { get; internal set; }

    internal Route? Route { get; set; }

    /// <summary>The server still has it: it was parked because the member or raft could not go on.</summary>
    internal bool Parked { get; set; }

    internal bool Served { get; set; }

    internal ITimer? Timeout { get; set; }

    internal CancellationTokenRegistration Registration { get; set; }

    public bool IsSettled => End != CallEnd.Open;

    internal abstract void CompleteTask(CancellationToken cancellationToken);

    internal void SetError(ClusterException error) => Error = error;
}

/// <summary>A call with an answer.</summary>
public sealed class ModelCall<T>(CallKind kind, Endpoint endpoint) : ModelCall(kind, endpoint)
{
    private readonly TaskCompletionSource<T> _task = new();

    /// <summary>What the caller gets; a watcher may falsify it when the call is settled.</summary>
    public T? Answer { get; set; }

    public Task<T> Task => _task.Task;

    internal override void CompleteTask(CancellationToken cancellationToken)
    {
        if (End == CallEnd.Cancelled)
        {
            _task.TrySetCanceled(cancellationToken);
        }
        else if (Error is not null)
        {
            _task.TrySetException(Error);
        }
        else
        {
            _task.TrySetResult(Answer!);
        }
    }
}
