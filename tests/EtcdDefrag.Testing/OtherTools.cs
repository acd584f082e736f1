namespace EtcdDefrag.Testing;

/// <summary>Programs of others that tests ask: what build/get-tools.sh brings, or the folder that ETCD_DEFRAG_TOOLS_DIR names.</summary>
public static class OtherTools
{
    /// <exception cref="InvalidOperationException">It is not there.</exception>
    public static string Path(string name)
    {
        var folder = Environment.GetEnvironmentVariable("ETCD_DEFRAG_TOOLS_DIR") is { Length: > 0 } given ? given : Repo.Path(".cache", "tools");
        var path = System.IO.Path.Combine(folder, name);
        return File.Exists(path) ? path : throw new InvalidOperationException($"{path} is missing: run build/get-tools.sh");
    }
}
