using System.Globalization;
using EtcdDefrag.Cli;
using EtcdDefrag.Core.Inspection;
using EtcdDefrag.Storage;

namespace EtcdDefrag.Output.Inspection;

/// <summary>All that was found as one JSON object; its schema is docs/inspect.schema.json.</summary>
internal static class InspectJson
{
    public static string Render(FileInspection found, InspectSettings settings, KeyNames names, DateTimeOffset at)
    {
        using var line = new JsonLine(hex: false);
        var database = found.Database;
        line.Number("schemaVersion", JsonReport.SchemaVersion).Text("time", JsonReport.Moment(at));
        line.Object("file", () => File(line, found)).Flag("sound", database.Check.IsSound);
        if (!settings.CheckOnly)
        {
            if (database.Check.IsSound)
            {
                line.Text("hash", database.Check.Hash.ToString("x8", CultureInfo.InvariantCulture));
            }

            line.Number("revision", database.Check.Etcd?.Revision).Number("compactedRevision", database.Check.Etcd?.CompactedRevision);
            line.Number("scheduledCompaction", database.UnfinishedCompaction is > 0 and var scheduled ? scheduled : null);
            line.Number("hashKv", database.HashKv);
            line.Array("buckets", database.Check.Buckets, bucket =>
                line.Text("name", names.Bucket(bucket.Name)).Number("keys", bucket.Keys).Number("bytes", bucket.KeyBytes + bucket.ValueBytes));
            if (database.Facts is { } facts)
            {
                line.Object("etcd", () => InspectFactsJson.Write(line, facts, database.Check.Etcd!, names));
            }

            line.Object("structure", () => Structure(line, database));
            if (database.Keyspace is { } keyspace)
            {
                Keyspace(line, keyspace, settings.Options, names);
            }
        }

        Findings(line, found, names);
        return line.End() + "\n";
    }

    private static void File(JsonLine line, FileInspection found)
    {
        var check = found.Database.Check;
        line.Text("path", found.Path).Text("kind", JsonLine.Camel(found.Kind.ToString())).Number("size", found.Size);
        line.Number("inUse", found.InUse).Number("free", found.Size - found.InUse).Number("pageSize", check.Meta?.PageSize);
        line.Flag("snapshotHashRight", found.IsHashRight);
    }

    private static void Structure(JsonLine line, DatabaseInspection database)
    {
        var (pages, shape) = (database.Check.Pages, database.Check.Shape);
        line.Number("depth", shape.Depth).Number("pages", pages.Total).Number("leafPages", pages.Leaf).Number("branchPages", pages.Branch);
        line.Number("freelistPages", pages.Freelist).Number("overflowPages", shape.OverflowPages).Number("freePages", pages.Free);
        line.Number("leaves", shape.Leaves).Number("leafBytes", shape.LeafBytes).Number("leafBytesUsed", shape.LeafBytesUsed);
        line.Array("leavesByFill", shape.LeavesByFill.Select((count, i) => (Upto: (i + 1) * 10, count)), range =>
            line.Number("upToPercent", range.Upto).Number("leaves", range.count));
        line.Number("afterOffline", database.AfterOffline).Number("afterOnline", database.AfterOnline);
    }

    private static void Keyspace(JsonLine line, KeyspaceFacts keyspace, InspectOptions options, KeyNames names)
    {
        line.Object("keyspace", () =>
        {
            Counts(line, keyspace.All).Number("keys", keyspace.Keys).Number("leasedKeys", keyspace.LeasedKeys);
            line.Number("pendingRevisions", keyspace.Pending.OldRevisions).Number("pendingBytes", keyspace.Pending.OldBytes);
            line.Number("brokenChains", keyspace.BrokenChains);
        });
        var rows = PrefixRows.Of(keyspace, options);
        var shown = options.Top == 0 ? rows : [.. rows.Take(options.Top)];
        line.Array("prefixes", shown, row => Counts(line.Text("prefix", names.Key(row.Prefix.Span)).Flag("rest", row.IsRest), row.Counts));
        line.Object("otherPrefixes", () => Counts(line.Number("count", rows.Count - shown.Count), Sum(rows.Skip(shown.Count))));
        line.Flag("prefixesLimited", keyspace.IsTreeFull);
        line.Array("valueSizes", keyspace.Values.All, range =>
            line.Number("upTo", range.UpTo).Number("values", range.Values).Number("bytes", range.Bytes));
        line.Array("largest", keyspace.Largest, key => Key(line, key, names));
        line.Array("mostRevisions", keyspace.MostRevisions, key => Key(line, key, names));
    }

    internal static KeyCounts Sum(IEnumerable<PrefixRow> rows)
    {
        var sum = default(KeyCounts);
        foreach (var row in rows)
        {
            sum.Add(row.Counts);
        }

        return sum;
    }

    private static JsonLine Counts(JsonLine line, KeyCounts counts) => line
        .Number("liveKeys", counts.LiveKeys).Number("liveBytes", counts.LiveBytes).Number("oldRevisions", counts.OldRevisions)
        .Number("oldBytes", counts.OldBytes).Number("tombstones", counts.Tombstones).Number("largestValue", counts.LargestValue);

    private static void Key(JsonLine line, KeyFact key, KeyNames names) => line
        .Text("key", names.Key(key.Key.Span)).Number("valueBytes", key.ValueBytes).Number("revisions", key.Revisions)
        .Number("modRevision", key.ModRevision).Flag("live", key.IsLive);

    private static void Findings(JsonLine line, FileInspection found, KeyNames names)
    {
        var check = found.Database.Check;
        line.Number("errors", check.Errors).Number("warnings", check.Warnings).Number("notices", check.Notices);
        line.Array("findings", check.Findings.Select(names.Finding), finding => line
            .Text("id", finding.Id).Text("severity", JsonLine.Camel(finding.Severity.ToString())).Number("page", (long?)finding.Page)
            .Text("bucket", finding.Bucket).Text("key", finding.Key).Text("message", finding.Text).Text("advice", finding.Advice));
    }
}
