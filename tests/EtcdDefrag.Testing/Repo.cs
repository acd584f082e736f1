namespace EtcdDefrag.Testing;

/// <summary>Where the working copy lies that these tests were built in.</summary>
public static class Repo
{
    public static string Root { get; } = FindRoot();

    public static string Path(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);

    /// <summary>Whether what is slow and rarely broken is tried as well (<c>./test.sh --all</c>).</summary>
    public static bool IsThorough { get; } = Environment.GetEnvironmentVariable("ETCD_DEFRAG_ALL") is { Length: > 0 };

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "EtcdDefrag.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"no EtcdDefrag.slnx above {AppContext.BaseDirectory}: run the tests inside the working copy");
    }
}
