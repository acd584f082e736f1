using System.Text.RegularExpressions;
using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Etcd;

namespace EtcdDefrag.Deploy.Tests.Metrics;

/// <summary>Which metrics there are, and which a text in PromQL uses.</summary>
internal static partial class MetricNames
{
    private static readonly string Page = File.ReadAllText(Repo.Path("docs", "output.md"));

    /// <summary>Ours, as the documentation lists them; a test of the command line compares that list with the code.</summary>
    public static IReadOnlyList<string> Ours { get; } =
    [
        .. Documented().Matches(Page).Select(match => match.Groups[1].Value),
        .. OfInspect().Matches(File.ReadAllText(Repo.Path("docs", "inspect.md"))).Select(match => match.Groups[1].Value),
    ];

    /// <summary>The words that the documentation gives for the labels.</summary>
    public static IReadOnlyList<string> Words { get; } =
        [.. Quoted().Matches(Page[Page.IndexOf("Label values:", StringComparison.Ordinal)..]).Select(match => match.Groups[1].Value)];

    /// <summary>kube-state-metrics' (docs/metrics/workload): of those that we use, all are called stable there.</summary>
    public static IReadOnlyList<string> OfKubernetes { get; } =
        ["kube_cronjob_created", "kube_cronjob_spec_suspend", "kube_cronjob_status_last_successful_time", "kube_job_status_failed", "kube_job_status_start_time"];

    public static IEnumerable<string> UsedIn(string text) => Used().Matches(text).Select(match => match.Value).Distinct();

    /// <summary>The values that a label is compared with, alternatives apart; Grafana's variables aside.</summary>
    public static IEnumerable<string> WordsUsedIn(string text) =>
        Compared().Matches(text).SelectMany(match => match.Groups[1].Value.Split('|')).Distinct();

    /// <summary>What a real member of this version exposes.</summary>
    public static async Task<IReadOnlyList<string>> OfEtcdAsync(EtcdVersion version)
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = await EtcdCluster.StartAsync(version, stop, new ClusterOptions { Members = 1 });
        using var client = new HttpClient();
        var text = await client.GetStringAsync(new Uri(cluster.Members[0].ClientUrl + "/metrics"), stop);
        return [.. Exposed().Matches(text).Select(match => match.Groups[1].Value)];
    }

    [GeneratedRegex(@"^\* `(etcd_defrag_\w+)`", RegexOptions.Multiline)]
    private static partial Regex Documented();

    [GeneratedRegex(@"`(etcd_defrag_inspect_\w+)`")]
    private static partial Regex OfInspect();

    [GeneratedRegex("`([a-z_]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\b(etcd|kube)_\w+")]
    private static partial Regex Used();

    [GeneratedRegex("""(?:outcome|reason|check)=~?\\?"([^"$\\]+)\\?"?""")]
    private static partial Regex Compared();

    [GeneratedRegex(@"^# TYPE (\w+)", RegexOptions.Multiline)]
    private static partial Regex Exposed();
}
