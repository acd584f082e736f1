using System.Runtime.CompilerServices;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Text;
using EtcdDefrag.Etcd.Grpc;
using EtcdDefrag.Etcd.Net;
using EtcdDefrag.Etcd.Protos;
using Google.Protobuf;

namespace EtcdDefrag.Etcd;

/// <summary>The port to etcd over the network. One connection per address for its whole life; safe for parallel use; repeats no call.</summary>
public sealed class EtcdClusterClient : IClusterClient, IDisposable
{
    private static readonly ByteString HealthKey = ByteString.CopyFromUtf8("health"); // the key that etcdctl's health check reads
    private readonly Dictionary<DialTarget, GrpcCaller> _callers = [];
    private readonly Lock _lock = new();
    private readonly Action<CallTrace>? _observer;
    private readonly ConnectionOptions _options;
    private readonly TimeProvider _time;
    private readonly TlsMaterial _tls;
    private readonly AuthTokenSource _tokens;

    private EtcdClusterClient(ConnectionOptions options, TlsMaterial tls, TimeProvider time, Action<CallTrace>? observer)
    {
        _options = options;
        _tls = tls;
        _time = time;
        _observer = observer;
        _tokens = new AuthTokenSource(options, LoginAsync);
    }

    /// <summary>Raises the limit of open files for the connections to so many members at once, whatever the number of clusters.</summary>
    public static void PrepareFor(int members) => OpenFilesLimit.RaiseFor(members);

    /// <summary>How many connections were opened, to all addresses together.</summary>
    public int ConnectionsOpened
    {
        get
        {
            lock (_lock)
            {
                return _callers.Values.Sum(caller => caller.ConnectionsOpened);
            }
        }
    }

    /// <summary>Reads the files that the options name and makes the client. Contacts nobody.</summary>
    /// <param name="options">How to connect.</param>
    /// <param name="time">The clock.</param>
    /// <param name="observer">Is told of each call when it ends, from whatever thread; must not throw.</param>
    /// <exception cref="ConnectionOptionsException">A file is missing, unreadable or does not hold what it should.</exception>
    public static EtcdClusterClient Create(ConnectionOptions options, TimeProvider time, Action<CallTrace>? observer = null) =>
        new(options, TlsMaterial.Load(options), time, observer);

    /// <inheritdoc/>
    public Task<MemberList> ListMembersAsync(Endpoint endpoint, TimeSpan timeout, CancellationToken cancellationToken) =>
        ListAsync(endpoint, linearizable: true, timeout, cancellationToken);

    /// <inheritdoc/>
    public Task<MemberList> ListKnownMembersAsync(Endpoint endpoint, TimeSpan timeout, CancellationToken cancellationToken) =>
        ListAsync(endpoint, linearizable: false, timeout, cancellationToken);

    private async Task<MemberList> ListAsync(Endpoint endpoint, bool linearizable, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var answer = await CallAsync(endpoint, EtcdMethods.MemberList, new MemberListRequest { Linearizable = linearizable }, timeout, cancellationToken);
        if (answer.Members.Count > 0 && answer.Members.All(static member => member.ID == 0))
        {
            throw new NoAnswerException(
                endpoint, EtcdMethods.MemberList.Name, NoAnswerKind.ProtocolError,
                "this is etcd's grpc-proxy, which hides the members: name a member's own URL instead", requestMayHaveRun: true);
        }

        RequireHeader(answer.Header, endpoint, EtcdMethods.MemberList.Name);
        OpenFilesLimit.RaiseFor(answer.Members.Count);
        return answer.ToMembers();
    }

    /// <inheritdoc/>
    public async Task<MemberStatus> GetStatusAsync(Endpoint endpoint, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var answer = await CallAsync(endpoint, EtcdMethods.Status, new StatusRequest(), timeout, cancellationToken);
        RequireHeader(answer.Header, endpoint, EtcdMethods.Status.Name);
        return answer.ToStatus();
    }

