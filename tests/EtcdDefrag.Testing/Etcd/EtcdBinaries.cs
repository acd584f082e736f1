namespace EtcdDefrag.Testing.Etcd;

/// <summary>The etcd versions that build/get-etcd.sh laid out, or those in the folder that ETCD_DEFRAG_ETCD_DIR names.</summary>
/// <remarks>A missing etcd is a failure, never a skipped test.</remarks>
public static class EtcdBinaries
{
    /// <summary>All versions, oldest first; never empty.</summary>
    public static IReadOnlyList<EtcdVersion> All { get; } = Find();

    /// <summary>The oldest and the newest; all of them where <c>./test.sh --all</c> asks for it.</summary>
    public static IReadOnlyList<EtcdVersion> Tried => Repo.IsThorough ? All : [.. new[] { Oldest, Newest }.Distinct()];

    public static EtcdVersion Oldest => All[0];

    public static EtcdVersion Newest => All[^1];

    /// <summary>The version of exactly this number.</summary>
    public static EtcdVersion Of(string number) => All.FirstOrDefault(version => version.ToString() == number)
        ?? throw new InvalidOperationException($"etcd {number} is missing (there are {string.Join(", ", All)}): run build/get-etcd.sh");

    private static List<EtcdVersion> Find()
    {
        var folder = Environment.GetEnvironmentVariable("ETCD_DEFRAG_ETCD_DIR") is { Length: > 0 } given ? given : Repo.Path(".cache", "etcd");
        var versions = (Directory.Exists(folder) ? Directory.GetDirectories(folder) : [])
            .Where(path => File.Exists(Path.Combine(path, "etcd")) && File.Exists(Path.Combine(path, "etcdctl")))
            .Select(path => (Path: path, Number: Version.TryParse(Path.GetFileName(path), out var number) ? number : null))
            .Where(found => found.Number is not null)
            .Select(found => new EtcdVersion(found.Number!, found.Path))
            .OrderBy(version => version.Number)
            .ToList();
        return versions.Count > 0 ? versions : throw new InvalidOperationException($"no etcd in {folder}: run build/get-etcd.sh");
    }
}
