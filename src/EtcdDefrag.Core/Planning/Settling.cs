using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Core.Planning;

/// <summary>Tells whether a member has freed what a compaction made free.</summary>
public static class Settling
{
    /// <summary>Pages that the same data may take more on one member than on another. Chosen: 32 pages of 4 KiB.</summary>
    private const long SlackBytes = 128 * 1024;

    /// <summary>Whether a member's size in use is near that of the member known to be done: at most 2 %
    /// (and a little) above it.</summary>
    public static bool IsClose(ByteSize inUse, ByteSize goal) => inUse.Bytes <= goal.Bytes + (goal.Bytes / 50) + SlackBytes;
}
