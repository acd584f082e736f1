namespace EtcdDefrag.Cli;

/// <summary>The ids that <c>--skip-check</c> takes.</summary>
internal static class CheckIds
{
    public static readonly string[] All =
    [
        "same-cluster",
        "members-started",
        "members-reachable",
        "quorum-read",
        "one-leader",
        "no-corrupt-alarm",
        "raft-in-sync",
        "server-version",
        "no-downgrade",
        "survives-one-loss",
        "no-snapshot-running",
    ];
}
