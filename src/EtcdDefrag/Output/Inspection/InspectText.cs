using System.Globalization;
using System.Text;
using EtcdDefrag.Cli;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Inspection;
using EtcdDefrag.Storage;

namespace EtcdDefrag.Output.Inspection;

/// <summary>What was found, for people.</summary>
/// <param name="found">What was found.</param>
/// <param name="settings">What was asked for.</param>
/// <param name="names">How keys are shown.</param>
/// <param name="columns">How wide it may be; null: as wide as it is.</param>
/// <param name="framed">Whether tables have etcdctl's frame.</param>
internal sealed class InspectText(FileInspection found, InspectSettings settings, KeyNames names, int? columns, bool framed)
{
    private const int LongestKey = 200;

    private readonly StringBuilder _text = new();
    private readonly DatabaseInspection _database = found.Database;

    public string Render()
    {
        var check = _database.Check;
        Line($"{found.Path}: {Human(found.Size)}, {Human(found.InUse)} in use, {Percent(found.Size - found.InUse, found.Size)} free");
        Line($"{OfflineLines.Verdict(check)}{(found.IsHashRight == true ? "; the snapshot's hash is right" : "")}");
        foreach (var finding in check.Findings)
        {
            Line(OfflineLines.Finding(names.Finding(finding)));
        }

        if (OfflineLines.Rest(check) is { } rest)
        {
            Line(rest);
        }

        if (!settings.CheckOnly)
        {
            Keys();
            InspectFactsText.Append(_text, found, names);
            if (_database.Keyspace is { } keyspace)
            {
                Prefixes(keyspace);
                KeyLists(keyspace);
                Sizes(keyspace);
            }

            Buckets();
            _text.Append(InspectAdvice.Of(found, settings));
        }

        return _text.ToString();
    }

    private void Keys()
    {
        if (_database.Keyspace is { All: var all } keyspace)
        {
            Line($"\nlive: {all.LiveKeys} keys, {Human(all.LiveBytes)}{(keyspace.LeasedKeys > 0 ? $"; {keyspace.LeasedKeys} of them with a lease" : "")}");
            Line($"old: {all.OldRevisions} revisions, {Human(all.OldBytes)}, {all.Tombstones} of them deletions; a compaction to the current revision frees them");
            if (_database.UnfinishedCompaction > 0)
            {
                Line($"  {keyspace.Pending.OldRevisions} of them, {Human(keyspace.Pending.OldBytes)}, are what the unfinished compaction to {_database.UnfinishedCompaction} still removes");
            }

            if (keyspace.BrokenChains > 0 && _database.Check.IsSound)
            {
                Line($"  {keyspace.BrokenChains} revision(s) don't follow on the one before: two keys have the same hash, and were counted as one");
            }
        }

        if (_database.AfterOffline is { } offline)
        {
            Line($"a defragmentation leaves {(_database.AfterOnline is { } online ? $"about {Human(online)} online, " : "")}{Human(offline)} offline");
        }
    }

    private void Prefixes(KeyspaceFacts keyspace)
    {
        var rows = PrefixRows.Of(keyspace, settings.Options);
        var all = InspectJson.Sum(rows);
        var shown = settings.Options.Top == 0 ? rows : [.. rows.Take(settings.Options.Top)];
        var table = new TextTable("PREFIX", ">KEYS", ">LIVE", ">OLD REVS", ">OLD", ">DELETIONS", ">LARGEST", ">SHARE");
        foreach (var row in shown)
        {
            Add(names.Key(row.Prefix.Span, LongestKey) + (row.IsRest ? " (rest)" : ""), row.Counts);
        }

        if (rows.Count > shown.Count)
        {
            Add($"({rows.Count - shown.Count} more)", InspectJson.Sum(rows.Skip(shown.Count)));
        }

        Add("all", all);
        Line(keyspace.IsTreeFull ? "\nby prefix (there are more than can be told apart: some keys are counted under a shorter one)" : "\nby prefix");
        Append(table, "DELETIONS", "LARGEST", "OLD REVS", "KEYS");

        void Add(string name, KeyCounts counts) => table.Add(
            name, Number(counts.LiveKeys), Human(counts.LiveBytes), Number(counts.OldRevisions), Human(counts.OldBytes),
            Number(counts.Tombstones), Human(counts.LargestValue), Percent(counts.Bytes, all.Bytes));
    }

    private void KeyLists(KeyspaceFacts keyspace)
    {
        List("\nlargest values", keyspace.Largest);
        List("\nmost revisions", keyspace.MostRevisions);

        void List(string title, IReadOnlyList<KeyFact> keys)
        {
            if (keys.Count == 0)
            {
                return;
            }

            var table = new TextTable("KEY", ">VALUE", ">REVISIONS", ">MOD REVISION", "STATE");
            foreach (var key in keys)
            {
                table.Add(
                    names.Key(key.Key.Span, LongestKey), Human(key.ValueBytes), Number(key.Revisions), Number(key.ModRevision), key.IsLive ? "live" : "old");
            }

            Line(title);
            Append(table, "MOD REVISION", "STATE");
        }
    }

    private void Sizes(KeyspaceFacts keyspace)
    {
        var table = new TextTable("VALUES UP TO", ">COUNT", ">BYTES");
        foreach (var (upTo, values, bytes) in keyspace.Values.All.Where(range => range.Values > 0))
        {
            table.Add(upTo is { } limit ? Human(limit) : "larger", Number(values), Human(bytes));
        }

        Line("\nsizes of values, old ones included");
        Append(table);
    }

    private void Buckets()
    {
        var table = new TextTable("BUCKET", ">KEYS", ">BYTES");
        foreach (var bucket in _database.Check.Buckets)
        {
            table.Add(names.Bucket(bucket.Name), Number(bucket.Keys), Human(bucket.KeyBytes + bucket.ValueBytes));
        }

        Line("\nbuckets");
        Append(table);
    }

    private void Append(TextTable table, params ReadOnlySpan<string> dispensable)
    {
        if (!table.Fit(columns, framed, dispensable))
        {
            table.Squeeze(columns, framed);
        }

        _text.Append(framed ? table.Framed() : table.Plain());
    }

    private void Line(string text) => _text.Append(text).Append('\n');

    private static string Human(long bytes) => new ByteSize(bytes).ToHuman();

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    internal static string Percent(long part, long whole) =>
        string.Create(CultureInfo.InvariantCulture, $"{(whole == 0 ? 0 : 100.0 * part / whole):0.#}%");
}
