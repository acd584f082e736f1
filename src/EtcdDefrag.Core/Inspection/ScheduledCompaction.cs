using System.Diagnostics.CodeAnalysis;
using EtcdDefrag.Core.Bolt;
using EtcdDefrag.Core.Keyspace;

namespace EtcdDefrag.Core.Inspection;

/// <summary>Reads the revision that the last compaction goes to, ahead of the pass: its bucket comes behind that of the keys.</summary>
internal static class ScheduledCompaction
{
    /// <summary>The revision; 0: there is none, or it can't be read.</summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "It is disposed of below.")]
    public static long Read(IPageSource source, CancellationToken stop)
    {
        if (BoltFile.Open(source, new FindingList(0), null, stop) is not { } file)
        {
            return 0;
        }

        using var top = TreeCursor.OverTree(file, "", file.Meta.Root);
        while (top.MoveNext())
        {
            if (top.IsBucket && top.Key.SequenceEqual("meta"u8) && DatabaseWalk.TryOpen(file, top, "meta", out var meta))
            {
                using (meta)
                {
                    return Find(meta!);
                }
            }
        }

        return 0;
    }

    private static long Find(TreeCursor meta)
    {
        while (meta.MoveNext())
        {
            if (meta.Key.SequenceEqual("scheduledCompactRev"u8) && meta.Value is { IsInMemory: true } value
                && RevisionKey.TryRead(value.Piece(0), out var revision))
            {
                return revision.Main;
            }
        }

        return 0;
    }
}
