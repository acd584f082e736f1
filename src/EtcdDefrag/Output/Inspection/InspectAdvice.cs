using System.Text;
using EtcdDefrag.Cli;
using EtcdDefrag.Core.Bolt;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Inspection;
using EtcdDefrag.Storage;

namespace EtcdDefrag.Output.Inspection;

/// <summary>What follows from the figures, a sentence each.</summary>
internal static class InspectAdvice
{
    private const double Much = 0.25;
    private const long LeastBytes = 16 << 20;

    public static string Of(FileInspection found, InspectSettings settings)
    {
        var database = found.Database;
        if (!database.Check.IsSound || database.Keyspace is not { } keyspace)
        {
            return "";
        }

        var text = new StringBuilder();
        var all = keyspace.All;
        if (IsMuch(found.Size - (database.AfterOnline ?? found.Size), found.Size))
        {
            Add($"Free space: a defragmentation gives back about {Human(found.Size - database.AfterOnline!.Value)}.");
        }

        if (IsMuch(all.OldBytes, all.Bytes))
        {
            Add($"History: {Human(all.OldBytes)} of {Human(all.Bytes)} are old revisions: compact (etcd-defrag does before it defragments), or let etcd do it (--auto-compaction-retention).");
        }

        if (keyspace.MostRevisions is [{ } most, ..] && most.Revisions > 100 && IsMuch(all.OldBytes, all.Bytes))
        {
            Add($"Writes: one key has {most.Revisions} of the {all.LiveKeys + all.OldRevisions} revisions: find out who writes it.");
        }

        var row = PrefixRows.Of(keyspace, settings.Options).FirstOrDefault(row => !row.IsRest && row.Prefix.Length > settings.Options.Prefix.Length);
        if (row is not null && !settings.Redact)
        {
            Add($"To look inside: add --prefix {Shell.Quote(KeyText.Of(row.Prefix.Span, int.MaxValue))}");
        }

        return text.Length == 0 ? "" : $"\n{text}";

        void Add(string sentence) => text.Append(sentence).Append('\n');
    }

    private static bool IsMuch(long part, long whole) => part >= LeastBytes && part > whole * Much;

    private static string Human(long bytes) => new ByteSize(bytes).ToHuman();
}
