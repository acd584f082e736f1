using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Planning;

namespace EtcdDefrag.Output;

/// <summary>What became of the members of a run, one row each, and in total.</summary>
internal static class MemberTable
{
    /// <summary>What a narrow window can do without, first things first: the lines above have the ids and endpoints.</summary>
    public static readonly string[] Dispensable = ["ID", "ENDPOINT", "TOOK"];

    public static TextTable Of(RunReport report, bool withId, Paint paint)
    {
        string[] headings = report.DryRun
            ? ["MEMBER", "ENDPOINT", "ID", ">DB SIZE", ">IN USE", ">RECLAIMABLE", "OUTCOME"]
            : ["MEMBER", "ENDPOINT", "ID", ">BEFORE", ">AFTER", ">RECLAIMED", ">TOOK", ">BLOCKED", "OUTCOME"];
        var table = new TextTable(headings) { Paint = (heading, cell) => heading == "OUTCOME" ? paint.Outcome(cell) : cell };
        foreach (var member in report.Members)
        {
            table.Add(report.DryRun ? Planned(member) : Worked(member));
        }

        if (report.Members.Count > 1)
        {
            table.Add(report.DryRun ? PlannedTotal(report) : WorkedTotal(report));
        }

        if (!withId)
        {
            table.Fit(0, false, "ID");
        }

        return table;
    }

    public static string Outcome(MemberReport member) => member.Outcome switch
    {
        MemberOutcome.NotStarted => "not started",
        MemberOutcome.Planned => "would be defragmented",
        MemberOutcome.Done => "done",
        MemberOutcome.Skipped => $"skipped: {Reason(member.SkipReason)}",
        MemberOutcome.Failed => "FAILED",
        _ => "UNKNOWN",
    };

    private static string Reason(SkipReason? reason) => reason switch
    {
        SkipReason.RuleIsFalse => "rule is false",
        SkipReason.BelowMinReclaim => "below --min-reclaim",
        SkipReason.BecameLearner => "is a learner now",
        _ => "left the cluster",
    };

    /// <summary>Where the endpoint is left out, this must tell the members apart.</summary>
    private static string Name(MemberReport member) => member.Name.Length > 0 ? member.Name : member.Target.MemberId.ToString();

    private static string[] Planned(MemberReport member) =>
    [
        Name(member), member.Target.Endpoint.Text, member.Target.MemberId.ToString(),
        member.Before?.DbSize.ToHuman() ?? "?", member.Before?.DbSizeInUse.ToHuman() ?? "?", member.Before?.DbSizeFree.ToHuman() ?? "?", Outcome(member),
    ];

    private static string[] PlannedTotal(RunReport report) =>
    [
        "total", "", "", Sum(report, status => status.DbSize), Sum(report, status => status.DbSizeInUse),
        new ByteSize(report.Members.Where(member => member.Outcome == MemberOutcome.Planned).Sum(member => member.Before?.DbSizeFree.Bytes ?? 0)).ToHuman(),
        $"{report.Count(MemberOutcome.Planned)} of {report.Members.Count}",
    ];

    private static string[] Worked(MemberReport member) =>
    [
        Name(member), member.Target.Endpoint.Text, member.Target.MemberId.ToString(),
        member.Before?.DbSize.ToHuman() ?? "?",
        member.After?.DbSize.ToHuman() ?? "",
        member.ReclaimedBytes is { } bytes ? new ByteSize(bytes).ToHuman() : "",
        Time(member.Took),
        Time(member.Blocked),
        Outcome(member),
    ];

    private static string[] WorkedTotal(RunReport report) =>
    [
        "total", "", "", Sum(report, status => status.DbSize), AfterTotal(report), new ByteSize(report.ReclaimedBytes).ToHuman(),
        Time(Sum(report, member => member.Took)), Time(Sum(report, member => member.Blocked)), $"{report.Count(MemberOutcome.Done)} of {report.Members.Count} done",
    ];

    /// <summary>What the members' files take now: of those that were left alone, what they took before.</summary>
    private static string AfterTotal(RunReport report) =>
        report.Members.Any(member => member.After is null && member.Outcome is not (MemberOutcome.Skipped or MemberOutcome.NotStarted))
            ? ""
            : new ByteSize(report.Members.Sum(member => (member.After ?? member.Before)?.DbSize.Bytes ?? 0)).ToHuman();

    private static string Time(TimeSpan? duration) => duration is { } known ? ShortTime.Of(known) : "";

    private static string Sum(RunReport report, Func<MemberStatus, ByteSize> size) =>
        new ByteSize(report.Members.Sum(member => member.Before is { } before ? size(before).Bytes : 0)).ToHuman();

    private static TimeSpan? Sum(RunReport report, Func<MemberReport, TimeSpan?> duration) =>
        report.Members.Select(duration).OfType<TimeSpan>().ToArray() is { Length: > 0 } all ? all.Aggregate((sum, one) => sum + one) : null;
}
