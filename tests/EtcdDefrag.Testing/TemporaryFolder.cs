namespace EtcdDefrag.Testing;

/// <summary>A folder of its own for one test; gone afterwards unless ETCD_DEFRAG_TEST_KEEP is set.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("etcd-defrag-test-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        if (Environment.GetEnvironmentVariable("ETCD_DEFRAG_TEST_KEEP") is { Length: > 0 })
        {
            TestLog.Write($"kept: {Path}");
            return;
        }

        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // A process that was just killed may still have been writing: the next try sees it gone.
            Directory.Delete(Path, recursive: true);
        }
    }
}
