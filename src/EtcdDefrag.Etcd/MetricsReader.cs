using System.Net;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Etcd.Grpc;
using EtcdDefrag.Etcd.Net;

namespace EtcdDefrag.Etcd;

/// <summary>Reads a member's metrics page with the trust and identity of the calls.</summary>
internal sealed class MetricsReader(
    GrpcCaller caller, Endpoint endpoint, string path, TimeProvider time, Action<CallTrace>? observer)
{
    private readonly string _call = $"GET {path}";

    private static readonly Version[] OverTls = [HttpVersion.Version20, HttpVersion.Version11];
    private static readonly Version[] Plain = [HttpVersion.Version11];

    /// <summary>Reads the page once.</summary>
    /// <returns>What it says; null where there is no such page.</returns>
    /// <exception cref="NoAnswerException">The page could not be read.</exception>
    public async Task<MemberMetrics?> ReadAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var timer = Timers.After(timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);

        // Over TLS etcd serves the page on the connection that is open already; without, HTTP/2 leads to
        // gRPC alone (embed/serve.go, cmux).
        var started = time.GetTimestamp();
        MemberMetrics? incomplete = null;
        var answered = false;
        string? problem = null;
        foreach (var version in caller.Target.Tls ? OverTls : Plain)
        {
            var (metrics, why) = await ReadAsync(version, both.Token);
            cancellationToken.ThrowIfCancellationRequested();
            if (metrics?.Quota is not null)
            {
                return metrics;
            }

            incomplete ??= metrics;
            answered |= why is null;
            problem = why;
        }

        return answered ? incomplete : throw new NoAnswerException(
            endpoint, _call, NoAnswerKind.ConnectionLost, timer.IsCancellationRequested ? "no answer in that time" : problem!,
            requestMayHaveRun: false, took: time.GetElapsedTime(started));
    }

    private async Task<(MemberMetrics? Metrics, string? Problem)> ReadAsync(Version version, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var result = "no answer";
        try
        {
            using var response = await caller.GetAsync(path, version, cancellationToken);
            result = response.StatusCode.ToString();
            return response.StatusCode == HttpStatusCode.OK
                ? (await MetricsPage.ReadAsync(await response.Content.ReadAsStreamAsync(cancellationToken), cancellationToken),
                    null)
                : (null, null); // closed to us, elsewhere, or no etcd's at all
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            return (null, caller.Explain(e));
        }
        finally
        {
            observer?.Invoke(new CallTrace(endpoint, $"{_call} (HTTP/{version})", time.GetElapsedTime(started), result,
                caller.ConnectionsOpened));
        }
    }
}
