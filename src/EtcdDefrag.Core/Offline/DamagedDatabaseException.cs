using System.Diagnostics.CodeAnalysis;

namespace EtcdDefrag.Core.Offline;

/// <summary>The file is damaged and was not rewritten. What was written to the sink is worthless.</summary>
[SuppressMessage("Design", "CA1032", Justification = "It is nothing without the findings.")]
public sealed class DamagedDatabaseException : Exception
{
    /// <summary>The file is damaged.</summary>
    /// <param name="check">All that was found: the whole file was looked at.</param>
    public DamagedDatabaseException(DatabaseCheck check)
        : base(check.Findings.Count > 0 ? check.Findings[0].Text : "the database is damaged") => Check = check;

    /// <summary>All that was found.</summary>
    public DatabaseCheck Check { get; }
}
