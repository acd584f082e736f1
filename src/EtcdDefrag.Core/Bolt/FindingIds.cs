namespace EtcdDefrag.Core.Bolt;

/// <summary>The kinds of findings. The names are part of the output and do not change.</summary>
public static class FindingIds
{
    /// <summary>A meta page is torn: wrong magic number, version, checksum or page size.</summary>
    public const string MetaInvalid = "meta-invalid";

    /// <summary>Pages lie beyond the end of the file.</summary>
    public const string FileShort = "file-short";

    /// <summary>The disk reports an error for a page.</summary>
    public const string PageUnreadable = "page-unreadable";

    /// <summary>A page says that it is another page.</summary>
    public const string PageId = "page-id";

    /// <summary>A page is of no kind, of several, or of another kind than its place asks for.</summary>
    public const string PageKind = "page-kind";

    /// <summary>A page's elements, or its overflow, lie outside of it, or the tree is too deep.</summary>
    public const string PageBounds = "page-bounds";

    /// <summary>A page is reached twice.</summary>
    public const string PageTwice = "page-twice";

    /// <summary>A page is in use and in the freelist.</summary>
    public const string PageFreeInUse = "page-free-in-use";

    /// <summary>A page is neither in use nor in the freelist.</summary>
    public const string PageLost = "page-lost";

    /// <summary>The list of free pages is damaged.</summary>
    public const string Freelist = "freelist";

    /// <summary>Keys are not in ascending order.</summary>
    public const string KeyOrder = "key-order";

    /// <summary>A key is empty, or longer than any that bbolt writes.</summary>
    public const string KeyEmpty = "key-empty";

    /// <summary>A key lies outside of the range that the branch page above leaves to its page.</summary>
    public const string KeyOutsideParent = "key-outside-parent";

    /// <summary>A branch page's key is not the first key of the page below.</summary>
    public const string BranchKey = "branch-key";

    /// <summary>A branch page has fewer than two children: etcd would end at the first deletion there.</summary>
    public const string OneChild = "one-child";

    /// <summary>One of etcd's buckets is not there.</summary>
    public const string BucketMissing = "bucket-missing";

    /// <summary>A bucket that etcd does not know.</summary>
    public const string BucketUnknown = "bucket-unknown";

    /// <summary>A key of the key bucket is no revision.</summary>
    public const string RevisionKey = "revision-key";

    /// <summary>A value of the key bucket is not what etcd writes.</summary>
    public const string KeyValue = "key-value";

    /// <summary>A compaction was begun and not finished: etcd goes on with it when it starts.</summary>
    public const string CompactionUnfinished = "compaction-unfinished";

    /// <summary>The newest raft snapshot is beyond the database: etcd will not start.</summary>
    public const string BehindSnapshot = "behind-snapshot";

    /// <summary>Temporary files that an earlier run left.</summary>
    public const string Leftovers = "leftovers";

    /// <summary>The snapshot's hash is wrong or missing.</summary>
    public const string SnapshotHash = "snapshot-hash";
}
