using System.Globalization;

namespace EtcdDefrag.Storage;

/// <summary>What lies beside a database in <c>member/snap</c>.</summary>
/// <param name="NewestSnapshot">The raft index of the newest raft snapshot; null: there is none.</param>
/// <param name="ReceivedDatabases">Raft indexes of whole databases that a leader sent (<c>INDEX.snap.db</c>).</param>
/// <param name="Leftovers">Files that nobody needs: temporary ones, databases received, broken snapshots.</param>
/// <param name="LeftoverBytes">What they take.</param>
public sealed record SnapFolder(ulong? NewestSnapshot, IReadOnlyList<ulong> ReceivedDatabases, IReadOnlyList<string> Leftovers,
    long LeftoverBytes)
{
    /// <summary>Looks into the folder.</summary>
    public static SnapFolder Read(string folder)
    {
        ulong? newest = null;
        var received = new List<ulong>();
        var leftovers = new List<string>();
        long bytes = 0;
        foreach (var file in Files(folder))
        {
            var name = file.Name;
            if (name.EndsWith(".snap.db", StringComparison.Ordinal) || name.EndsWith(".broken", StringComparison.Ordinal)
                || name.StartsWith("db.tmp", StringComparison.Ordinal) || name.StartsWith("tmp", StringComparison.Ordinal))
            {
                leftovers.Add(name);
                bytes += file.Length;
            }

            if (Hex(name, ".snap.db") is { } database)
            {
                received.Add(database);
            }
            else if (name.Split('-') is [_, var index] && Hex(index, ".snap") is { } snapshot && !(snapshot <= newest))
            {
                newest = snapshot;
            }
        }

        leftovers.Sort(StringComparer.Ordinal);
        return new SnapFolder(newest, received, leftovers, bytes);
    }

    // Source: etcd server/etcdserver/api/snap: "%016x-%016x.snap" (term, index), "%016x.snap.db".
    private static ulong? Hex(string name, string ending) =>
        name.EndsWith(ending, StringComparison.Ordinal)
            && ulong.TryParse(name.AsSpan(0, name.Length - ending.Length), NumberStyles.AllowHexSpecifier,
            CultureInfo.InvariantCulture, out var value) ? value : null;

    private static FileInfo[] Files(string folder)
    {
        try
        {
            return new DirectoryInfo(folder).GetFiles();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
