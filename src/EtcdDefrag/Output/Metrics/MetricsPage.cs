using System.Globalization;
using System.Text;

namespace EtcdDefrag.Output.Metrics;

/// <summary>Metrics in Prometheus' text format, by metric: all samples of one must stand in a row.</summary>
internal sealed class MetricsPage
{
    private readonly OrderedDictionary<Metric, StringBuilder> _samples = [];

    /// <summary>Labels of every sample.</summary>
    public (string Name, string Value)[] Always { get; set; } = [];

    /// <summary>The cluster of the samples; null: they don't say.</summary>
    public string? ClusterId { get; set; }

    public void Add(Metric metric, double value, params string[] labels) => AddFor(ClusterId, metric, value, labels);

    public void AddFor(string? cluster, Metric metric, double value, params string[] labels)
    {
        if (!_samples.TryGetValue(metric, out var text))
        {
            text = new StringBuilder().Append(CultureInfo.InvariantCulture,
                $"# HELP {metric.Name} {metric.Help}\n# TYPE {metric.Name} gauge\n");
            _samples.Add(metric, text);
        }

        var pairs = metric.Labels.Zip(labels, Pair);
        pairs = Always.Select(label => Pair(label.Name, label.Value)).Concat(cluster is null ? pairs
            : pairs.Prepend(Pair(RunMetrics.ClusterLabel, cluster)));
        var all = string.Join(',', pairs);
        text.Append(metric.Name).Append(all.Length == 0 ? "" : $"{{{all}}}").Append(CultureInfo.InvariantCulture, $" {value}\n");
    }

    public override string ToString() => string.Concat(_samples.Values);

    /// <summary>A label with its value.</summary>
    internal static string Pair(string name, string value) =>
        $"{name}=\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\"";
}
