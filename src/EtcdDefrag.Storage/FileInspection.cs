using EtcdDefrag.Core.Inspection;

namespace EtcdDefrag.Storage;

/// <summary>A database that was looked into.</summary>
/// <param name="Path">The file, or the endpoint that the snapshot came from.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Size">Bytes of the file, a snapshot's hash not counted.</param>
/// <param name="Database">What is in it.</param>
public sealed record FileInspection(string Path, FileInspectionKind Kind, long Size, DatabaseInspection Database)
{
    /// <summary>Whether a snapshot's hash is right; null: it is no snapshot.</summary>
    public bool? IsHashRight { get; init; }

    /// <summary>Bytes of its pages that are in use.</summary>
    public long InUse => Math.Min(Size, Database.Check.Pages.InUse * (Database.Check.Meta?.PageSize ?? 0));
}

/// <summary>What was looked into.</summary>
public enum FileInspectionKind
{
    /// <summary>The database in a data directory.</summary>
    DataDirectory,

    /// <summary>A bare database file.</summary>
    File,

    /// <summary>A snapshot.</summary>
    Snapshot,

    /// <summary>A snapshot that was taken from a running member.</summary>
    Member,
}
