using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Rules;

namespace EtcdDefrag.Core.Planning;

/// <summary>What a run is given.</summary>
public sealed record RunRequest
{
    /// <summary>What the user wants.</summary>
    public required DefragOptions Options { get; init; }

    /// <summary>The rule; null: every member is selected.</summary>
    public DefragRule? Rule { get; init; }

    /// <summary>The endpoints the user named, or that were discovered; at least one.</summary>
    public required IReadOnlyList<Endpoint> Endpoints { get; init; }

    /// <summary>Who we are, for the lock's value: a text that tells people which process holds it. Unique to the run.</summary>
    public string Owner { get; init; } = "etcd-defrag";
}
