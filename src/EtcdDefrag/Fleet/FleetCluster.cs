using EtcdDefrag.Cli;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Fleet;

namespace EtcdDefrag.Fleet;

/// <summary>A cluster of the run, and what became of it so far.</summary>
internal sealed class FleetCluster(InventoryEntry entry)
{
    public InventoryEntry Entry => entry;

    public string Name => entry.Name;

    /// <summary>What the look found; null: it was not looked at.</summary>
    public ClusterLook? Look { get; set; }

    public ClusterOutcome Outcome { get; set; } = ClusterOutcome.NotStarted;

    /// <summary>Why it was left alone, or what failed; null when all went well.</summary>
    public string? Message { get; set; }

    /// <summary>The cluster's id; null while it is not known.</summary>
    public ClusterId? ClusterId { get; set; }

    /// <summary>What its own run left; null: it had none.</summary>
    public RunReport? Report { get; set; }

    /// <summary>The exit code of its own run; null: it had none.</summary>
    public ExitCode? RunCode { get; set; }

    /// <summary>The report of its run, as JSON; null: it had none.</summary>
    public byte[]? RunJson { get; set; }

    /// <summary>What the look saw, as JSON; null where nobody wants it.</summary>
    public byte[]? StatusJson { get; set; }

    /// <summary>Whether an earlier run did it.</summary>
    public bool Resumed { get; init; }

    public long ReclaimedBytes { get; set; }

    public TimeSpan? Took { get; set; }

    /// <summary>The exit code that a run on this cluster alone would have had.</summary>
    public ExitCode Code => RunCode ?? Outcome switch
    {
        ClusterOutcome.Unreachable => ExitCode.NoAccess,
        ClusterOutcome.Refused => ExitCode.Refused,
        _ => ExitCode.Ok,
    };

    /// <summary>The look decides where there is no run.</summary>
    public void Seen(ClusterLook look) => (Look, ClusterId, Outcome, Message) = (look, look.ClusterId, look.Outcome, look.Message);
}
