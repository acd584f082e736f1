using System.Text;
using EtcdDefrag.Core.Bolt;
using EtcdDefrag.Core.Inspection;
using EtcdDefrag.Core.Tests.Bolt;

namespace EtcdDefrag.Core.Tests.Inspection;

/// <summary>A made-up life of an etcd: what its file holds, and the same counted in memory.</summary>
internal sealed class History
{
    private readonly SortedDictionary<byte[], (string Key, byte[] Message, int ValueLength)> _file =
        new(Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)));

    private readonly Dictionary<string, (long Created, long Version)> _alive = [];
    private readonly Dictionary<string, byte[]> _last = [];
    private long _revision = 1;
    private int _sub;
    private long _compacted;

    public long Revision => _revision;

    public IReadOnlyCollection<string> Keys => _last.Keys;

    public IReadOnlyCollection<string> LiveKeys => _alive.Keys;

    /// <summary>A transaction with several changes.</summary>
    public void Transact(Action changes)
    {
        _revision++;
        _sub = 0;
        changes();
    }

    public void Put(string key, int valueLength, long lease = 0)
    {
        var (created, version) = _alive.TryGetValue(key, out var known) ? (known.Created, known.Version + 1) : (_revision, 1);
        _alive[key] = (created, version);
        Write(key, false, SampleDatabase.KeyValue(key, _revision, new byte[valueLength], version, created, lease), valueLength);
    }

    /// <summary>Deletes a key, where it is there: also what the end of a lease does.</summary>
    public void Delete(string key)
    {
        if (_alive.Remove(key))
        {
            Write(key, true, SampleDatabase.KeyValue(key, 0, []), 0);
        }
    }

    /// <summary>Compacts up to a revision; with a limit, only so many revisions are removed: it is under way.</summary>
    public void Compact(long revision, int limit = int.MaxValue)
    {
        _compacted = revision;
        foreach (var (stored, change) in _file.ToArray())
        {
            var isLastUpTo = !_file.Any(other => other.Value.Key == change.Key && MainOf(other.Key) <= revision
                && other.Key.AsSpan().SequenceCompareTo(stored) > 0);
            if (MainOf(stored) <= revision && (!isLastUpTo || stored.Length == 18) && limit-- > 0)
            {
                _file.Remove(stored);
            }
        }

        IsFinished = limit > 0;
    }

    public bool IsFinished { get; private set; } = true;

    /// <summary>The database file.</summary>
    public byte[] ToFile(int pageSize = 4096) => SampleDatabase.Of(pageSize, loader =>
    {
        foreach (var bucket in (string[])["alarm", "auth", "authRoles", "authUsers", "cluster", "key", "lease", "members", "members_removed", "meta"])
        {
            loader.BeginBucket(Encoding.UTF8.GetBytes(bucket), 0);
            foreach (var (stored, change) in bucket == "key" ? _file : [])
            {
                loader.Add(stored, new ValueBytes(change.Message));
            }

            if (bucket == "meta" && _compacted > 0)
            {
                loader.Add("finishedCompactRev"u8, new ValueBytes(SampleDatabase.Revision(IsFinished ? _compacted : _compacted - 1, 0)));
                loader.Add("scheduledCompactRev"u8, new ValueBytes(SampleDatabase.Revision(_compacted, 0)));
            }

            loader.EndBucket();
        }
    });

    /// <summary>The counts, taken without any of the code under test.</summary>
    public KeyCounts Count(Func<string, bool> isIn)
    {
        var live = _file.Where(change => IsLive(change.Key, change.Value.Key)).ToArray();
        var all = _file.Where(change => isIn(change.Value.Key)).ToArray();
        var own = live.Where(change => isIn(change.Value.Key)).ToArray();
        var bytes = all.Sum(change => (long)change.Key.Length + change.Value.Message.Length);
        var liveBytes = own.Sum(change => (long)change.Key.Length + change.Value.Message.Length);
        return new KeyCounts
        {
            LiveKeys = own.Length,
            LiveBytes = liveBytes,
            OldRevisions = all.Length - own.Length,
            OldBytes = bytes - liveBytes,
            Tombstones = all.Count(change => change.Key.Length == 18),
            LargestValue = all.Select(change => (long)change.Value.ValueLength).DefaultIfEmpty().Max(),
        };
    }

    /// <summary>How many revisions of each key the file has.</summary>
    public Dictionary<string, int> RevisionsByKey => _file.GroupBy(change => change.Value.Key).ToDictionary(key => key.Key, key => key.Count());

    /// <summary>The largest value of each key.</summary>
    public Dictionary<string, int> LargestByKey => _file.Where(change => change.Key.Length == 17).GroupBy(change => change.Value.Key)
        .ToDictionary(key => key.Key, key => key.Max(change => change.Value.ValueLength));

    /// <summary>etcd's HashKV by its definition.</summary>
    public uint HashKv()
    {
        var keep = _file.Where(change => IsLive(change.Key, change.Value.Key)).Select(change => change.Key).ToHashSet();
        var hash = default(Crc32C);
        hash.Add("key"u8);
        foreach (var (stored, change) in _file.Where(change => MainOf(change.Key) > _compacted || keep.Count == 0 || keep.Contains(change.Key)))
        {
            hash.Add(stored);
            hash.Add(change.Message);
        }

        return hash.Value;
    }

    private static long MainOf(byte[] stored) => System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(stored);

    private bool IsLive(byte[] stored, string key) => stored.Length == 17 && _last[key].AsSpan().SequenceEqual(stored);

    private void Write(string key, bool isTombstone, byte[] message, int valueLength)
    {
        var stored = SampleDatabase.Revision(_revision, _sub++, isTombstone);
        _file.Add(stored, (key, message, valueLength));
        _last[key] = stored;
    }
}
