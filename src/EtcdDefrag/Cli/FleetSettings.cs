using System.IO.Enumeration;
using EtcdDefrag.Core.Fleet;

namespace EtcdDefrag.Cli;

/// <summary>What <c>etcd-defrag fleet</c> is to do.</summary>
internal sealed class FleetSettings
{
    /// <summary>The inventory's file; <c>-</c>: standard input.</summary>
    public required string Path { get; init; }

    /// <summary>Only look (<c>--status</c>).</summary>
    public required bool OnlyStatus { get; init; }

    /// <summary>Patterns of names, one of which must fit; empty: every name does.</summary>
    public required IReadOnlyList<string> Select { get; init; }

    /// <summary>Labels, all of which a cluster must have.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Selector { get; init; }

    public required FleetLimits Limits { get; init; }

    /// <summary>The share of clusters that may be unreachable, 0..1.</summary>
    public required double MaxUnready { get; init; }

    /// <summary>A cluster that was left alone has an exit code.</summary>
    public required bool Strict { get; init; }

    /// <summary>The report of an earlier run; null: none.</summary>
    public required string? Resume { get; init; }

    /// <summary>Which shard of how many; null: all clusters are ours.</summary>
    public required (int Index, int Count)? Shard { get; init; }

    /// <summary>Only print the names.</summary>
    public required bool PrintShard { get; init; }

    /// <summary>Output, records and defaults, as of a single run.</summary>
    public required Settings Common { get; init; }

    /// <summary>The flags of the command line that hold for each cluster.</summary>
    public required IReadOnlyList<GivenFlag> FromCommandLine { get; init; }

    /// <summary>The same of the environment.</summary>
    public required IReadOnlyList<GivenFlag> FromEnvironment { get; init; }

    /// <summary>How many clusters are looked at side by side. Chosen: a look costs little, and beyond 64 two processors have enough to do.</summary>
    public int Looks => Math.Max(Limits.Parallel, Math.Min(Limits.Parallel * 4, 64));

    public bool Selects(InventoryEntry entry) => SelectsInSomeShard(entry) && (Shard is not { } shard || Shards.Of(entry.Name, shard.Count) == shard.Index);

    /// <summary>Whether a cluster is selected, whichever shard it belongs to.</summary>
    public bool SelectsInSomeShard(InventoryEntry entry) =>
        (Select.Count == 0 || Select.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, entry.Name, ignoreCase: false)))
        && Selector.All(pair => entry.Labels.Any(label => label.Key == pair.Key && label.Value == pair.Value));
}
