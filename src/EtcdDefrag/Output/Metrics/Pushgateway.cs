using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using EtcdDefrag.Cli;
using EtcdDefrag.Core.Text;
using EtcdDefrag.Etcd.Net;

namespace EtcdDefrag.Output.Metrics;

/// <summary>Sends metrics to a Pushgateway.</summary>
/// <remarks>Source: github.com/prometheus/pushgateway, README, "API".</remarks>
internal sealed class Pushgateway(
    PushgatewayUrl url, TimeSpan dialTimeout, TimeSpan timeout, TimeProvider time, Action<string>? debug)
{
    private const int ShownChars = 200;

    /// <summary>Where a cluster's metrics go; shows no credentials.</summary>
    public Uri AddressOf(string? clusterId) => new(url.Address, "metrics/job/etcd_defrag"
        + (clusterId is null ? "" : $"/{RunMetrics.ClusterLabel}/{clusterId}"));

    /// <summary>Where the metrics of a fleet go, or of one of its clusters.</summary>
    /// <param name="shard">The shard, for the fleet's own; null: there are none.</param>
    /// <param name="cluster">The cluster; null: the fleet's own.</param>
    public Uri AddressOfFleet(string? shard, string? cluster) => new(url.Address, cluster is null
        ? "metrics/job/etcd_defrag_fleet" + (shard is null ? "" : $"/shard/{shard}")
        : $"metrics/job/etcd_defrag/{FleetMetrics.ClusterLabel}/{Uri.EscapeDataString(cluster)}");

    /// <summary>Sends a page once.</summary>
    /// <param name="address">Where to.</param>
    /// <param name="page">The metrics.</param>
    /// <param name="replace">Whether what an earlier run has left under other names goes.</param>
    /// <param name="stop">The user's wish not to wait for it.</param>
    /// <returns>Null: it was taken; else why not, in words.</returns>
    public async Task<string?> PushAsync(Uri address, string page, bool replace, CancellationToken stop)
    {
        var started = time.GetTimestamp();
        var method = replace ? HttpMethod.Put : HttpMethod.Post;
        var result = await SendAsync(method, address, page, stop);
        debug?.Invoke($"debug: {method} {address}: {result.Shown}, took {GoDuration.Format(time.GetElapsedTime(started))}, at {time.GetLocalNow():HH:mm:ss.fff}");
        return result.Problem;
    }

    private async Task<(string Shown, string? Problem)> SendAsync(HttpMethod method, Uri address, string page,
        CancellationToken stop)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stop);
        var tls = new SystemTls(address.IdnHost);
        using var handler = new SocketsHttpHandler
        {
            ConnectTimeout = dialTimeout,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            SslOptions = tls.Options,
        };
        using var http = new HttpMessageInvoker(handler);
        using var request = new HttpRequestMessage(method, address)
        {
            Content =
            new ByteArrayContent(Encoding.UTF8.GetBytes(page))
        };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("text/plain; version=0.0.4; charset=utf-8");
        if (url.Credentials is { } credentials)
        {
            request.Headers.TryAddWithoutValidation("Authorization", credentials);
        }

        try
        {
            using var response = await http.SendAsync(request, either.Token);
            var status = string.Create(CultureInfo.InvariantCulture,
                $"{(int)response.StatusCode} {Printable.Of(response.ReasonPhrase ?? "")}");
            return (status, response.IsSuccessStatusCode ? null : await ExplainAsync(status, response, either.Token));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            var problem = Explain(e, deadline.IsCancellationRequested, stop.IsCancellationRequested, tls);
            return (problem, problem);
        }
    }

    private static async Task<string> ExplainAsync(
        string status, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var hint = response.StatusCode switch
        {
            HttpStatusCode.Unauthorized => "; give user and password in the URL, http://user:password@host:port",
            HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect => "; give the address that it redirects to",
            _ => "",
        };
        var buffer = new byte[ShownChars];
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        var text = Encoding.UTF8.GetString(buffer, 0, length).Split('\n')[0];
        var shown = Printable.Of(text.Trim());
        return $"it answered {status}{(shown.Length == 0 ? "" : ": " + shown)}{hint}";
    }

    private string Explain(Exception e, bool timeIsOver, bool stopped, SystemTls tls) => e switch
    {
        _ when stopped => "interrupted",
        _ when timeIsOver => $"no answer within {GoDuration.Format(timeout)} (--command-timeout)",
        OperationCanceledException => $"no connection within {GoDuration.Format(dialTimeout)} (--dial-timeout)",
        _ => tls.Explain(e),
    };
}
