using System.Globalization;
using System.Text;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution.Reading;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Core.Safety;

namespace EtcdDefrag.Output;

/// <summary>How a cluster's status is shown.</summary>
/// <param name="Framed">In etcdctl's frame, or in bare columns.</param>
/// <param name="WithVerdict">Whether there is a rule or a floor to give a verdict.</param>
/// <param name="Columns">How wide it may be; null: as wide as it is.</param>
/// <param name="Paint">Colour.</param>
/// <param name="Quiet">Without notices.</param>
internal sealed record StatusLook(bool Framed, bool WithVerdict, int? Columns = null, Paint Paint = default, bool Quiet = false);

/// <summary>
/// A cluster's status for people. What matters comes first: totals, what the checks say, warnings. Then the members: a line each,
/// or a few lines each where the window is very narrow.
/// </summary>
internal static class StatusTable
{
    /// <summary>Below this many columns each member gets lines of its own.</summary>
    private const int LeastColumns = 70;

    public static string Render(ClusterSurvey survey, StatusLook look)
    {
        var text = new StringBuilder(Totals(survey, look.WithVerdict));
        if (survey.Advice is { } advice)
        {
            text.Append(CultureInfo.InvariantCulture, $"Advice: {advice.Text}\n");
        }

        foreach (var finding in survey.Findings.Where(finding => !look.Quiet || finding.Severity != FindingSeverity.Notice))
        {
            var weight = finding.Severity switch
            {
                FindingSeverity.Refusal => look.Paint.Bad("A run would refuse"),
                FindingSeverity.Wait => look.Paint.Caution("A run would wait"),
                FindingSeverity.Warning => look.Paint.Caution("Warning"),
                _ => "Notice",
            };
            text.Append(CultureInfo.InvariantCulture, $"{weight} [{finding.CheckId}]: {finding.Message}\n");
            if (finding.Hint is { } hint)
            {
                text.Append(CultureInfo.InvariantCulture, $"  {hint}\n");
            }
        }

        foreach (var alarms in survey.Snapshot!.Alarms.GroupBy(alarm => alarm.Kind))
        {
            var members = string.Join(", ", alarms.Select(alarm => NameOf(survey.Snapshot, alarm.MemberId)).Distinct());
            text.Append(CultureInfo.InvariantCulture,
                $"{look.Paint.Bad("Alarm")} {alarms.First().Name} of {members}: {Meaning(alarms.Key)}\n");
        }

        foreach (var warning in QuotaReader.Warnings(survey.Snapshot, survey.Quotas))
        {
            text.Append(CultureInfo.InvariantCulture, $"{look.Paint.Caution("Warning")}: {warning}\n");
        }

        AppendMembers(text, survey, look);
        return text.ToString();
    }

    private static string NameOf(ClusterSnapshot snapshot, MemberId id) =>
        snapshot.Find(id)?.Member.Name is { Length: > 0 } name ? ShortName.Of(name) : $"member {id}";

    private static string Meaning(AlarmKind kind) => kind switch
    {
        AlarmKind.NoSpace => "a database reached its quota, so the cluster takes no writes until the alarm is cleared (docs/runbook.md)",
        AlarmKind.Corrupt => "the members' data differ; find the member that is wrong before anything else (docs/runbook.md)",
        _ => "this version does not know it; a run refuses",
    };

    private static void AppendMembers(StringBuilder text, ClusterSurvey survey, StatusLook look)
    {
        var views = survey.Snapshot!.Views.OrderBy(view => view.Label, StringComparer.Ordinal);
        var members = views.Select(view => new StatusCells(survey, view)).ToArray();
        if (look.Columns < LeastColumns || Fitting(members, look) is not { } table)
        {
            foreach (var member in members)
            {
                Stack(text, member, look);
            }
        }
        else
        {
            text.Append(look.Framed ? table.Framed() : table.Plain());
        }
    }

