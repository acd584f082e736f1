using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace EtcdDefrag.Core.Bolt;

/// <summary>Walks through all buckets of a file. What is damaged is noted and left out; the walk goes on behind it.</summary>
public static class DatabaseWalk
{
    /// <summary>How deep buckets may be nested. etcd nests none.</summary>
    public const int DeepestBucket = 4;

    private const int BucketHeader = 16;

    /// <summary>Walks through the file.</summary>
    /// <param name="file">The file; its map and findings are filled.</param>
    /// <param name="visitor">Is told of all that could be read.</param>
    /// <exception cref="OperationCanceledException">The pass was ended.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "The stack owns them.")]
    public static void Run(BoltFile file, IBucketVisitor visitor)
    {
        var open = new Stack<(TreeCursor Cursor, string Path)>();
        open.Push((TreeCursor.OverTree(file, "", file.Meta.Root), ""));
        try
        {
            while (open.TryPeek(out var bucket))
            {
                var (cursor, path) = bucket;
                if (!cursor.MoveNext())
                {
                    cursor.Dispose();
                    open.Pop();
                    if (open.Count > 0)
                    {
                        visitor.EndBucket();
                    }
                }
                else if (cursor.IsBucket)
                {
                    Enter(file, cursor, path, open, visitor);
                }
                else if (open.Count == 1)
                {
                    var text = $"key \"{KeyText.Of(cursor.Key)}\" at the top level is no bucket";
                    file.Report(FindingIds.BucketUnknown, cursor.Page, "", text);
                }
                else
                {
                    Visit(file, cursor, path, visitor);
                }
            }
        }
        finally
        {
            foreach (var (cursor, _) in open)
            {
                cursor.Dispose();
            }
        }
    }

    private static void Visit(BoltFile file, TreeCursor cursor, string path, IBucketVisitor visitor)
    {
        try
        {
            visitor.Pair(cursor.Key, cursor.Value, cursor.Page);
        }
        catch (PageReadException e)
        {
            file.Report(FindingIds.PageUnreadable, cursor.Page, path, e.Message, KeyText.Of(cursor.Key));
        }
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The stack owns it.")]
    private static void Enter(
        BoltFile file, TreeCursor parent, string around, Stack<(TreeCursor Cursor, string Path)> open, IBucketVisitor visitor)
    {
        var path = around.Length == 0 ? KeyText.Of(parent.Key) : $"{around}/{KeyText.Of(parent.Key)}";
        if (open.Count > DeepestBucket)
        {
            file.Report(FindingIds.PageBounds, parent.Page, path, $"buckets are nested deeper than {DeepestBucket}");
            return;
        }

        if (!TryOpen(file, parent, path, out var cursor))
        {
            return;
        }

        open.Push((cursor, path));
        visitor.BeginBucket(parent.Key, path, BinaryPrimitives.ReadUInt64LittleEndian(parent.Value.Piece(8)));
    }

    /// <summary>Opens the bucket that a cursor is at.</summary>
    /// <returns>False: it is damaged, which is noted.</returns>
    internal static bool TryOpen(BoltFile file, TreeCursor parent, string path, [NotNullWhen(true)] out TreeCursor? bucket)
    {
        // A bucket that is a page of its own is never longer than a quarter of a page.
        bucket = null;
        if (parent.Value is not { IsInMemory: true, Length: >= BucketHeader and <= MetaPage.LargestPage } value)
        {
            var text = $"a bucket takes {parent.Value.Length} bytes, where {BucketHeader} to {MetaPage.LargestPage} are right";
            file.Report(FindingIds.PageBounds, parent.Page, path, text);
            return false;
        }

        var bytes = value.Piece(0);
        var root = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        bucket = root == 0
            ? TreeCursor.OverInline(file, path, bytes[BucketHeader..], parent.Page)
            : TreeCursor.OverTree(file, path, root);
        return true;
    }
}
