using System.Buffers.Binary;
using System.Text;
using EtcdDefrag.Core.Bolt;

namespace EtcdDefrag.Core.Keyspace;

/// <summary>etcd's own rules for what its database holds, beyond bbolt's, and what etcd's keys say.</summary>
/// <param name="file">The file; its findings are filled.</param>
/// <param name="visitor">Is told of all that is sound; null: nobody.</param>
public sealed class EtcdRules(BoltFile file, IEtcdVisitor? visitor = null)
{
    /// <summary>The bucket of all revisions.</summary>
    public const string KeyBucket = "key";

    private const string MetaBucket = "meta";

    // Without the first two, etcd has lost its data; it makes the others when it starts.
    private static readonly string[] Known =
        [KeyBucket, MetaBucket, "lease", "alarm", "auth", "authUsers", "authRoles", "cluster", "members", "members_removed"];

    /// <summary>Whether etcd has a bucket of this name.</summary>
    public static bool IsKnown(string bucket) => Known.Contains(bucket);

    private readonly HashSet<string> _seen = [];
    private readonly byte[] _text = new byte[32];
    private long _last;
    private long _revisions;
    private long _tombstones;
    private long _finished;
    private long _scheduled;
    private ulong _index;
    private ulong _term;
    private string? _storageVersion;
    private string _bucket = "";
    private ulong _strangePage;

    /// <summary>A bucket begins.</summary>
    /// <param name="path">Its name for people.</param>
    /// <param name="depth">1 at the top level.</param>
    public void BeginBucket(string path, int depth)
    {
        _bucket = path;
        if (depth > 1)
        {
            var text = $"bucket {path} lies within another one: etcd has no such bucket, and cannot defragment the file";
            file.Report(FindingIds.BucketUnknown, null, path, text);
        }
        else if (IsKnown(path))
        {
            _seen.Add(path);
        }
        else
        {
            const string Kept = "nothing to do if another tool or a newer etcd has made it: it is kept";
            Note(FindingIds.BucketUnknown, FindingSeverity.Warning, path, $"etcd has no bucket named {path}", Kept);
        }
    }

    /// <summary>A key of the bucket that began last.</summary>
    public void Pair(ReadOnlySpan<byte> key, ValueBytes value, ulong page)
    {
        if (_bucket == KeyBucket)
        {
            Revision(key, value, page);
        }
        else
        {
            if (_bucket == MetaBucket)
            {
                Meta(key, value);
            }

            visitor?.Pair(_bucket, key, value);
        }
    }

    /// <summary>All buckets were told of.</summary>
    /// <returns>What etcd's keys say; null when there is no key bucket.</returns>
    public EtcdFacts? Finish()
    {
        foreach (var name in Known.Where(name => !_seen.Contains(name)))
        {
            var (severity, advice) = name is KeyBucket or MetaBucket
                ? (FindingSeverity.Error, Advice.Replace)
                : (FindingSeverity.Notice, "nothing to do: etcd makes it when it starts");
            Note(FindingIds.BucketMissing, severity, name, $"there is no bucket named {name}", advice);
        }

        if (_scheduled > _finished)
        {
            var text = $"the compaction to revision {_scheduled} has not finished; the last finished one was to {_finished}";
            const string Resumed = "nothing to do: etcd goes on with it when it starts";
            Note(FindingIds.CompactionUnfinished, FindingSeverity.Notice, MetaBucket, text, Resumed);
        }

        return !_seen.Contains(KeyBucket) ? null : new EtcdFacts
        {
            Revision = Math.Max(Math.Max(_last, _finished), 1),
            CompactedRevision = _finished,
            ScheduledCompaction = _scheduled,
            Revisions = _revisions,
            Tombstones = _tombstones,
            ConsistentIndex = _index,
            Term = _term,
            StorageVersion = _storageVersion,
        };
    }

    private void Revision(ReadOnlySpan<byte> key, ValueBytes value, ulong page)
    {
        _revisions++;
        if (!RevisionKey.TryRead(key, out var revision))
        {
            // A page of another bucket has many such keys: one finding is enough.
            if (_strangePage != page)
            {
                _strangePage = page;
                var text = $"page {page} has a key of {key.Length} bytes that is no revision: etcd does not start on it";
                file.Report(FindingIds.RevisionKey, page, KeyBucket, text, KeyText.Of(key));
            }

            return;
        }

        _last = Math.Max(_last, revision.Main);
        _tombstones += revision.IsTombstone ? 1 : 0;
        if (value.Length == 0)
        {
            // What "snapshot restore --bump-revision" leaves, so that the revision is never used again.
            return;
        }

        if (!KeyValueView.TryRead(value, out var stored))
        {
            Refuse($"is not one of etcd's, {value.Length} bytes", key);
        }
        else if (ProblemOf(revision, in stored) is { } problem)
        {
            Refuse(problem, key);
        }
        else
        {
            visitor?.Revision(revision, value, in stored);
        }

        void Refuse(string problem, ReadOnlySpan<byte> key)
        {
            var text = $"page {page}: the value of revision {revision} {problem}";
            file.Report(FindingIds.KeyValue, page, KeyBucket, text, KeyText.Of(key));
        }
    }

    private static string? ProblemOf(RevisionKey revision, in KeyValueView stored)
    {
        if (stored.Key.Length == 0)
        {
            return "names no key";
        }

        if (revision.IsTombstone)
        {
            return null;
        }

        // A key is written at most once a revision.
        return stored.ModRevision != revision.Main ? $"says that it is of revision {stored.ModRevision}"
            : stored.Version < 1 || stored.CreateRevision < 1 || stored.Version - 1 > stored.ModRevision - stored.CreateRevision
                ? $"says that it is version {stored.Version} of a key created at revision {stored.CreateRevision}"
            : null;
    }

    private void Note(string id, FindingSeverity severity, string bucket, string text, string advice) =>
        file.Findings.Add(new Finding(id, severity, text) { Bucket = bucket, Advice = advice });

    private void Meta(ReadOnlySpan<byte> key, ValueBytes value)
    {
        if (value.Length > _text.Length)
        {
            return;
        }

        var bytes = value.Piece(0);
        if (key.SequenceEqual("consistent_index"u8) && bytes.Length == sizeof(ulong))
        {
            _index = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        }
        else if (key.SequenceEqual("term"u8) && bytes.Length == sizeof(ulong))
        {
            _term = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        }
        else if (key.SequenceEqual("storageVersion"u8))
        {
            _storageVersion = Encoding.ASCII.GetString(bytes);
        }
        else if (key.SequenceEqual("finishedCompactRev"u8) && RevisionKey.TryRead(bytes, out var finished))
        {
            _finished = finished.Main;
        }
        else if (key.SequenceEqual("scheduledCompactRev"u8) && RevisionKey.TryRead(bytes, out var scheduled))
        {
            _scheduled = scheduled.Main;
        }
    }
}