    /// <summary>The table without what a narrow window can do without, first things first; null where
    /// even that does not fit.</summary>
    private static TextTable? Fitting(StatusCells[] members, StatusLook look)
    {
        var table = Table(members, look, static one => one.Endpoint);
        if (table.Fit(look.Columns, look.Framed, "", "FROM", "LAG", "ID", "VERSION"))
        {
            return table;
        }

        table = Table(members, look, static one => one.Address);
        string[] dispensable = ["", "FROM", "LAG", "ID", "VERSION", "QUOTA", "ALARMS", "USED"];
        if (!table.Fit(look.Columns, look.Framed, members.All(one => one.Name.Length > 0) ? [.. dispensable, "ENDPOINT"]
            : dispensable))
        {
            table.Squeeze(look.Columns, look.Framed);
        }

        return table.Fit(look.Columns, look.Framed) ? table : null;
    }

    private static TextTable Table(StatusCells[] members, StatusLook look, Func<StatusCells, string> endpoint)
    {
        string[] headings = ["NAME", "ENDPOINT", "ID", "VERSION", "ROLE", ">DB SIZE", ">IN USE", ">RECLAIMABLE", "", ">QUOTA",
            ">USED", "FROM", ">LAG", "ALARMS"];
        var table = new TextTable(look.WithVerdict ? [.. headings, "DEFRAGMENT"] : headings)
        {
            Paint = (heading, cell) => heading is "ROLE" or "ALARMS" ? look.Paint.Outcome(cell) : cell,
        };
        foreach (var one in members)
        {
            string[] cells =
            [
                one.Name, endpoint(one), one.Id, one.Version, one.Role, one.Size, one.InUse, one.Reclaimable, one.Bar, one.Quota,
                    one.Used,
                one.QuotaSource, one.Lag, one.Alarms,
            ];
            table.Add(look.WithVerdict ? [.. cells, one.Verdict] : cells);
        }

        return table;
    }

    private static void Stack(StringBuilder text, StatusCells one, StatusLook look)
    {
        text.Append(CultureInfo.InvariantCulture,
            $"{(one.Name.Length > 0 ? one.Name : one.Id)}  {look.Paint.Outcome(one.Role)}  {one.Endpoint}\n");
        text.Append(CultureInfo.InvariantCulture, $"  {one.Id}{(one.IsUp ? $", etcd {one.Version}, raft lag {one.Lag}" : "")}");
        text.Append(CultureInfo.InvariantCulture,
            $"{(one.Alarms.Length > 0 ? $", alarms: {look.Paint.Outcome(one.Alarms)}" : "")}\n");
        if (one.IsUp)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"  {one.Size} on disk, {one.InUse} in use, {one.Reclaimable} reclaimable {one.Bar}\n");
            text.Append(CultureInfo.InvariantCulture,
                $"  quota {one.Quota} (from {one.QuotaSource}){(one.Used.Length > 0 ? $", {one.Used} used" : "")}");
            text.Append(CultureInfo.InvariantCulture,
                $"{(look.WithVerdict && one.Verdict.Length > 0 ? $"; defragment: {one.Verdict}" : "")}\n");
        }
    }

    private static string Totals(ClusterSurvey survey, bool withVerdict)
    {
        var snapshot = survey.Snapshot!;
        var statuses = snapshot.Views.Select(view => view.Status).OfType<MemberStatus>().ToArray();
        string Sum(Func<MemberStatus, ByteSize> size) => new ByteSize(statuses.Sum(status => size(status).Bytes)).ToHuman();
        var learners = snapshot.Members.Count - snapshot.VoterCount;
        var total = $"Cluster {snapshot.ClusterId}: {snapshot.VoterCount} voter(s){(learners > 0 ? $", {learners} learner(s)" : "")}\n"
            + $"In all{(statuses.Length < snapshot.Members.Count ? $", {statuses.Length} of {snapshot.Members.Count} members having answered:" : "")} {Sum(status => status.DbSize)} on disk, {Sum(status => status.DbSizeInUse)} in use, {Sum(status => status.DbSizeFree)} reclaimable\n"
            + "In use includes old history until it is compacted; a run compacts first\n";
        var undecided = survey.Verdicts.Values.Count(verdict => verdict is Selection.UntilCompaction);
        return withVerdict
            ? $"{total}{survey.Verdicts.Values.Count(verdict => verdict is Selection.Selected)} of {survey.Verdicts.Count} member(s) would be defragmented now"
                + $"{(undecided > 0 ? $", {undecided} undecided until compaction" : "")}\n"
            : total;
    }
}
