using System.Globalization;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution.Reading;
using EtcdDefrag.Core.Planning;

namespace EtcdDefrag.Output;

/// <summary>One member's status in words. What a member that does not answer can't tell is empty.</summary>
internal sealed class StatusCells(ClusterSurvey survey, MemberView view)
{
    private const int BarWidth = 8;

    private readonly MemberStatus? _status = view.Status;
    private readonly Quota _quota = survey.Quotas.GetValueOrDefault(view.Id) ?? Core.Planning.Quota.Default;

    public bool IsUp => _status is not null;

    public string Name => ShortName.Of(view.Member.Name);

    public string Endpoint => view.Label;

    public string Address => view.Endpoint?.Address ?? view.Label;

    public string Id => view.Id.ToString();

    public string Version => _status?.Version ?? "";

    public string Role => (_status, view.IsVoter) switch
    {
        (null, true) => "DOWN",
        (null, false) => "DOWN learner",
        ({ IsLeader: true }, _) => "leader",
        (_, true) => "follower",
        _ => "learner",
    };

    public string Size => _status?.DbSize.ToHuman() ?? "";

    public string InUse => _status?.DbSizeInUse.ToHuman() ?? "";

    public string Reclaimable => _status?.DbSizeFree.ToHuman() ?? "";

    /// <summary>How much of the file could be given back.</summary>
    public string Bar
    {
        get
        {
            if (_status is null)
            {
                return "";
            }

            var share = _status.DbSize.Bytes > 0 ? Math.Clamp((double)_status.DbSizeFree.Bytes / _status.DbSize.Bytes, 0, 1) : 0;
            var filled = (int)Math.Round(share * BarWidth);
            return $"[{new string('#', filled)}{new string('.', BarWidth - filled)}] {Percent(_status.DbSizeFree.Bytes, _status.DbSize.Bytes),3}";
        }
    }

    public string Quota => _status is null ? "" : _quota.IsLimited ? _quota.Size.ToHuman() : "none";

    /// <summary>Of the quota.</summary>
    public string Used => _status is not null && _quota.IsLimited ? Percent(_status.DbSize.Bytes, _quota.Size.Bytes) : "";

    public string QuotaSource => _status is null ? "" : _quota.Source.ToString().ToLowerInvariant();

    public string Lag => _status?.RaftLag.ToString(CultureInfo.InvariantCulture) ?? "";

    public string Alarms => string.Join(' ',
        survey.Snapshot!.Alarms.Where(alarm => alarm.MemberId == view.Id).Select(alarm => alarm.Name));

    public string Verdict => survey.Verdicts.GetValueOrDefault(view.Id) switch
    {
        Selection.Selected => "yes",
        Selection.Skipped skipped => skipped.Reason == SkipReason.RuleIsFalse ? "no: rule is false" : "no: below --min-reclaim",
        Selection.UntilCompaction => "undecided until compaction",
        Selection.Undecidable undecidable => $"error: {undecidable.Problem}",
        _ => "",
    };

    private static string Percent(long part, long whole) =>
        whole <= 0 ? "0%" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * part / whole:0}%");
}
