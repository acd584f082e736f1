using System.Buffers.Binary;

namespace EtcdDefrag.Core.Bolt;

/// <summary>Counts the pages in use from branch pages and the headers of leaf pages alone.</summary>
internal static class PageCounter
{
    /// <summary>Counts them; damage is noted in the file's findings.</summary>
    /// <param name="file">The file; its map is filled.</param>
    /// <param name="mayNest">Whether buckets may lie within buckets, so that all leaf pages have to be read.</param>
    /// <returns>How many pages are in use, meta pages included.</returns>
    public static long Count(BoltFile file, bool mayNest)
    {
        if (mayNest)
        {
            DatabaseWalk.Run(file, new Nothing());
            return file.Map.CountClaimed();
        }

        using var top = TreeCursor.OverTree(file, "", file.Meta.Root);
        while (top.MoveNext())
        {
            if (top.IsBucket && top.Value is { IsInMemory: true, Length: >= sizeof(ulong) } value
                && BinaryPrimitives.ReadUInt64LittleEndian(value.Piece(0)) is var root and not 0)
            {
                using var bucket = TreeCursor.OverHeaders(file, KeyText.Of(top.Key), root);
                _ = bucket.MoveNext();
            }
        }

        return file.Map.CountClaimed();
    }

    private sealed class Nothing : IBucketVisitor
    {
        public void BeginBucket(ReadOnlySpan<byte> name, string path, ulong sequence)
        {
        }

        public void Pair(ReadOnlySpan<byte> key, ValueBytes value, ulong page)
        {
        }

        public void EndBucket()
        {
        }
    }
}
