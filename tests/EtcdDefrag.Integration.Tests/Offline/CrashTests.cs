using EtcdDefrag.Core.Execution;
using EtcdDefrag.Storage;
using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Etcd;
using EtcdDefrag.Testing.Storage;

using static EtcdDefrag.Integration.Tests.Offline.OfflineScene;
using static EtcdDefrag.Integration.Tests.Scene;

namespace EtcdDefrag.Integration.Tests.Offline;

/// <summary>A fault at each system call of a rewrite of a real data directory, and real etcd on all that they leave.</summary>
public sealed class CrashTests
{
    public static TheoryData<string> Versions => Repo.IsThorough ? OldestAndNewest : new(EtcdBinaries.Newest.ToString());

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Etcd_starts_with_all_its_data_whatever_went_wrong(string version)
    {
        await using var cluster = await SingleAsync(version);
        var member = cluster.Members[0];
        await PutAsync(member.Gateway, "key/", 800, 500);
        await PutAsync(member.Gateway, "key/", 400, 500);
        await LeaseAsync(member.Gateway, "leased");
        await cluster.Control.LinesAsync(Stop, "user", "add", "ann:secret");
        await Filler.CompactAsync(member.Gateway, Stop);
        var content = await ContentAsync(cluster);
        await member.StopAsync(Stop);
        var db = member.DatabaseFile;
        var old = await ReadAsync(db);

        // Thousands of states are few different ones: etcd is started on each of those.
        var states = new Dictionary<string, (byte[] Db, byte[]? Leftover)>();
        foreach (var fault in Enum.GetValues<CallFault>().Except([CallFault.None, CallFault.LeftOut]))
        {
            for (var at = 0; ; at++)
            {
                await WriteAsync(db, old);
                var calls = new FaultyCalls(new LinuxFileCalls(), at, fault);
                await TryAsync(calls, DataDirOf(member));
                if (calls.Made.Count <= at)
                {
                    break;
                }

                var leftover = Directory.GetFiles(Path.GetDirectoryName(db)!, "db.tmp*").SingleOrDefault();
                var now = await ReadAsync(db);
                var tail = leftover is null ? null : await ReadAsync(leftover);
                states.TryAdd($"{Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(now))} {tail is not null}", (now, tail));
                if (leftover is not null)
                {
                    File.Delete(leftover);
                }
            }
        }

        Assert.InRange(states.Count, 3, 4); // the old file and the new one, with a leftover and without
        foreach (var (state, left) in states)
        {
            await WriteAsync(db, left.Db);
            if (left.Leftover is { } leftover)
            {
                await File.WriteAllBytesAsync(db + ".tmp.left", leftover, Stop);
            }

            await RestartAsync(member);
            Assert.True(content == await ContentAsync(cluster), state);
            await member.StopAsync(Stop);
        }
    }

    [Fact]
    public async Task A_full_disk_changes_nothing_and_leaves_nothing()
    {
        await using var cluster = await SingleAsync(EtcdBinaries.Newest.ToString());
        var member = cluster.Members[0];
        await PutAsync(member.Gateway, "key/", 20, 500_000);
        await member.StopAsync(Stop);
        var size = new FileInfo(member.DatabaseFile).Length >> 20;
        var disk = DataDirOf(member) + ".disk";

        // A mount that nobody else sees, with room for the old file and a little more.
        var result = await RunAsync("/usr/bin/unshare",
        [
            "--mount", "/bin/sh", "-c",
            $"""
            mkdir '{disk}' && mount -t tmpfs -o size={size + 4}m none '{disk}' && mkdir -p '{disk}/member/snap' && cp '{member.DatabaseFile}' '{disk}/member/snap/' && sha256sum '{disk}/member/snap/db' >'{disk}.before' || exit 99
            '{Tool.Binary}' --data-dir '{disk}'; code=$?
            sha256sum '{disk}/member/snap/db' | cmp - '{disk}.before' && ls '{disk}/member/snap'; exit $code
            """,
        ]);

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("there is no room for the new file", result.Error, StringComparison.Ordinal);
        Assert.Equal(["db"], result.OutputLines.Where(line => line.StartsWith("db", StringComparison.Ordinal)));
    }

    // A test beside this one may just start a program: until that has begun, it shares our descriptors and their locks.
    private static async Task<byte[]> ReadAsync(string path)
    {
        byte[] content = [];
        await UnlockedAsync(path, async () => content = await File.ReadAllBytesAsync(path, Stop));
        return content;
    }

    private static Task WriteAsync(string path, byte[] content) => UnlockedAsync(path, () => File.WriteAllBytesAsync(path, content, Stop));

    private static Task UnlockedAsync(string path, Func<Task> use) => Wait.UntilAsync(
        $"{path} is not locked",
        async () =>
        {
            try
            {
                await use();
                return true;
            }
            catch (IOException)
            {
                return false;
            }
        },
        Stop);

    private static async Task TryAsync(FaultyCalls calls, string dataDir)
    {
        try
        {
            var options = new OfflineOptions { Job = OfflineJob.Defragment, Path = dataDir, PathName = "--data-dir" };
            await new OfflineRun(calls, new OpenElsewhere(calls, "/nowhere"), options, new RunReportBuilder(dryRun: false), TimeProvider.System).RunAsync(Stop);
        }
        catch (Exception e) when (e is StorageException or KilledException || e.InnerException is KilledException)
        {
            // What is left is what counts.
        }
    }
}
