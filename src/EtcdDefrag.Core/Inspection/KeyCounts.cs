namespace EtcdDefrag.Core.Inspection;

/// <summary>What a set of keys takes. Bytes are revision, key and value as etcd stores them.</summary>
public record struct KeyCounts
{
    /// <summary>Keys that exist at the current revision.</summary>
    public long LiveKeys { get; set; }

    /// <summary>Bytes of their last revisions.</summary>
    public long LiveBytes { get; set; }

    /// <summary>All other revisions, deletions among them: a compaction to the current revision frees them.</summary>
    public long OldRevisions { get; set; }

    /// <summary>Their bytes.</summary>
    public long OldBytes { get; set; }

    /// <summary>How many of the old revisions are deletions.</summary>
    public long Tombstones { get; set; }

    /// <summary>Bytes of the largest value, live or old.</summary>
    public long LargestValue { get; set; }

    /// <summary>Live and old bytes.</summary>
    public readonly long Bytes => LiveBytes + OldBytes;

    /// <summary>Adds those of other keys.</summary>
    public void Add(in KeyCounts other)
    {
        LiveKeys += other.LiveKeys;
        LiveBytes += other.LiveBytes;
        OldRevisions += other.OldRevisions;
        OldBytes += other.OldBytes;
        Tombstones += other.Tombstones;
        LargestValue = Math.Max(LargestValue, other.LargestValue);
    }

    /// <summary>A key was written; a deletion is old at once.</summary>
    internal void Write(bool isTombstone, long size, long valueLength)
    {
        if (isTombstone)
        {
            Tombstones++;
            OldRevisions++;
            OldBytes += size;
            return;
        }

        LiveKeys++;
        LiveBytes += size;
        LargestValue = Math.Max(LargestValue, valueLength);
    }

    /// <summary>A later revision has come: what was live is old.</summary>
    internal void Supersede(long size)
    {
        LiveKeys--;
        LiveBytes -= size;
        OldRevisions++;
        OldBytes += size;
    }
}
