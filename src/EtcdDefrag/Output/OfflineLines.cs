using System.Globalization;
using EtcdDefrag.Core.Bolt;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Offline;
using EtcdDefrag.Core.Text;

namespace EtcdDefrag.Output;

/// <summary>What is said of a database file in place of a member's lines.</summary>
internal static class OfflineLines
{
    public static string Before(TargetStatus file)
    {
        var (size, inUse) = (file.Status.DbSize, file.Status.DbSizeInUse);
        var free = size.Bytes > 0 ? 100.0 * (size.Bytes - inUse.Bytes) / size.Bytes : 0;
        return string.Create(CultureInfo.InvariantCulture,
            $"{file.Target.Endpoint}: {size.ToHuman()}, {inUse.ToHuman()} in use, {free:0}% free");
    }

    public static string Rewritten(MemberStatus before, RunEvent.MemberDone done)
    {
        var after = done.Member.Status;
        var reclaimed = before.DbSize.Bytes - after.DbSize.Bytes;
        var change = reclaimed >= 0 ? $"{new ByteSize(reclaimed).ToHuman()} given back"
            : $"{new ByteSize(-reclaimed).ToHuman()} more";
        return $"rewritten: {before.DbSize.ToHuman()} -> {after.DbSize.ToHuman()} ({change}), {Content(done.Member.Check!, "verified")}, took {ShortTime.Of(done.Blocked)}";
    }

    public static string Verdict(DatabaseCheck check) => check.IsSound
        ? string.Create(CultureInfo.InvariantCulture,
            $"sound: {check.Pages.InUse} pages in use, {check.Pages.Free} free, {Content(check, "read")}{(check.Warnings + check.Notices > 0 ? $"; {Counts(check)}" : "")}")
        : $"damaged: {Counts(check)}";

    /// <summary>A finding, and below it what to do.</summary>
    public static string Finding(Finding finding)
    {
        var place = string.Join(", ", ((string?[])[finding.Page is { } page ? $"page {page}" : null, finding.Bucket is { } bucket
            ? $"bucket {bucket}" : null, finding.Key is { } key ? $"near key {key}" : null]).OfType<string>());
        return $"{finding.Severity.ToString().ToLowerInvariant()} [{finding.Id}]{(place.Length > 0 ? $" {place}" : "")}: {finding.Text}\n  {finding.Advice}";
    }

    /// <summary>How many findings are not shown; null: all are.</summary>
    public static string? Rest(DatabaseCheck check) =>
        check.Errors + check.Warnings + check.Notices - check.Findings.Count is > 0 and var rest
            ? $"{rest} more finding(s): --findings N shows more" : null;

    private static string Content(DatabaseCheck check, string done)
    {
        var revision = check.Etcd is { } etcd
            ? $", revision {etcd.Revision}{(etcd.CompactedRevision > 0 ? $" (compacted {etcd.CompactedRevision})" : "")}" : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"{check.Buckets.Sum(bucket => bucket.Keys)} keys in {check.Buckets.Count} buckets {done}, hash {check.Hash:x8}{revision}");
    }

    private static string Counts(DatabaseCheck check) =>
        $"{check.Errors} error(s), {check.Warnings} warning(s), {check.Notices} notice(s)";
}
