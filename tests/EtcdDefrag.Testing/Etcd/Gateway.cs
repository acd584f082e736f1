using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace EtcdDefrag.Testing.Etcd;

/// <summary>etcd's own JSON gateway (/v3/…) of one member: fast enough to fill a database, and no code of the tool's in it.</summary>
public sealed class Gateway : IDisposable
{
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(2);

    private readonly HttpClient _http;

    public Gateway(string url, EtcdTls? tls)
    {
        var handler = new SocketsHttpHandler { PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30), ConnectTimeout = TimeSpan.FromSeconds(5) };
        if (tls is not null)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
            handler.SslOptions.ClientCertificates = [X509Certificate2.CreateFromPemFile(tls.ClientCertificateFile, tls.ClientKeyFile)];
        }

        _http = new HttpClient(handler) { BaseAddress = new Uri(url), Timeout = TimeSpan.FromMinutes(2) };
    }

    /// <summary>Whether /health says so in time: within two seconds where no other limit is given.</summary>
    public async Task<bool> IsHealthyAsync(CancellationToken cancellationToken, TimeSpan? limit = null)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(limit ?? ProbeLimit);
        try
        {
            using var response = await _http.GetAsync(new Uri("/health", UriKind.Relative), limited.Token);
            var text = await response.Content.ReadAsStringAsync(limited.Token);
            return response.StatusCode == HttpStatusCode.OK && text.Contains("\"health\":\"true\"", StringComparison.Ordinal);
        }
        catch (Exception problem) when (problem is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    public async Task<GatewayStatus> StatusAsync(CancellationToken cancellationToken)
    {
        var answer = await CallAsync("maintenance/status", [], cancellationToken);
        return new GatewayStatus(
            Unsigned(answer["header"]?["member_id"]),
            Unsigned(answer["leader"]),
            Signed(answer["header"]?["revision"]),
            Unsigned(answer["raftTerm"]),
            Signed(answer["dbSize"]),
            Signed(answer["dbSizeInUse"]),
            answer["isLearner"]?.GetValue<bool>() ?? false);
    }

    /// <summary>Writes all these in one transaction: at most 128, and 1 MiB in all, are safe with etcd's defaults.</summary>
    public Task PutAsync(IEnumerable<(string Key, byte[] Value)> pairs, CancellationToken cancellationToken)
    {
        var puts = pairs.Select(pair => (JsonNode)new JsonObject
        {
            ["requestPut"] = new JsonObject { ["key"] = Encode(pair.Key), ["value"] = Convert.ToBase64String(pair.Value) },
        });
        return CallAsync("kv/txn", new JsonObject { ["success"] = new JsonArray([.. puts]) }, cancellationToken);
    }

    public Task PutAsync(string key, string value, CancellationToken cancellationToken) =>
        PutAsync([(key, Encoding.UTF8.GetBytes(value))], cancellationToken);

    /// <summary>The value of a key as this member's cluster has it now; null when there is none.</summary>
    public async Task<string?> GetAsync(string key, CancellationToken cancellationToken)
    {
        var answer = await CallAsync("kv/range", new JsonObject { ["key"] = Encode(key) }, cancellationToken);
        return answer["kvs"]?[0]?["value"] is { } value ? Encoding.UTF8.GetString(Convert.FromBase64String(value.GetValue<string>())) : null;
    }

    /// <summary>Deletes every key from the first (included) to the second (excluded).</summary>
    public Task DeleteAsync(string from, string to, CancellationToken cancellationToken) =>
        CallAsync("kv/deleterange", new JsonObject { ["key"] = Encode(from), ["range_end"] = Encode(to) }, cancellationToken);

    /// <summary>Compacts up to this revision; on this member it is done when the call returns, on the others some time later.</summary>
    public Task CompactAsync(long revision, CancellationToken cancellationToken) => CallAsync(
        "kv/compaction", new JsonObject { ["revision"] = revision.ToString(CultureInfo.InvariantCulture), ["physical"] = true }, cancellationToken);

    /// <summary>Any call of the gateway.</summary>
    /// <exception cref="HttpRequestException">etcd refused it; the message holds its answer.</exception>
    public async Task<JsonObject> CallAsync(string path, JsonObject request, CancellationToken cancellationToken)
    {
        using var response = await _http.PostAsJsonAsync(new Uri("/v3/" + path, UriKind.Relative), request, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.IsSuccessStatusCode
            ? JsonNode.Parse(text) as JsonObject ?? []
            : throw new HttpRequestException($"{path}: {(int)response.StatusCode} {text}", null, response.StatusCode);
    }

    /// <summary>Logs in; from then on all calls are made as this user.</summary>
    public async Task LoginAsync(string name, string password, CancellationToken cancellationToken)
    {
        var answer = await CallAsync("auth/authenticate", new JsonObject { ["name"] = name, ["password"] = password }, cancellationToken);
        _http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", answer["token"]!.GetValue<string>());
    }

    /// <summary>Begins to read a snapshot, and reads no more of it: as a backup whose target is slow. The database must be larger than all buffers on the way.</summary>
    /// <returns>The snapshot; disposing it ends it.</returns>
    public async Task<IDisposable> OpenSnapshotAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/v3/maintenance/snapshot", UriKind.Relative)) { Content = JsonContent.Create(new JsonObject()) };
        return (await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)).EnsureSuccessStatusCode();
    }

    /// <summary>How many snapshots of the member are being read, by its own count.</summary>
    public async Task<int> SnapshotsAsync(CancellationToken cancellationToken)
    {
        var lines = (await _http.GetStringAsync(new Uri("/metrics", UriKind.Relative), cancellationToken)).Split('\n').Where(line => line.Contains("\"Snapshot\"", StringComparison.Ordinal));
        double Sum(string name) => lines.Where(line => line.StartsWith(name, StringComparison.Ordinal)).Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
        return (int)(Sum("grpc_server_started_total") - Sum("grpc_server_handled_total"));
    }

    public void Dispose() => _http.Dispose();

    private static string Encode(string key) => Convert.ToBase64String(Encoding.UTF8.GetBytes(key));

    // 64-bit numbers are strings in this JSON, and absent when 0.
    private static ulong Unsigned(JsonNode? node) => node is null ? 0 : ulong.Parse(node.ToString(), CultureInfo.InvariantCulture);

    private static long Signed(JsonNode? node) => node is null ? 0 : long.Parse(node.ToString(), CultureInfo.InvariantCulture);
}
