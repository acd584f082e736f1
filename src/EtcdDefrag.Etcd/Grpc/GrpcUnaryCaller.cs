using System.Net;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Text;
using EtcdDefrag.Etcd.Net;
using Google.Protobuf;

namespace EtcdDefrag.Etcd.Grpc;

/// <summary>Unary calls to one target: one POST each, never repeated, over one connection for all of them.</summary>
internal sealed class GrpcUnaryCaller : IDisposable
{
    private readonly Uri _baseAddress;
    private readonly Dialer _dialer;
    private readonly HttpMessageInvoker _http;
    private readonly ConnectionOptions _options;
    private readonly TimeProvider _time;

    /// <summary>Makes the caller; connects at the first call.</summary>
    public GrpcUnaryCaller(DialTarget target, TlsMaterial tls, ConnectionOptions options, TimeProvider time)
    {
        Target = target;
        _baseAddress = target.BaseAddress;
        _options = options;
        _time = time;
        _dialer = new Dialer(target, tls, options.DialTimeout, time);
        _http = new HttpMessageInvoker(HttpHandlerFactory.Create(_dialer, options));
    }

    /// <summary>Where the calls go.</summary>
    public DialTarget Target { get; }

    /// <summary>How many connections were opened.</summary>
    public int ConnectionsOpened => _dialer.Opened;

    /// <summary>Makes one call.</summary>
    /// <exception cref="ServerRejectedException">The server answered with an error.</exception>
    /// <exception cref="NoAnswerException">No usable answer came, for whatever reason.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async Task<TResponse> CallAsync<TResponse>(
        Endpoint endpoint, GrpcMethod<TResponse> method, IMessage message, string? token, TimeSpan timeout, CancellationToken cancellationToken)
        where TResponse : IMessage<TResponse>
    {
        cancellationToken.ThrowIfCancellationRequested();
        var call = new CallContext(endpoint, method.Name, timeout, _time.GetTimestamp());
        if (timeout <= TimeSpan.Zero)
        {
            throw new NoAnswerException(endpoint, method.Name, NoAnswerKind.TimedOut, $"{method.Name} on {endpoint}: no time was left for it", requestMayHaveRun: false);
        }

        using var timer = Timers.After(timeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        using var request = new GrpcRequest(_baseAddress, method.Path, message, token, timeout);
        try
        {
            using var response = await _http.SendAsync(request, both.Token);
            return await ReadAsync(call, method, response, both.Token);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception e) when (e is not ClusterException)
        {
            throw CallFailure.From(call, e, request.Sent, timer.IsCancellationRequested, _dialer.Newest, _time.GetElapsedTime(call.Started));
        }
    }

    /// <summary>Reads a page over HTTP/1.1 or 2 with the same address, trust and identity.</summary>
    /// <exception cref="HttpRequestException">There is no such page, or no way to it.</exception>
    public async Task<HttpResponseMessage> GetAsync(string path, Version version, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_baseAddress, path))
        {
            Version = version,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.ConnectionClose = version.Major == 1 ? true : null; // it is asked once a run: no second connection stays behind
        return await _http.SendAsync(request, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<TResponse> ReadAsync<TResponse>(
        CallContext call, GrpcMethod<TResponse> method, HttpResponseMessage response, CancellationToken cancellationToken)
        where TResponse : IMessage<TResponse>
    {
        var early = StatusOf(response.Headers);
        if (early is { Code: not GrpcStatusCode.OK } refused)
        {
            throw EtcdErrors.FromStatus(call.Endpoint, call.Name, refused);
        }

        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw CallFailure.FromHttpStatus(call, response.StatusCode, _time.GetElapsedTime(call.Started));
        }

        var contentType = response.Content.Headers.TryGetValues("content-type", out var types) ? types.FirstOrDefault() : null;
        if (!GrpcStatusReader.IsGrpc(contentType))
        {
            var shown = contentType is null ? "no content type" : $"content type \"{Printable.Of(contentType)}\"";
            throw CallFailure.Protocol(call, $"it answered with {shown}, which is not gRPC: this is not etcd's client port", _time.GetElapsedTime(call.Started));
        }

        var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var (frame, broken) = await TryReadFrameAsync(body, cancellationToken);
        var status = early ?? StatusOf(response.TrailingHeaders);
        if (status is { Code: not GrpcStatusCode.OK } failed)
        {
            throw EtcdErrors.FromStatus(call.Endpoint, call.Name, failed); // the status explains a missing or half message
        }

        var problem = broken ?? (status is null ? "ended without a status" : frame is null ? "says OK but holds no message" : null);
        if (problem is not null)
        {
            throw CallFailure.Protocol(call, "the answer " + problem, _time.GetElapsedTime(call.Started));
        }

        return method.Parser.ParseFrom(frame!.Value.Span);
    }

    private async ValueTask<(ReadOnlyMemory<byte>? Frame, string? Broken)> TryReadFrameAsync(Stream body, CancellationToken cancellationToken)
    {
        try
        {
            return (await GrpcFrame.ReadAsync(body, _options.MaxReceiveBytes, cancellationToken), null);
        }
        catch (GrpcFrameException e)
        {
            return (null, e.Message);
        }
    }

    private static GrpcStatus? StatusOf(System.Net.Http.Headers.HttpResponseHeaders headers) =>
        GrpcStatusReader.Read(First(headers, "grpc-status"), First(headers, "grpc-message"));

    private static string? First(System.Net.Http.Headers.HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}

/// <summary>Which call it is, for messages.</summary>
/// <param name="Endpoint">The endpoint asked.</param>
/// <param name="Name">The call's name.</param>
/// <param name="Timeout">The call's time.</param>
/// <param name="Started">When it began, as the clock's timestamp.</param>
internal sealed record CallContext(Endpoint Endpoint, string Name, TimeSpan Timeout, long Started);