    /// <inheritdoc/>
    public async Task<MemberId> IdentifyAnewAsync(Endpoint endpoint, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var token = await _tokens.GetAsync(endpoint, timeout, cancellationToken);
        using var caller = new GrpcCaller(DialTarget.From(endpoint, _options.TlsConfigured), _tls, _options, _time);
        var answer = await CallOnceAsync(caller, endpoint, EtcdMethods.Status, new StatusRequest(), token, timeout - _time.GetElapsedTime(started), cancellationToken);
        return new MemberId(RequireHeader(answer.Header, endpoint, EtcdMethods.Status.Name).MemberId);
    }

    /// <inheritdoc/>
    public async Task<MemberId> ReadLinearizableAsync(Endpoint endpoint, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var answer = await CallAsync(endpoint, EtcdMethods.Range, new RangeRequest { Key = HealthKey, CountOnly = true }, timeout, cancellationToken);
        return new MemberId(RequireHeader(answer.Header, endpoint, EtcdMethods.Range.Name).MemberId);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Alarm>> ListAlarmsAsync(Endpoint endpoint, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var answer = await CallAsync(endpoint, EtcdMethods.Alarm, new AlarmRequest(), timeout, cancellationToken);
        return answer.ToAlarms(); // etcd sends this one without its header
    }

    /// <inheritdoc/>
    public Task<MemberMetrics?> ReadMetricsAsync(Endpoint endpoint, TimeSpan timeout, CancellationToken cancellationToken) =>
        _options.MetricsUrl is { } url
            ? new MetricsReader(CallerFor(url.For(endpoint)), url.For(endpoint), url.Path, _time, _observer).ReadAsync(timeout, cancellationToken)
            : new MetricsReader(CallerFor(endpoint), endpoint, "/metrics", _time, _observer).ReadAsync(timeout, cancellationToken);

    /// <inheritdoc/>
    public async Task<KeySpaceHash> HashKeySpaceAsync(Endpoint endpoint, long revision, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var answer = await CallAsync(endpoint, EtcdMethods.HashKV, new HashKVRequest { Revision = revision }, timeout, cancellationToken);
        RequireHeader(answer.Header, endpoint, EtcdMethods.HashKV.Name);
        return new KeySpaceHash(answer.Hash, answer.CompactRevision);
    }

    /// <inheritdoc/>
    public Task CompactAsync(Endpoint endpoint, long revision, TimeSpan timeout, CancellationToken cancellationToken) =>
        CallAsync(endpoint, EtcdMethods.Compact, new CompactionRequest { Revision = revision, Physical = true }, timeout, cancellationToken);

    /// <inheritdoc/>
    public Task DefragmentAsync(Endpoint endpoint, TimeSpan timeout, CancellationToken cancellationToken) =>
        CallAsync(endpoint, EtcdMethods.Defragment, new DefragmentRequest(), timeout, cancellationToken);

    /// <inheritdoc/>
    public Task MoveLeaderAsync(Endpoint endpoint, MemberId target, TimeSpan timeout, CancellationToken cancellationToken) =>
        CallAsync(endpoint, EtcdMethods.MoveLeader, new MoveLeaderRequest { TargetID = target.Value }, timeout, cancellationToken);

    /// <inheritdoc/>
    public Task DisarmAsync(Endpoint endpoint, Alarm alarm, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var request = new AlarmRequest
        {
            Action = AlarmRequest.Types.AlarmAction.Deactivate,
            MemberID = alarm.MemberId.Value,
            Alarm = alarm.Kind.ToAlarmType(),
        };
        return CallAsync(endpoint, EtcdMethods.Alarm, request, timeout, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<long> GrantLeaseAsync(Endpoint endpoint, TimeSpan timeToLive, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var seconds = Math.Max(1, (long)Math.Ceiling(timeToLive.TotalSeconds));
        var answer = await CallAsync(endpoint, EtcdMethods.LeaseGrant, new LeaseGrantRequest { TTL = seconds }, timeout, cancellationToken);
        return answer.ID != 0 ? answer.ID : throw NotEtcd(endpoint, EtcdMethods.LeaseGrant.Name, "a lease without an id");
    }

    /// <inheritdoc/>
    public async Task<bool> KeepLeaseAliveAsync(Endpoint endpoint, long leaseId, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var answer = await CallAsync(endpoint, EtcdMethods.LeaseKeepAlive, new LeaseKeepAliveRequest { ID = leaseId }, timeout, cancellationToken);
        return answer.TTL > 0;
    }

    /// <inheritdoc/>
    public Task RevokeLeaseAsync(Endpoint endpoint, long leaseId, TimeSpan timeout, CancellationToken cancellationToken) =>
        CallAsync(endpoint, EtcdMethods.LeaseRevoke, new LeaseRevokeRequest { ID = leaseId }, timeout, cancellationToken);

    /// <inheritdoc/>
    public async Task<string?> TryCreateKeyAsync(
        Endpoint endpoint, string key, string value, long leaseId, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var name = ByteString.CopyFromUtf8(key);
        var request = new TxnRequest
        {
            Compare = { new Compare { Target = Compare.Types.CompareTarget.Create, Result = Compare.Types.CompareResult.Equal, Key = name, CreateRevision = 0 } },
            Success = { new RequestOp { RequestPut = new PutRequest { Key = name, Value = ByteString.CopyFromUtf8(value), Lease = leaseId } } },
            Failure = { new RequestOp { RequestRange = new RangeRequest { Key = name } } },
        };
        var answer = await CallAsync(endpoint, EtcdMethods.Txn, request, timeout, cancellationToken);
        RequireHeader(answer.Header, endpoint, EtcdMethods.Txn.Name);
        return answer.Succeeded ? null : answer.Responses.FirstOrDefault()?.ResponseRange?.Kvs.FirstOrDefault()?.Value.ToStringUtf8() is { } holder ? Printable.Of(holder) : "";
    }

    /// <summary>Reads the member's whole database, as it is now, in pieces of some kilobytes, and holds one at a time.</summary>
    /// <param name="endpoint">The member.</param>
    /// <param name="silence">How long to wait for each piece.</param>
    /// <param name="cancellationToken">The caller's wish to stop.</param>
    /// <returns>The pieces in order. The last 32 bytes of all are the SHA-256 of what was before.</returns>
    /// <remarks>While it is read slowly, the member can't free pages, and a defragmentation of it waits.</remarks>
    /// <exception cref="ClusterException">The end did not come: what was read is no database.</exception>
    public async IAsyncEnumerable<SnapshotPiece> SnapshotAsync(
        Endpoint endpoint, TimeSpan silence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var token = await _tokens.GetAsync(endpoint, silence, cancellationToken);
        var caller = CallerFor(endpoint);
        var result = "broken off";
        try
        {
            await foreach (var piece in caller.StreamAsync(endpoint, EtcdMethods.Snapshot, new SnapshotRequest(), token, silence, cancellationToken))
            {
                yield return new SnapshotPiece(piece.Blob.Memory, (long)piece.RemainingBytes, Printable.Of(piece.Version));
            }

            result = "OK";
        }
        finally
        {
            _observer?.Invoke(new CallTrace(endpoint, EtcdMethods.Snapshot.Name, _time.GetElapsedTime(started), result, caller.ConnectionsOpened));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var caller in _callers.Values)
            {
                caller.Dispose();
            }
        }

        _tokens.Dispose();
    }

    private async Task<TResponse> CallAsync<TResponse>(
        Endpoint endpoint, EtcdMethod<TResponse> method, IMessage request, TimeSpan timeout, CancellationToken cancellationToken)
        where TResponse : IMessage<TResponse>
    {
        var started = _time.GetTimestamp();
        var token = await _tokens.GetAsync(endpoint, timeout, cancellationToken);
        try
        {
            return await CallOnceAsync(CallerFor(endpoint), endpoint, method, request, token, timeout - _time.GetElapsedTime(started), cancellationToken);
        }
        catch (ServerRejectedException e) when (_tokens.CanRenew && EtcdErrors.IsStaleToken(e))
        {
            // Not a repetition: these answers say that the call was turned away at the door. Once only.
            token = await _tokens.RenewAsync(endpoint, token, timeout - _time.GetElapsedTime(started), cancellationToken);
            return await CallOnceAsync(CallerFor(endpoint), endpoint, method, request, token, timeout - _time.GetElapsedTime(started), cancellationToken);
        }
    }

    private async Task<string> LoginAsync(Endpoint endpoint, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var request = new AuthenticateRequest { Name = _options.User, Password = _options.Password };
        AuthenticateResponse answer;
        try
        {
            answer = await CallOnceAsync(CallerFor(endpoint), endpoint, EtcdMethods.Authenticate, request, token: null, timeout, cancellationToken);
        }
        catch (ServerRejectedException e) when (e.Kind == RejectionKind.NotAuthenticated)
        {
            var hint = _options.Password?.EndsWith('\n') == true
                ? "; the password ends in a line break, as values of Secrets and files often do: give it without, or use --password-file"
                : "";
            throw new ServerRejectedException(
                endpoint, e.Call, e.Kind, e.Code,
                $"wrong user or password: the login as \"{ConnectionOptions.ShownUser(_options.User!)}\" was refused ({e.Reason}){hint}", requestMayHaveRun: false, e);
        }

        return answer.Token.Length > 0 ? answer.Token : throw NotEtcd(endpoint, EtcdMethods.Authenticate.Name, "no token");
    }

    private async Task<TResponse> CallOnceAsync<TResponse>(
        GrpcCaller caller, Endpoint endpoint, EtcdMethod<TResponse> method, IMessage request, string? token, TimeSpan timeout, CancellationToken cancellationToken)
        where TResponse : IMessage<TResponse>
    {
        var started = _time.GetTimestamp();
        var result = "cancelled";
        try
        {
            var answer = await caller.CallAsync(endpoint, method, request, token, timeout, cancellationToken);
            result = "OK";
            return answer;
        }
        catch (ClusterException e)
        {
            result = e is ServerRejectedException rejected ? rejected.Code : ((NoAnswerException)e).Kind.ToString();
            throw;
        }
        finally
        {
            _observer?.Invoke(new CallTrace(endpoint, method.Name, _time.GetElapsedTime(started), result, caller.ConnectionsOpened));
        }
    }

    private GrpcCaller CallerFor(Endpoint endpoint)
    {
        var target = DialTarget.From(endpoint, _options.TlsConfigured);
        lock (_lock)
        {
            if (!_callers.TryGetValue(target, out var caller))
            {
                caller = new GrpcCaller(target, _tls, _options, _time);
                _callers.Add(target, caller);
            }

            return caller;
        }
    }

    // etcd fills the header of the answers this is asked for. An answer without it is some other server's empty success.
    private static ResponseHeader RequireHeader(ResponseHeader? header, Endpoint endpoint, string call) =>
        header is { MemberId: not 0 } ? header : throw NotEtcd(endpoint, call, "an answer that names no member");

    private static NoAnswerException NotEtcd(Endpoint endpoint, string call, string what) =>
        new(endpoint, call, NoAnswerKind.ProtocolError, $"it sent {what}: this is not etcd", requestMayHaveRun: true);
}

/// <summary>A piece of a snapshot.</summary>
/// <param name="Bytes">Its bytes; good until the next piece is asked for.</param>
/// <param name="RemainingBytes">How many bytes of the database are still to come; 0 from the last one on, and for the digest after it.</param>
/// <param name="Version">The version of etcd's storage, e.g. <c>3.6.0</c>; empty before etcd 3.6.</param>
public sealed record SnapshotPiece(ReadOnlyMemory<byte> Bytes, long RemainingBytes, string Version);
