using System.Globalization;
using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Core.Rules;

/// <summary>The variables of the rule language: the one list that evaluation, error messages and documentation share.</summary>
public static class RuleVariables
{
    /// <summary>All variables. Every number is a 64-bit float.</summary>
    public static IReadOnlyList<RuleVariable> All { get; } =
    [
        new("dbSize", RuleUnit.Bytes, "size of the database file", "Status: `dbSize`",
            input => RuleValue.From(Size(input))),
        new("dbSizeInUse", RuleUnit.Bytes, "the part of the file that holds data", "Status: `dbSizeInUse`",
            input => RuleValue.From((double)input.DbSizeInUse.Bytes)) { ChangesByCompaction = true },
        new("dbSizeFree", RuleUnit.Bytes, "the part of the file that a defragmentation gives back", "`dbSize - dbSizeInUse`",
            input => RuleValue.From(Free(input))) { ChangesByCompaction = true },
        new("dbQuota", RuleUnit.Bytes, "the member's quota; infinite when it has none", "the quota",
            input => RuleValue.From(Quota(input))),
        new("dbQuotaUsage", RuleUnit.Ratio, "how full the quota is; 0 when there is none", "`dbSize / dbQuota`",
            input => RuleValue.From(Size(input) / Quota(input))),
        new("dbFragmentation", RuleUnit.Ratio, "how much of the file is free, 0 to 1; 0 for an empty file", "`dbSizeFree / dbSize`",
            input => RuleValue.From(input.DbSize.Bytes > 0 ? Math.Max(0, Free(input) / Size(input)) : 0.0)) { ChangesByCompaction = true },
        new("isLeader", RuleUnit.Boolean, "whether the member leads at the moment of the decision", "Status: `leader` is the member itself",
            input => RuleValue.From(input.IsLeader)),
        new("raftLag", RuleUnit.Entries, "raft entries that are committed and not yet applied by the member", "Status: `raftIndex - raftAppliedIndex`",
            input => RuleValue.From((double)input.RaftLag)),
    ];

    /// <summary>The names of all variables.</summary>
    public static IEnumerable<string> Names => All.Select(variable => variable.Name);

    internal static int IndexOf(ReadOnlySpan<char> name)
    {
        for (var i = 0; i < All.Count; i++)
        {
            if (name.SequenceEqual(All[i].Name))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The variable's value for people, e.g. <c>104857600 (100 MiB)</c> or <c>0.4</c>.</summary>
    internal static string Show(RuleVariable variable, RuleInput input)
    {
        var value = variable.Read(input);
        return variable.Unit switch
        {
            RuleUnit.Boolean => value.Boolean ? "true" : "false",
            RuleUnit.Ratio => value.Number.ToString("0.####", CultureInfo.InvariantCulture),
            RuleUnit.Bytes when double.IsInfinity(value.Number) => "none",
            RuleUnit.Bytes => Bytes(new ByteSize(RuleValue.Truncate(value.Number))),
            _ => RuleValue.Format(value.Number),
        };
    }

    private static string Bytes(ByteSize size) => Math.Abs((double)size.Bytes) < 1024 ? size.ToString() : $"{size} ({size.ToHuman()})";

    private static double Size(RuleInput input) => input.DbSize.Bytes;

    private static double Free(RuleInput input) => Size(input) - input.DbSizeInUse.Bytes;

    // No quota is a quota that is never reached: then "dbQuota - dbSize < 100M" and "dbQuotaUsage > 0.8" are false, as an operator expects.
    private static double Quota(RuleInput input) => input.DbQuota.Bytes > 0 ? input.DbQuota.Bytes : double.PositiveInfinity;
}
