namespace EtcdDefrag.Core.Bolt;

/// <summary>
/// Goes through one bucket's tree in the order of keys. Trusts no byte of the file: what is damaged is noted and left out.
/// The memory it takes does not depend on the file.
/// </summary>
public sealed partial class TreeCursor : IDisposable
{
    /// <summary>How many levels a tree may have. A sound one of 32 levels has at least 4 billion leaf pages.</summary>
    public const int Deepest = 32;

    // bbolt splits a page of more than four keys at the page size, and no key is longer than 32 KiB.
    private const long LargestBranch = 256 * 1024;

    private readonly BoltFile _file;
    private readonly string _bucket;
    private readonly BlockReader _reader;
    private readonly Stack<BranchInHand> _branches = new();
    private ulong? _root;
    private bool _headersOnly;
    private LeafInHand _leaf;
    private int _index = -1;

    private TreeCursor(BoltFile file, string bucket)
    {
        _file = file;
        _bucket = bucket;
        _reader = new BlockReader(file);
    }

    /// <summary>A cursor before the first key of a tree.</summary>
    /// <param name="file">The file; its map and findings are filled.</param>
    /// <param name="bucket">The bucket's name for people.</param>
    /// <param name="root">The page on top of the tree.</param>
    public static TreeCursor OverTree(BoltFile file, string bucket, ulong root) => new(file, bucket) { _root = root };

    /// <summary>A cursor that reaches every page of a tree and gives no key: of leaf pages it reads the headers alone.</summary>
    internal static TreeCursor OverHeaders(BoltFile file, string bucket, ulong root) =>
        new(file, bucket) { _root = root, _headersOnly = true };

    /// <summary>A cursor before the first key of a bucket that lies within a value of its parent.</summary>
    /// <param name="file">The file; its findings are filled.</param>
    /// <param name="bucket">The bucket's name for people.</param>
    /// <param name="page">The bucket: one leaf page, header included. It is copied.</param>
    /// <param name="parent">The page that the value lies in.</param>
    public static TreeCursor OverInline(BoltFile file, string bucket, ReadOnlySpan<byte> page, ulong parent)
    {
        var cursor = new TreeCursor(file, bucket) { Page = parent };
        var copy = new ArraySegment<byte>(cursor._reader.TakeScratch(), 0, page.Length);
        page.CopyTo(copy);
        var header = page.Length < PageHeader.Size ? default : PageHeader.Read(page);
        var fault = header.Kind == PageKind.Leaf
            ? LeafView.Check(copy, header.Count, out _)
            : new PageFault(FindingIds.PageKind, "is no leaf page");
        for (var i = 0; fault is null && i < header.Count; i++)
        {
            var isBucket = new LeafView(copy, header.Count).IsBucket(i);
            fault = isBucket ? new PageFault(FindingIds.PageKind, "has a bucket in it") : null;
        }

        if (fault is null)
        {
            cursor._leaf = new LeafInHand(copy, header.Count);
        }
        else
        {
            file.Report(fault.Id, parent, bucket, $"the bucket within page {parent} {fault.Text}");
        }

        return cursor;
    }

    /// <summary>The leaf page in hand.</summary>
    public ulong Page { get; private set; }

    /// <summary>The key in hand; good until the next one.</summary>
    public ReadOnlySpan<byte> Key => _leaf.Key(_index);

    /// <summary>Its value; good until the next one.</summary>
    public ValueBytes Value => _leaf.Value(_index);

    /// <summary>Whether the value is a bucket.</summary>
    public bool IsBucket => _leaf.IsBucket(_index);

    /// <summary>Goes on to the next key.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="OperationCanceledException">The pass was ended.</exception>
    public bool MoveNext()
    {
        while (++_index >= _leaf.Count)
        {
            _index = -1;
            if (!NextLeaf())
            {
                return false;
            }
        }

        return true;
    }
}
