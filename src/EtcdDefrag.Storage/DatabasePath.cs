namespace EtcdDefrag.Storage;

/// <summary>A database file, and the data directory that it belongs to.</summary>
/// <param name="File">The file, as the user's path leads to it.</param>
/// <param name="DataDirectory">The folder that etcd's <c>--data-dir</c> names; null: a bare file or a snapshot.</param>
public sealed record DatabasePath(string File, string? DataDirectory)
{
    /// <summary>The folder of etcd's raft snapshots and of the database itself; null without a data directory.</summary>
    public string? SnapFolder => DataDirectory is null ? null : Path.Combine(DataDirectory, "member", "snap");
}

/// <summary>What a path leads to.</summary>
/// <param name="calls">The system.</param>
public sealed class DatabaseFinder(IFileCalls calls)
{
    private static readonly string Database = Path.Combine("member", "snap", "db");

    /// <summary>Finds the database of a data directory.</summary>
    /// <param name="path">The folder given to etcd; a file is taken for the database itself.</param>
    /// <param name="name">How messages name the path's place: a flag or a command.</param>
    /// <exception cref="StorageException">It is none; the message says what is there instead.</exception>
    public DatabasePath InDataDirectory(string path, string name)
    {
        var full = Path.GetFullPath(path);
        switch (KindOf(full, path, name))
        {
            case FileKind.File:
                return Bare(full);
            case FileKind.Folder:
                break;
            default:
                throw Wrong(path, name, "it is a pipe, a socket or a device; name etcd's data directory or a database file");
        }

        var file = Path.Combine(full, Database);
        return calls.Stat(file)?.Kind == FileKind.File ? new DatabasePath(file, full)
            : throw Wrong(path, name, $"there is no {Database} in it; {Hint(full)}");
    }

    /// <summary>Finds a bare database or a snapshot.</summary>
    /// <exception cref="StorageException">It is no file.</exception>
    public DatabasePath AsFile(string path, string name)
    {
        var full = Path.GetFullPath(path);
        return KindOf(full, path, name) switch
        {
            FileKind.File => Bare(full),
            FileKind.Folder => throw Wrong(path, name,
                "it is a folder; name a database file or a snapshot, or give etcd's data directory with --data-dir"),
            _ => throw Wrong(path, name, "it is a pipe, a socket or a device; name a database file or a snapshot"),
        };
    }

    /// <summary>A database named by its file still has its data directory around it.</summary>
    private static DatabasePath Bare(string full)
    {
        var inDirectory = full.EndsWith(Path.DirectorySeparatorChar + Database, StringComparison.Ordinal);
        return new DatabasePath(full, inDirectory ? full[..^(Database.Length + 1)] : null);
    }

    private FileKind KindOf(string full, string path, string name)
    {
        try
        {
            return (calls.Stat(full) ?? throw Wrong(path, name, "there is nothing at this path")).Kind;
        }
        catch (FileCallException e)
        {
            throw new StorageException(e.IsDenied ? StorageFault.Failed : StorageFault.Usage,
                $"{name} \"{path}\": {e.Reason}{(e.IsDenied ? "; run as root or as its owner" : "")}", e);
        }
    }

    /// <summary>What the folder is instead, and what is meant probably.</summary>
    private string Hint(string folder)
    {
        if (Has(folder, "snap", "db"))
        {
            return $"it is the member folder of a data directory: give the folder above, {Path.GetDirectoryName(folder)}";
        }

        if (Has(folder, "db"))
        {
            return $"it is the snap folder of a data directory: give {Above(folder, 2)}";
        }

        var names = Names(folder);
        if (names.Any(entry => entry.EndsWith(".wal", StringComparison.Ordinal)))
        {
            return $"it is a write-ahead log: give the data directory, the folder that has member/snap/db{(Has(Above(folder, 1), "snap", "db") ? $": {Above(folder, 2)}" : "")}";
        }

        var inside = names.Where(entry => Has(folder, entry, Database)).Order(StringComparer.Ordinal).ToArray();
        return inside switch
        {
            [var only] => $"the data directory is one folder down: give {Path.Combine(folder, only)}",
            { Length: > 1 } => $"it holds several data directories: give one of {string.Join(", ", inside.Take(5).Select(entry => Path.Combine(folder, entry)))}{(inside.Length > 5 ? ", …" : "")}",
            _ when names.Length == 0 => "it is empty: has etcd ever run with it?",
            _ when IsFolder(folder, "member", "snap") || IsFolder(folder, "member", "wal") =>
                "it is a data directory without a database: of an etcd with the v2 store alone (before 3.0), or one whose database was removed; restore it from a snapshot",
            _ when names.Any(entry => entry.EndsWith(".snap", StringComparison.Ordinal)) =>
                "it holds raft snapshots alone, no database: give the folder that has member/snap/db",
            _ => "it is no data directory of etcd: give the folder that etcd's --data-dir names, e.g. /var/lib/etcd",
        };
    }

    private static string Above(string folder, int levels)
    {
        for (var i = 0; i < levels; i++)
        {
            folder = Path.GetDirectoryName(folder) ?? folder;
        }

        return folder;
    }

    private bool Has(params ReadOnlySpan<string> parts) => calls.Stat(Path.Combine(parts))?.Kind == FileKind.File;

    private bool IsFolder(params ReadOnlySpan<string> parts) => calls.Stat(Path.Combine(parts))?.Kind == FileKind.Folder;

    private static string[] Names(string folder)
    {
        try
        {
            return [.. Directory.GetFileSystemEntries(folder).Select(entry => Path.GetFileName(entry))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static StorageException Wrong(string path, string name, string problem) =>
        new(StorageFault.Usage, $"{name} \"{path}\": {problem}");
}
