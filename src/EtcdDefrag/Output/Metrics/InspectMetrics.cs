using EtcdDefrag.Core.Inspection;
using EtcdDefrag.Storage;

namespace EtcdDefrag.Output.Metrics;

/// <summary>What fills a database, for a dashboard. The number of samples is bounded, whatever the keys are.</summary>
internal static class InspectMetrics
{
    /// <summary>How many resources have samples of their own. Chosen: what a panel can show.</summary>
    private const int MostResources = 20;

    /// <summary>The label of all that have none of their own.</summary>
    private const string Other = "other";

    private const string Prefix = "etcd_defrag_inspect_";

    private static readonly List<Metric> Registered = [];

    private static readonly Metric Time = Add("timestamp_seconds", "When the database was inspected, in seconds since 1970.");
    private static readonly Metric Sound = Add("sound", "1 when the structure of the database is sound, else 0.");
    private static readonly Metric Size = Add("db_size_bytes", "Size of the database.");
    private static readonly Metric InUse = Add("db_size_in_use_bytes", "Bytes of the database's pages that are in use.");
    private static readonly Metric After = Add("db_size_after_defragmentation_bytes", "What an online defragmentation would leave, about.");
    private static readonly Metric LiveKeys = Add("live_keys", "Keys that exist.", "resource");
    private static readonly Metric LiveBytes = Add("live_bytes", "Bytes of the last revisions of the keys that exist.", "resource");
    private static readonly Metric OldRevisions = Add("old_revisions", "Revisions that a compaction frees.", "resource");
    private static readonly Metric OldBytes = Add("old_bytes", "Bytes of the revisions that a compaction frees.", "resource");

    public static IReadOnlyList<Metric> All => Registered;

    public static string Render(FileInspection found, KeyNames names, DateTimeOffset at)
    {
        var page = new MetricsPage();
        var database = found.Database;
        page.Add(Time, MetricsText.Seconds(at));
        page.Add(Sound, database.Check.IsSound ? 1 : 0);
        page.Add(Size, found.Size);
        page.Add(InUse, found.InUse);
        if (database.AfterOnline is { } after)
        {
            page.Add(After, after);
        }

        List<(string Name, KeyCounts Counts)> resources = database.Keyspace is { } keyspace ? Resources(keyspace, names) : [];
        AddEach(LiveKeys, counts => counts.LiveKeys);
        AddEach(LiveBytes, counts => counts.LiveBytes);
        AddEach(OldRevisions, counts => counts.OldRevisions);
        AddEach(OldBytes, counts => counts.OldBytes);
        return page.ToString();

        void AddEach(Metric metric, Func<KeyCounts, long> read)
        {
            foreach (var (name, counts) in resources)
            {
                page.Add(metric, read(counts), name);
            }
        }
    }

    private static List<(string Name, KeyCounts Counts)> Resources(KeyspaceFacts keyspace, KeyNames names)
    {
        var rows = PrefixRows.ByResource(keyspace);
        var named = rows.Where(row => !row.IsRest).Take(MostResources).ToArray();
        var other = default(KeyCounts);
        foreach (var row in rows.Except(named))
        {
            other.Add(row.Counts);
        }

        return [.. named.Select(row => (names.Key(row.Prefix.Span, 100), row.Counts)), (Other, other)];
    }

    private static Metric Add(string name, string help, params string[] labels)
    {
        var metric = new Metric(Prefix + name, help, labels);
        Registered.Add(metric);
        return metric;
    }
}
