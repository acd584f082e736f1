using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Core.Text;

namespace EtcdDefrag.Output;

/// <summary>What became of the members of a run, one row each, and in total.</summary>
internal static class MemberTable
{
    /// <summary>The table, made to fit a window: first without ids, then with host:port for URLs, then without TOOK and
    /// endpoints, with names cut.</summary>
    /// <param name="report">The run.</param>
    /// <param name="withId">Whether ids are shown where there is room.</param>
    /// <param name="paint">Colour.</param>
    /// <param name="columns">How wide it may be; null: as wide as it is.</param>
    /// <param name="framed">Which of the two forms must fit.</param>
    public static TextTable Fitting(RunReport report, bool withId, Paint paint, int? columns, bool framed)
    {
        var table = Of(report, withId, paint, static endpoint => endpoint.Text);
        if (!table.Fit(columns, framed, "ID"))
        {
            table = Of(report, withId: false, paint, static endpoint => endpoint.Address);
            table.Fit(columns, framed, report.DryRun ? ["ENDPOINT"] : ["TOOK", "ENDPOINT"]);
            table.Squeeze(columns, framed);
        }

        return table;
    }

    private static TextTable Of(RunReport report, bool withId, Paint paint, Func<Endpoint, string> text)
    {
        string[] headings = report.DryRun
            ? ["MEMBER", "ENDPOINT", "ID", ">DB SIZE", ">IN USE", ">RECLAIMABLE", "OUTCOME"]
            : ["MEMBER", "ENDPOINT", "ID", ">BEFORE", ">AFTER", ">RECLAIMED", ">TOOK", ">BLOCKED", "OUTCOME"];
        var table = new TextTable(headings) { Paint = (heading, cell) => heading == "OUTCOME" ? paint.Outcome(cell) : cell };
        foreach (var member in report.Members)
        {
            table.Add(report.DryRun ? Planned(report, member, text) : Worked(report, member, text));
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
        MemberOutcome.Undecided => "undecided until compaction",
        MemberOutcome.Done => "done",
        MemberOutcome.Sound => "sound",
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
    private static string Name(RunReport report, MemberReport member) => (
        member.Name.Length > 0 ? ShortName.Of(member.Name)
        : member.Target.Endpoint.IsFile ? Path.GetFileName(member.Target.Endpoint.Text)
        : member.Target.MemberId.ToString()) + (!member.Target.MemberId.IsNone && member.Target.MemberId == report.Leader
            ? " (leader)" : "");

    private static string Id(MemberReport member) => member.Target.MemberId.IsNone ? "" : member.Target.MemberId.ToString();

    private static string[] Planned(RunReport report, MemberReport member, Func<Endpoint, string> text) =>
    [
        Name(report, member), text(member.Target.Endpoint), Id(member),
        member.Before?.DbSize.ToHuman() ?? "?", member.Before?.DbSizeInUse.ToHuman() ?? "?", member.Before?.DbSizeFree.ToHuman()
            ?? "?", Outcome(member),
    ];

    private static string[] PlannedTotal(RunReport report) =>
    [
        "total", "", "", Sum(report, status => status.DbSize), Sum(report, status => status.DbSizeInUse),
        new ByteSize(report.Members.Where(member =>
            member.Outcome == MemberOutcome.Planned).Sum(member => member.Before?.DbSizeFree.Bytes ?? 0)).ToHuman(),
        $"{report.Count(MemberOutcome.Planned)} of {report.Members.Count}{(report.Count(MemberOutcome.Undecided) is > 0 and var open ? $", {open} undecided" : "")}",
    ];

    private static string[] Worked(RunReport report, MemberReport member, Func<Endpoint, string> text) =>
    [
        Name(report, member), text(member.Target.Endpoint), Id(member),
        member.Before?.DbSize.ToHuman() ?? "?",
        member.After?.DbSize.ToHuman() ?? "",
        member.ReclaimedBytes is { } bytes ? new ByteSize(bytes).ToHuman() : "",
        Time(member.Took),
        AtLeast(IsStillBlocked(member)) + Time(member.Blocked),
        Outcome(member),
    ];

    private static string[] WorkedTotal(RunReport report) =>
    [
        "total", "", "", Sum(report, status => status.DbSize), AfterTotal(report), new ByteSize(report.ReclaimedBytes).ToHuman(),
        Time(Sum(report, member => member.Took)),
        AtLeast(report.Members.Any(IsStillBlocked)) + Time(Sum(report, member => member.Blocked)),
        $"{report.Count(MemberOutcome.Done)} of {report.Members.Count} done",
    ];

    private static bool IsStillBlocked(MemberReport member) =>
        member.Outcome == MemberOutcome.Unknown && member.Blocked is not null;

    private static string AtLeast(bool isLowerBound) => isLowerBound ? ">" : "";

    /// <summary>What the members' files take now: of those that were left alone, what they took before.</summary>
    private static string AfterTotal(RunReport report) =>
        report.Members.Any(member => member.After is null
            && member.Outcome is not (MemberOutcome.Skipped or MemberOutcome.NotStarted))
            ? ""
            : new ByteSize(report.Members.Sum(member => (member.After ?? member.Before)?.DbSize.Bytes ?? 0)).ToHuman();

    private static string Time(TimeSpan? duration) => duration is { } known ? ShortTime.Of(known) : "";

    private static string Sum(RunReport report, Func<MemberStatus, ByteSize> size) =>
        new ByteSize(report.Members.Sum(member => member.Before is { } before ? size(before).Bytes : 0)).ToHuman();

    private static TimeSpan? Sum(RunReport report, Func<MemberReport, TimeSpan?> duration) =>
        report.Members.Select(duration).OfType<TimeSpan>().ToArray() is { Length: > 0 } all
            ? all.Aggregate((sum, one) => sum + one) : null;
}
