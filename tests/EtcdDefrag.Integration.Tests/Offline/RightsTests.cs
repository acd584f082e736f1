using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Processes;

using static EtcdDefrag.Integration.Tests.Offline.OfflineScene;
using static EtcdDefrag.Integration.Tests.Scene;

namespace EtcdDefrag.Integration.Tests.Offline;

/// <summary>Who may do it, and what is told to those who may not. As root, the tests become other users.</summary>
public sealed class RightsTests : IDisposable
{
    private const string Nobody = "65534";

    private readonly TemporaryFolder _folder = new();

    private string DataDir => _folder.File("etcd data ü");

    private string Db => Path.Combine(DataDir, "member", "snap", "db");

    public RightsTests()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Db)!);
        using var packed = new System.IO.Compression.GZipStream(File.OpenRead(Repo.Path("tests", "EtcdDefrag.Storage.Tests", "Data", "etcd-3.5.30.db.gz")), System.IO.Compression.CompressionMode.Decompress);
        using var file = File.Create(Db);
        packed.CopyTo(file);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_user_who_owns_the_data_needs_no_other_right()
    {
        await ShellAsync($"chmod 755 '{_folder.Path}'; chown -R {Nobody}:{Nobody} '{DataDir}'; chmod -R u=rwX,go= '{DataDir}'");

        var result = await AsNobodyAsync();

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Contains(" given back)", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("chmod -R go= 'DATA'", 3, "run as root or as its owner")]
    [InlineData("chmod -R go=rX 'DATA'", 3, "run as root or as its owner (uid 0)")]
    [InlineData("chmod -R go=rwX 'DATA'", 1, "run as root or as its owner (uid 0)")]
    [InlineData("chown -R 65534 'DATA'; chmod 500 'DATA/member/snap'", 1, "Permission denied")]
    public async Task Who_may_not_is_told_so_and_nothing_changes(string preparation, int code, string words)
    {
        var before = await File.ReadAllBytesAsync(Db, Stop);
        await ShellAsync($"chmod 755 '{_folder.Path}'; {preparation.Replace("DATA", DataDir, StringComparison.Ordinal)}");

        var result = await AsNobodyAsync();

        Assert.Equal(code, result.ExitCode);
        Assert.Contains(words, result.Error, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(Db, Stop));
        Assert.Equal([Db], Directory.GetFiles(Path.GetDirectoryName(Db)!));
    }

    [Fact]
    public async Task Root_leaves_the_file_to_its_owner()
    {
        await ShellAsync($"chown {Nobody}:{Nobody} '{Db}'; chmod 640 '{Db}'");

        await RewrittenAsync(DataDir);

        Assert.Equal("65534 65534 640", (await ShellAsync($"stat -c '%u %g %a' '{Db}'")).Output.Trim());
    }

    [Fact]
    public async Task A_read_only_file_system_is_told()
    {
        var result = await RunAsync("/usr/bin/unshare", ["--mount", "/bin/sh", "-c", $"mount --bind '{DataDir}' '{DataDir}' && mount -o remount,bind,ro '{DataDir}' && '{Tool.Binary}' --data-dir '{DataDir}'"]);

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("Read-only file system", result.Error, StringComparison.Ordinal);
        await AssertSoundAsync(DataDir);
    }

    [Fact]
    public async Task A_sparse_file_is_rewritten()
    {
        await ShellAsync($"truncate -s 4G '{Db}'");

        var result = await RewrittenAsync(DataDir);

        Assert.Contains("rewritten: 4 GiB -> 1.4 MiB", result.Output, StringComparison.Ordinal);
    }

    private Task<ProcessResult> AsNobodyAsync() =>
        RunAsync("/usr/bin/setpriv", ["--reuid", Nobody, "--regid", Nobody, "--clear-groups", Tool.Binary, "--data-dir", DataDir]);
}
