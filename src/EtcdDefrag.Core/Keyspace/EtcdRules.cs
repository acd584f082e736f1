using System.Buffers.Binary;
using System.Text;
using EtcdDefrag.Core.Bolt;

namespace EtcdDefrag.Core.Keyspace;

/// <summary>etcd's own rules for what its database holds, beyond bbolt's, and what etcd's keys say.</summary>
/// <param name="file">The file; its findings are filled.</param>
public sealed class EtcdRules(BoltFile file)
{
    /// <summary>The bucket of all revisions.</summary>
    public const string KeyBucket = "key";

    private const string MetaBucket = "meta";

    // Without the first two, etcd has lost its data; the others it makes when it starts.
    private static readonly string[] Known =
        [KeyBucket, MetaBucket, "lease", "alarm", "auth", "authUsers", "authRoles", "cluster", "members", "members_removed"];

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
            file.Report(FindingIds.BucketUnknown, null, path, $"bucket {path} lies within another one: etcd has none such, and cannot defragment it");
        }
        else if (Known.Contains(path))
        {
            _seen.Add(path);
        }
        else
        {
            file.Findings.Add(new Finding(FindingIds.BucketUnknown, FindingSeverity.Warning, $"etcd has no bucket named {path}")
            {
                Bucket = path,
                Advice = "nothing to do when another tool or a newer etcd has made it: it is kept",
            });
        }
    }

    /// <summary>A key of the bucket that began last.</summary>
    public void Pair(ReadOnlySpan<byte> key, ValueBytes value, ulong page)
    {
        if (_bucket == KeyBucket)
        {
            Revision(key, value, page);
        }
        else if (_bucket == MetaBucket)
        {
            Meta(key, value);
        }
    }

    /// <summary>All buckets were told of.</summary>
    /// <returns>What etcd's keys say; null when there is no key bucket.</returns>
    public EtcdFacts? Finish()
    {
        foreach (var name in Known.Where(name => !_seen.Contains(name)))
        {
            var isNeeded = name is KeyBucket or MetaBucket;
            file.Findings.Add(new Finding(FindingIds.BucketMissing, isNeeded ? FindingSeverity.Error : FindingSeverity.Notice, $"there is no bucket named {name}")
            {
                Bucket = name,
                Advice = isNeeded ? Advice.Replace : "nothing to do: etcd makes it when it starts",
            });
        }

        if (_scheduled > _finished)
        {
            file.Findings.Add(new Finding(
                FindingIds.CompactionUnfinished, FindingSeverity.Notice, $"a compaction to revision {_scheduled} was begun and not finished: the last finished one was to {_finished}")
            {
                Bucket = MetaBucket,
                Advice = "nothing to do: etcd goes on with it when it starts",
            });
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
            // A page of another bucket has nothing else: once is enough.
            if (_strangePage != page)
            {
                _strangePage = page;
                file.Report(
                    FindingIds.RevisionKey, page, KeyBucket, $"page {page} has a key that is no revision, {key.Length} bytes: etcd does not start on it", KeyText.Of(key));
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

        if (!KeyValueView.TryRead(value, out var stored) || stored.Key.Length == 0)
        {
            file.Report(FindingIds.KeyValue, page, KeyBucket, $"page {page} has a value that is none of etcd's: revision {revision}, {value.Length} bytes", KeyText.Of(key));
        }
        else if (!revision.IsTombstone && stored.ModRevision != revision.Main)
        {
            file.Report(FindingIds.KeyValue, page, KeyBucket, $"page {page} has a value of revision {stored.ModRevision} under revision {revision}", KeyText.Of(key));
        }
        else if (!revision.IsTombstone && (stored.Version < 1 || stored.CreateRevision < 1 || stored.Version - 1 > stored.ModRevision - stored.CreateRevision))
        {
            file.Report(
                FindingIds.KeyValue,
                page,
                KeyBucket,
                $"page {page} has a value that cannot be: revision {revision}, version {stored.Version}, created at {stored.CreateRevision}",
                KeyText.Of(key));
        }
    }

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
