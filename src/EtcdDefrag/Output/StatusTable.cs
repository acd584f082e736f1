using System.Globalization;
using System.Text;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Core.Safety;

namespace EtcdDefrag.Output;

/// <summary>A cluster's status for people.</summary>
internal static class StatusTable
{
    private const int BarWidth = 8;

    public static string Render(ClusterSurvey survey, bool withVerdict)
    {
        var snapshot = survey.Snapshot!;
        string[] headings = ["NAME", "ENDPOINT", "ID", "VERSION", "ROLE", ">DB SIZE", ">IN USE", ">RECLAIMABLE", "", ">QUOTA", ">USED", "FROM", ">LAG", "ALARMS"];
        var table = new TextTable(withVerdict ? [.. headings, "DEFRAGMENT"] : headings);
        foreach (var view in snapshot.Views.OrderBy(view => view.Label, StringComparer.Ordinal))
        {
            string[] cells = Cells(view, snapshot, survey.Quotas.GetValueOrDefault(view.Id) ?? Quota.Default);
            table.Add(withVerdict ? [.. cells, Verdict(survey, view)] : cells);
        }

        var text = new StringBuilder(table.Framed()).Append(Totals(snapshot));
        foreach (var finding in survey.Findings)
        {
            var weight = finding.Severity == FindingSeverity.Refusal ? "A run would refuse" : finding.Severity.ToString();
            text.Append(CultureInfo.InvariantCulture, $"{weight} [{finding.CheckId}]: {finding.Message}\n");
        }

        return text.ToString();
    }

    private static string[] Cells(MemberView view, ClusterSnapshot snapshot, Quota quota)
    {
        var alarms = string.Join(' ', snapshot.Alarms.Where(alarm => alarm.MemberId == view.Id).Select(alarm => alarm.Name));
        if (view.Status is not { } status)
        {
            return [view.Member.Name, view.Label, view.Id.ToString(), "?", view.IsVoter ? "DOWN" : "learner DOWN", "", "", "", "", "", "", "", "", alarms];
        }

        return
        [
            view.Member.Name,
            view.Label,
            view.Id.ToString(),
            status.Version,
            status.IsLeader ? "leader" : view.IsVoter ? "follower" : "learner",
            status.DbSize.ToHuman(),
            status.DbSizeInUse.ToHuman(),
            status.DbSizeFree.ToHuman(),
            Bar(status),
            quota.IsLimited ? quota.Size.ToHuman() : "none",
            quota.IsLimited ? Percent(status.DbSize.Bytes, quota.Size.Bytes) : "",
            quota.Source.ToString().ToLowerInvariant(),
            status.RaftLag.ToString(CultureInfo.InvariantCulture),
            alarms,
        ];
    }

    /// <summary>How much of the file could be given back.</summary>
    private static string Bar(MemberStatus status)
    {
        var share = status.DbSize.Bytes > 0 ? Math.Clamp((double)status.DbSizeFree.Bytes / status.DbSize.Bytes, 0, 1) : 0;
        var filled = (int)Math.Round(share * BarWidth);
        return $"{new string('#', filled)}{new string('.', BarWidth - filled)} {Percent(status.DbSizeFree.Bytes, status.DbSize.Bytes),4}";
    }

    private static string Percent(long part, long whole) => whole <= 0 ? "0%" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * part / whole:0}%");

    private static string Verdict(ClusterSurvey survey, MemberView view) => survey.Verdicts.GetValueOrDefault(view.Id) switch
    {
        Selection.Selected => "yes",
        Selection.Skipped skipped => skipped.Reason == SkipReason.RuleIsFalse ? "no: rule" : "no: min-reclaim",
        Selection.Undecidable undecidable => $"error: {undecidable.Problem}",
        _ => "",
    };

    private static string Totals(ClusterSnapshot snapshot)
    {
        var statuses = snapshot.Views.Select(view => view.Status).OfType<MemberStatus>().ToArray();
        var size = new ByteSize(statuses.Sum(status => status.DbSize.Bytes));
        var free = new ByteSize(statuses.Sum(status => status.DbSizeFree.Bytes));
        return $"Cluster {snapshot.ClusterId}: {snapshot.VoterCount} voter(s), {snapshot.Members.Count - snapshot.VoterCount} learner(s), {size.ToHuman()} on disk, {free.ToHuman()} reclaimable\n";
    }
}
