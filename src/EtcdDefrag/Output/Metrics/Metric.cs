namespace EtcdDefrag.Output.Metrics;

/// <summary>A gauge: what a run tells a dashboard under this name.</summary>
/// <param name="Name">With its unit at the end.</param>
/// <param name="Help">What it means, one line.</param>
/// <param name="Labels">Its own labels, beside <see cref="RunMetrics.ClusterLabel"/>.</param>
internal sealed record Metric(string Name, string Help, params string[] Labels);
