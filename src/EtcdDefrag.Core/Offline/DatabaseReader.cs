using EtcdDefrag.Core.Bolt;
using EtcdDefrag.Core.Keyspace;

namespace EtcdDefrag.Core.Offline;

/// <summary>The one pass over a file that a check and a rewrite share.</summary>
internal static class DatabaseReader
{
    /// <summary>Reads the file, checks it and, when a sink is given, writes it anew.</summary>
    /// <returns>What was found, and how many pages were written: 0 without a sink, or when the file is damaged.</returns>
    public static (DatabaseCheck Check, long PagesWritten) Run(
        IPageSource source,
        CheckOptions options,
        IPageSink? sink,
        Action<ReadProgress>? progress,
        CancellationToken stop,
        IEtcdVisitor? etcd = null,
        IBucketVisitor? also = null)
    {
        stop.ThrowIfCancellationRequested();
        var findings = new FindingList(options.MaxFindings);
        BulkLoader? loader = null;
        BoltFile? file = null;
        file = BoltFile.Open(source, findings, Tell, stop);
        if (file is null)
        {
            return (Result(findings), 0);
        }

        using (loader = sink is null ? null : new BulkLoader(sink, file.PageSize))
        {
            var rules = options.AnyBbolt ? null : new EtcdRules(file, etcd);
            var digests = new ContentDigests(rules);
            IBucketVisitor visitor = loader is null ? digests : new RewritingVisitor(digests, loader, findings);
            DatabaseWalk.Run(file, also is null ? visitor : new BothVisitors(visitor, also));
            var facts = rules?.Finish();
            var inUse = file.Map.CountClaimed();
            var freelist = FreelistCheck.Run(file);
            var pages = loader is null || findings.Errors > 0 ? 0 : loader.Finish(file.Meta.Sequence);
            var check = Result(findings) with
            {
                Meta = file.Meta,
                Pages = new PageCounts
                {
                    Total = (long)Math.Min(file.Meta.HighWaterMark, long.MaxValue),
                    InUse = inUse + freelist.Pages,
                    Leaf = file.LeafPages,
                    Branch = file.BranchPages,
                    Freelist = freelist.Pages,
                },
                Buckets = digests.Kept,
                BucketCount = digests.Count,
                DigestsHash = digests.DigestsHash,
                Hash = digests.DumpHash,
                Etcd = facts,
                HasKeyBucket = digests.HasKeyBucket,
                Shape = file.Shape,
            };
            return (check, pages);
        }

        void Tell(long pages) => progress?.Invoke(new ReadProgress(pages, file!.Pages, loader?.Bytes ?? 0));
    }

    private static DatabaseCheck Result(FindingList findings) => new()
    {
        Findings = findings.Kept,
        Errors = findings.Errors,
        Warnings = findings.Warnings,
        Notices = findings.Notices,
    };

    private sealed class BothVisitors(IBucketVisitor first, IBucketVisitor second) : IBucketVisitor
    {
        public void BeginBucket(ReadOnlySpan<byte> name, string path, ulong sequence)
        {
            first.BeginBucket(name, path, sequence);
            second.BeginBucket(name, path, sequence);
        }

        public void Pair(ReadOnlySpan<byte> key, ValueBytes value, ulong page)
        {
            first.Pair(key, value, page);
            second.Pair(key, value, page);
        }

        public void EndBucket()
        {
            first.EndBucket();
            second.EndBucket();
        }
    }

    /// <summary>Gives all to the digests, and to the loader until something is found to be damaged.</summary>
    private sealed class RewritingVisitor(ContentDigests digests, BulkLoader loader, FindingList findings) : IBucketVisitor
    {
        public void BeginBucket(ReadOnlySpan<byte> name, string path, ulong sequence)
        {
            digests.BeginBucket(name, path, sequence);
            if (findings.Errors == 0)
            {
                loader.BeginBucket(name, sequence);
            }
        }

        public void Pair(ReadOnlySpan<byte> key, ValueBytes value, ulong page)
        {
            digests.Pair(key, value, page);
            if (findings.Errors == 0)
            {
                loader.Add(key, value);
            }
        }

        public void EndBucket()
        {
            digests.EndBucket();
            if (findings.Errors == 0)
            {
                loader.EndBucket();
            }
        }
    }
}
