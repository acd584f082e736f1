using System.Globalization;
using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Processes;

namespace EtcdDefrag.Integration.Tests.Records;

/// <summary>A real Pushgateway on 127.0.0.1, and what it would tell Prometheus.</summary>
internal sealed class RealGateway : IDisposable
{
    private readonly RunningProcess _process;

    private RealGateway(RunningProcess process, string address) => (_process, Address) = (process, address);

    /// <summary>Host and port.</summary>
    public string Address { get; }

    /// <param name="arguments">Further arguments, e.g. for TLS and users.</param>
    public static async Task<RealGateway> StartAsync(params string[] arguments)
    {
        for (var attempt = 1; ; attempt++)
        {
            var address = $"127.0.0.1:{FreePort.Next()}";
            var process = await RunningProcess.StartAsync(
                OtherTools.Path("prometheus-pushgateway"), [$"--web.listen-address={address}", .. arguments], new Dictionary<string, string>());
            try
            {
                await process.WaitForLineAsync("TLS is ", Scene.Stop); // said once it listens
                return new RealGateway(process, address);
            }
            catch (InvalidOperationException) when (attempt < 3)
            {
                process.Dispose(); // the port was taken in between
            }
        }
    }

    /// <summary>The samples of the tool's metrics, by name and labels; without TLS and users only.</summary>
    public async Task<IReadOnlyDictionary<string, double>> SamplesAsync()
    {
        using var http = new HttpClient();
        return Parse(await http.GetStringAsync(new Uri($"http://{Address}/metrics"), Scene.Stop));
    }

    /// <summary>The samples of a page.</summary>
    public static IReadOnlyDictionary<string, double> Parse(string page) => page.Split('\n')
        .Where(line => line.StartsWith("etcd_defrag_", StringComparison.Ordinal))
        .ToDictionary(line => line[..line.LastIndexOf(' ')], line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));

    public void Dispose() => _process.Dispose();
}
