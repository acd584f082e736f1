using System.Globalization;
using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Core.Rules;

/// <summary>What a variable's number counts; decides how it is shown.</summary>
public enum RuleUnit
{
    /// <summary>A number of bytes.</summary>
    Bytes,

    /// <summary>A part of a whole, 1 being all of it.</summary>
    Ratio,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A number of raft log entries.</summary>
    Entries,
}

/// <summary>A variable that rules may name.</summary>
/// <param name="Name">The name as it is written in rules; upper and lower case matter.</param>
/// <param name="Unit">What it counts.</param>
/// <param name="Meaning">What it means, for the documentation.</param>
/// <param name="Formula">How it is calculated, for the documentation.</param>
/// <param name="Read">Its value for a member; 1 stands for true, 0 for false.</param>
/// <param name="ChangesByCompaction">Whether compaction can change it: true of what depends on the bytes in use.</param>
public sealed record RuleVariable(
    string Name, RuleUnit Unit, string Meaning, string Formula, Func<RuleInput, double> Read, bool ChangesByCompaction = false)
{
    internal RuleValue ValueFor(RuleInput input) =>
        Unit == RuleUnit.Boolean ? RuleValue.From(Read(input) == 1) : RuleValue.From(Read(input));

    /// <summary>The variable's value for people, e.g. <c>104857600 (100 MiB)</c> or <c>0.4</c>.</summary>
    internal string Show(RuleInput input) => (Unit, Read(input)) switch
    {
        (RuleUnit.Boolean, var value) => value == 1 ? "true" : "false",
        (RuleUnit.Ratio, var value) => value.ToString("0.####", CultureInfo.InvariantCulture),
        (RuleUnit.Bytes, double.PositiveInfinity) => "none",
        (RuleUnit.Bytes, var value) when Math.Abs(value) >= 1024 => $"{(long)value} ({new ByteSize((long)value).ToHuman()})",
        (_, var value) => value.ToString("F0", CultureInfo.InvariantCulture),
    };
}

/// <summary>The variables of the rule language: the one list that evaluation, error messages and documentation share.</summary>
public static class RuleVariables
{
    /// <summary>All variables. Every number is a 64-bit float.</summary>
    public static IReadOnlyList<RuleVariable> All { get; } =
    [
        new("dbSize", RuleUnit.Bytes, "size of the database file", "Status: `dbSize`", Size),
        new("dbSizeInUse", RuleUnit.Bytes, "the part of the file that holds data", "Status: `dbSizeInUse`",
            input => input.DbSizeInUse.Bytes, ChangesByCompaction: true),
        new("dbSizeFree", RuleUnit.Bytes, "the part of the file that a defragmentation reclaims", "`dbSize - dbSizeInUse`",
            Free, ChangesByCompaction: true),
        new("dbQuota", RuleUnit.Bytes, "the member's quota; infinite if it has none", "the quota", Quota),
        new("dbQuotaUsage", RuleUnit.Ratio, "the used share of the quota; 0 without a quota", "`dbSize / dbQuota`", input =>
            Size(input) / Quota(input)),
        new("dbFragmentation", RuleUnit.Ratio, "the free share of the file, 0 to 1; 0 for an empty file", "`dbSizeFree / dbSize`",
            input => input.DbSize.Bytes > 0 ? Math.Max(0, Free(input) / Size(input)) : 0, ChangesByCompaction: true),
        new("isLeader", RuleUnit.Boolean, "whether the member is the leader now", "Status: `leader` is the member itself",
            input => input.IsLeader ? 1 : 0),
        new("raftLag", RuleUnit.Entries, "committed raft entries that the member has not applied yet",
            "Status: `raftIndex - raftAppliedIndex`",
            input => input.RaftLag),
    ];

    /// <summary>The names of all variables.</summary>
    public static IEnumerable<string> Names => All.Select(variable => variable.Name);

    private static double Size(RuleInput input) => input.DbSize.Bytes;

    private static double Free(RuleInput input) => Size(input) - input.DbSizeInUse.Bytes;

    // No quota is a quota that is never reached: then "dbQuota - dbSize < 100M" and "dbQuotaUsage > 0.8" are
    // false, as an operator expects.
    private static double Quota(RuleInput input) => input.DbQuota.Bytes > 0 ? input.DbQuota.Bytes : double.PositiveInfinity;
}
