using System.Runtime.CompilerServices;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Etcd.Net;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace EtcdDefrag.Etcd.Grpc;

/// <summary>Calls to one target: one request each, never repeated, over one connection for all of them.</summary>
internal sealed class GrpcCaller : IDisposable
{
    // Chosen: a hundred times what etcd sends at once. The whole of a stream may be far larger.
    private const int MaxStreamedMessageBytes = 4 * 1024 * 1024;

    private readonly Dialer _dialer;
    private readonly HttpMessageInvoker _http;
    private readonly AttemptHandler _handler;
    private readonly ConnectionOptions _options;
    private readonly TimeProvider _time;
    private readonly GrpcChannel _channel;
    private readonly CallInvoker _invoker;

    /// <summary>Makes the caller; connects at the first call.</summary>
    public GrpcCaller(DialTarget target, TlsMaterial tls, ConnectionOptions options, TimeProvider time)
    {
        Target = target;
        _options = options;
        _time = time;
        _dialer = new Dialer(target, tls, options, time);
        var handler = HttpHandlerFactory.Create(_dialer, options);
        _http = new HttpMessageInvoker(handler);
        _handler = new AttemptHandler(handler);
        _channel = Channel(options.MaxReceiveBytes);
        _invoker = _channel.CreateCallInvoker();
    }

    /// <summary>Where the calls go.</summary>
    public DialTarget Target { get; }

    /// <summary>How many connections were opened.</summary>
    public int ConnectionsOpened => _dialer.Opened;

    /// <summary>Makes one call.</summary>
    /// <param name="endpoint">The endpoint, for messages.</param>
    /// <param name="method">The call.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="token">The token to present; null: none.</param>
    /// <param name="timeout">The call's time.</param>
    /// <param name="cancellationToken">The caller's wish to stop.</param>
    /// <exception cref="ServerRejectedException">The server answered with an error.</exception>
    /// <exception cref="NoAnswerException">No usable answer came, for whatever reason.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async Task<TResponse> CallAsync<TResponse>(
        Endpoint endpoint, EtcdMethod<TResponse> method, IMessage request, string? token, TimeSpan timeout,
            CancellationToken cancellationToken)
        where TResponse : IMessage<TResponse>
    {
        var name = method.Name;
        cancellationToken.ThrowIfCancellationRequested();
        if (timeout <= TimeSpan.Zero)
        {
            throw new NoAnswerException(endpoint, name, NoAnswerKind.TimedOut, "no time was left for it", requestMayHaveRun: false,
                took: TimeSpan.Zero);
        }

        var call = new CallContext(endpoint, name, timeout, _time.GetTimestamp());
        using var timer = Timers.After(timeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        var attempt = Attempt.Current = new Attempt(timeout);
        try
        {
            var answer = await method.CallAsync(_invoker, request, Options(token, both.Token));
            return ServerStatus.IsOk(attempt.Response!) ? answer
                : throw Failure(call, attempt, new RpcException(Status.DefaultSuccess), timedOut: false);
        }
        catch (RpcException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (RpcException e)
        {
            throw Failure(call, attempt, e, timer.IsCancellationRequested);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw Failure(call, attempt, new RpcException(new Status(StatusCode.Internal, "", e)), timedOut: false);
        }
    }

    /// <summary>Makes one call whose answer is a stream.</summary>
    /// <param name="endpoint">The endpoint, for messages.</param>
    /// <param name="method">The call.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="token">The token to present; null: none.</param>
    /// <param name="silence">How long to wait for each message.</param>
    /// <param name="cancellationToken">The caller's wish to stop.</param>
    /// <exception cref="ClusterException">The stream did not come to its good end.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async IAsyncEnumerable<TResponse> StreamAsync<TResponse>(
        Endpoint endpoint, EtcdMethod<TResponse> method, IMessage request, string? token, TimeSpan silence,
        [EnumeratorCancellation] CancellationToken cancellationToken)
        where TResponse : IMessage<TResponse>
    {
        var call = new CallContext(endpoint, method.Name, silence, _time.GetTimestamp());
        using var timer = Timers.After(silence, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        using var channel = Channel(Math.Max(_options.MaxReceiveBytes, MaxStreamedMessageBytes));
        var attempt = Attempt.Current = new Attempt(Timers.Longest);
        using var stream = method.Stream(channel.CreateCallInvoker(), request, Options(token, both.Token));
        while (await NextAsync())
        {
            yield return method.Parse(stream.ResponseStream.Current);
            timer.CancelAfter(Timers.Clamp(silence));
        }

        async Task<bool> NextAsync()
        {
            try
            {
                return await stream.ResponseStream.MoveNext(both.Token)
                    || (ServerStatus.IsOk(attempt.Response!) ? false
                        : throw Failure(call, attempt, new RpcException(Status.DefaultSuccess), timedOut: false));
            }
            catch (RpcException) when (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException(cancellationToken);
            }
            catch (RpcException e)
            {
                throw Failure(call, attempt, e, timer.IsCancellationRequested);
            }
        }
    }

    /// <summary>Reads a page over HTTP/1.1 or 2 with the same address, trust and identity.</summary>
    /// <exception cref="HttpRequestException">There is no such page, or no way to it.</exception>
    public async Task<HttpResponseMessage> GetAsync(string path, Version version, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Target.BaseAddress, path))
        {
            Version = version,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        return await _http.SendAsync(request, cancellationToken);
    }

    /// <summary>Why there is no such page, in an operator's words.</summary>
    public string Explain(Exception e) => CallFailure.Explain(e, _dialer.Newest);

    /// <inheritdoc/>
    public void Dispose()
    {
        _channel.Dispose();
        _handler.Dispose();
        _http.Dispose();
    }

    // No service config, so no retries and no hedging; no compression either.
    private GrpcChannel Channel(int maxReceiveBytes) => GrpcChannel.ForAddress(Target.BaseAddress, new GrpcChannelOptions
    {
        HttpHandler = _handler,
        MaxReceiveMessageSize = maxReceiveBytes,
        MaxSendMessageSize = _options.MaxRequestBytes,
        CompressionProviders = [],
        DisableResolverServiceConfig = true,
    });

    // The deadline is ours: the library's knows no other clock than the system's.
    private static CallOptions Options(string? token, CancellationToken cancellationToken) => new(
        // etcd api/v3rpc/rpctypes/metadatafields.go, TokenFieldNameGRPC
        headers: token is null ? null : new Metadata { { "token", token } },
        cancellationToken: cancellationToken);

    private ClusterException Failure(CallContext call, Attempt attempt, RpcException e, bool timedOut)
    {
        var took = _time.GetElapsedTime(call.Started);
        return attempt.Response is { } response && ServerStatus.Read(response) is { StatusCode: not StatusCode.OK } status
            ? EtcdErrors.FromStatus(call.Endpoint, call.Name, status, took)
            : CallFailure.From(call, e, attempt, timedOut, _dialer.Newest, took);
    }
}

/// <summary>Which call it is, for messages.</summary>
/// <param name="Endpoint">The endpoint asked.</param>
/// <param name="Name">The call's name.</param>
/// <param name="Timeout">The call's time.</param>
/// <param name="Started">When it began, as the clock's timestamp.</param>
internal sealed record CallContext(Endpoint Endpoint, string Name, TimeSpan Timeout, long Started);
