using EtcdDefrag.Core.Bolt;
using EtcdDefrag.Core.Keyspace;
using EtcdDefrag.Core.Offline;

namespace EtcdDefrag.Core.Inspection;

/// <summary>Says what fills a database, in one pass over the file; etcd's HashKV takes a second one.</summary>
public static class Inspector
{
    /// <summary>Reads every page and every key. Damage is told, not thrown.</summary>
    /// <param name="source">The file; of a snapshot, without the SHA-256 at its end or with it.</param>
    /// <param name="check">How it is read.</param>
    /// <param name="options">What is looked at.</param>
    /// <param name="progress">Told every few MiB, from the calling thread; null: nobody.</param>
    /// <param name="stop">Ends the pass.</param>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was asked for.</exception>
    public static DatabaseInspection Run(
        IPageSource source,
        CheckOptions check,
        InspectOptions options,
        Action<ReadProgress>? progress = null,
        CancellationToken stop = default)
    {
        var scheduled = ScheduledCompaction.Read(source, stop);
        var contents = new Contents(new KeyspaceCount(options, scheduled));
        var pageSize = MetaPages.Choose(source, new FindingList(0))?.PageSize ?? MetaPage.SmallestPage;
        var online = new OnlineRewrite(pageSize);
        var (found, pages) = DatabaseReader.Run(source, check, new Nowhere(), progress, stop, contents, check.AnyBbolt ? null : online);
        var result = new DatabaseInspection(found)
        {
            AfterOffline = found.IsSound ? pages * pageSize : null,
            AfterOnline = found.IsSound && !check.AnyBbolt ? online.Finish() : null,
        };
        if (found.Etcd is not { } etcd)
        {
            return result;
        }

        var keyspace = contents.Keyspace.Finish();
        return result with
        {
            Facts = contents.Facts.Finish(),
            Keyspace = keyspace,
            HashKv = !options.HashKv || !found.IsSound ? null : HashKv.Of(
                source,
                contents.Keyspace,
                options.Seed,
                Math.Max(etcd.CompactedRevision, etcd.ScheduledCompaction),
                keyspace.All.LiveKeys > 0,
                progress is null ? null : read => progress(new ReadProgress(read, found.Pages.InUse, 0)),
                stop),
        };
    }

    private sealed class Contents(KeyspaceCount keyspace) : IEtcdVisitor
    {
        public KeyspaceCount Keyspace => keyspace;

        public BucketFactsReader Facts { get; } = new();

        public void Revision(RevisionKey revision, ValueBytes value, in KeyValueView stored) =>
            keyspace.Add(revision, value, in stored);

        public void Pair(string bucket, ReadOnlySpan<byte> key, ValueBytes value) => Facts.Add(bucket, key, value);
    }

    private sealed class Nowhere : IPageSink
    {
        public void Append(ReadOnlySpan<byte> bytes)
        {
        }

        public void WriteAt(long offset, ReadOnlySpan<byte> bytes)
        {
        }
    }
}
