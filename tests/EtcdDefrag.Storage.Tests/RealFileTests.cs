using System.Buffers.Binary;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Storage;

namespace EtcdDefrag.Storage.Tests;

/// <summary>Rewrites of real files by real system calls.</summary>
public sealed class RealFileTests : IDisposable
{
    private static readonly LinuxFileCalls Calls = new();

    private readonly TemporaryFolder _folder = new();

    private string DataDir => _folder.File("etcd");

    private string Db => Path.Combine(DataDir, "member", "snap", "db");

    public RealFileTests() => Put(Db);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Mode_and_attributes_are_those_of_the_old_file()
    {
#pragma warning disable CA1416 // on Linux only, as all of this project
        File.SetUnixFileMode(Db, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
#pragma warning restore CA1416
        byte[] label = [.. "system_u:object_r:etcd_t:s0\0"u8];
        using (var old = Open(Db))
        {
            Calls.SetAttribute(old.Descriptor, "user.note", "kept"u8);
            if (Environment.IsPrivilegedProcess)
            {
                Calls.SetAttribute(old.Descriptor, "security.selinux", label);
                Calls.ChangeOwner(old.Descriptor, 12345, 23456);
            }
        }

        var outcome = await RunAsync();

        Assert.True(outcome.Code == ExitCode.Ok, outcome.Text);
        using var file = Open(Db);
        var facts = Calls.Stat(file.Descriptor);
        Assert.Equal(0x1a0u, facts.Mode);
        Assert.Equal("kept"u8.ToArray(), Calls.Attribute(file.Descriptor, "user.note"));
        if (Environment.IsPrivilegedProcess)
        {
            Assert.Equal(label, Calls.Attribute(file.Descriptor, "security.selinux"));
            Assert.Equal((12345u, 23456u), (facts.User, facts.Group));
        }
    }

    [Fact]
    public async Task An_access_control_list_is_kept()
    {
        // version 2; owner rw-, user 12345 r--, group ---, mask r--, other ---
        byte[] acl = [2, 0, 0, 0, .. Entry(1, 6, uint.MaxValue), .. Entry(2, 4, 12345), .. Entry(4, 0, uint.MaxValue), .. Entry(16, 4, uint.MaxValue), .. Entry(32, 0, uint.MaxValue)];
        using (var old = Open(Db))
        {
            Calls.SetAttribute(old.Descriptor, "system.posix_acl_access", acl);
        }

        Assert.Equal(ExitCode.Ok, (await RunAsync()).Code);

        using var file = Open(Db);
        Assert.Equal(acl, Calls.Attribute(file.Descriptor, "system.posix_acl_access"));

        static byte[] Entry(ushort tag, ushort rights, uint id)
        {
            var entry = new byte[8];
            BinaryPrimitives.WriteUInt16LittleEndian(entry, tag);
            BinaryPrimitives.WriteUInt16LittleEndian(entry.AsSpan(2), rights);
            BinaryPrimitives.WriteUInt32LittleEndian(entry.AsSpan(4), id);
            return entry;
        }
    }

    [Fact]
    public async Task Links_stay_links_and_the_file_they_lead_to_is_rewritten()
    {
        var real = _folder.File("disk/real db ü");
        Put(real);
        File.Delete(Db);
        File.CreateSymbolicLink(Db, real);
        Directory.CreateSymbolicLink(_folder.File("link to etcd"), DataDir);

        var outcome = await RunAsync(_folder.File("link to etcd"));

        Assert.True(outcome.Code == ExitCode.Ok, outcome.Text);
        Assert.Equal(real, new FileInfo(Db).LinkTarget);
        Assert.InRange(new FileInfo(real).Length, 1, Sample.Old.Length * 2 / 3);
        Assert.Equal([Path.GetFileName(real)], Directory.GetFileSystemEntries(Path.GetDirectoryName(real)!).Select(Path.GetFileName));
        Assert.Equal(real, outcome.Report.Members[0].Target.Endpoint.Host);
    }

    [Fact]
    public async Task An_etcd_that_opened_the_old_file_unseen_finds_it_invalid()
    {
        using var waiting = Open(Db);

        var outcome = await RunAsync();

        Assert.Equal(ExitCode.Ok, outcome.Code);
        Assert.Equal(0u, Calls.Stat(waiting.Descriptor).Links);
        Assert.Equal((0u, 0u), (Magic(waiting, 0), Magic(waiting, 4096)));
        using var now = Open(Db);
        Assert.Equal((0xED0CDAEDu, 0xED0CDAEDu), (Magic(now, 0), Magic(now, 4096)));
    }

    [Fact]
    public async Task Of_a_hard_linked_database_the_other_name_keeps_the_old_content()
    {
        var other = _folder.File("other");
        Assert.Equal(0, await Shell.RunAsync($"ln '{Db}' '{other}'"));

        var outcome = await RunAsync();

        Assert.Equal(ExitCode.Ok, outcome.Code);
        Assert.Contains("hard link", outcome.Text, StringComparison.Ordinal);
        Assert.Equal(Sample.Old, await File.ReadAllBytesAsync(other, Stop));
    }

    [Fact]
    public async Task Whoever_has_the_file_open_before_the_rename_ends_the_run()
    {
        var proc = _folder.File("proc");
        Directory.CreateDirectory(Path.Combine(proc, "4711", "fd"));
        await File.WriteAllTextAsync(Path.Combine(proc, "4711", "comm"), "etcd\n", Stop);
        File.CreateSymbolicLink(Path.Combine(proc, "4711", "fd", "7"), Db);

        var outcome = await Sample.RunAsync(Calls, Sample.Options(DataDir), new OpenElsewhere(Calls, proc));

        Assert.Equal(ExitCode.Refused, outcome.Code);
        Assert.Contains("process 4711 (etcd)", outcome.Text, StringComparison.Ordinal);
        AssertUntouched();
    }

    [Fact]
    public async Task A_file_that_was_changed_meanwhile_is_not_replaced()
    {
        var calls = At("create", () => File.SetLastWriteTimeUtc(Db, DateTime.UnixEpoch.AddDays(20_000)));

        var outcome = await Sample.RunAsync(calls, Sample.Options(DataDir));

        Assert.Equal(ExitCode.Refused, outcome.Code);
        Assert.Contains("changed by somebody else", outcome.Text, StringComparison.Ordinal);
        AssertUntouched();
    }

    [Fact]
    public async Task A_lock_on_a_file_that_lost_its_name_while_it_was_waited_for_is_no_lock()
    {
        var holder = Open(Db);
        Assert.True(Calls.TryLock(holder.Descriptor, exclusive: true));
        var waiting = new TaskCompletionSource();
        var opening = DatabaseFile.OpenAsync(Calls, Db, new OpenOptions(ForWriting: true, TimeSpan.FromMinutes(1), _ => waiting.SetResult()), TimeProvider.System, Stop);
        await waiting.Task.WaitAsync(Stop);

        // What a running etcd does in an online defragmentation, and its end.
        File.Move(Db, Db + ".old");
        Put(Db);
        holder.Dispose();

        using var file = await opening;
        Assert.True(file.Facts.IsSameFile(Calls.Stat(Db)));
        Assert.True(file.IsStillAtPath());
    }

    /// <remarks>A running etcd that defragments online opens the new file, and locks it, a moment after the rename.</remarks>
    [Fact]
    public async Task A_lock_that_came_before_the_etcd_that_is_opening_the_file_is_given_back()
    {
        var opened = _folder.File("proc/4711/fd/7");
        Directory.CreateDirectory(Path.GetDirectoryName(opened)!);
        File.CreateSymbolicLink(opened, Db);
        var holder = Open(Db);
        Assert.True(Calls.TryLock(holder.Descriptor, exclusive: true));
        var waiting = new TaskCompletionSource();
        var locks = 0;
        var counting = new FaultyCalls(Calls, -1, CallFault.None)
        {
            Making = name => Interlocked.Add(ref locks, name == "flock" ? 1 : 0),
        };
        var how = new OpenOptions(ForWriting: true, TimeSpan.FromMinutes(1), _ => waiting.SetResult(), new OpenElsewhere(Calls, _folder.File("proc")));
        var opening = DatabaseFile.OpenAsync(counting, Db, how, TimeProvider.System, Stop);
        await waiting.Task.WaitAsync(Stop);
        holder.Dispose();
        var before = Volatile.Read(ref locks);

        await Wait.UntilAsync("the lock is tried again", () => opening.IsCompleted || Volatile.Read(ref locks) > before + 2, Stop);
        Assert.False(opening.IsCompleted);
        File.Delete(opened);

        using var file = await opening;
        Assert.True(file.IsStillAtPath());
    }

    [Fact]
    public async Task A_path_that_leads_elsewhere_right_after_the_lock_is_opened_anew()
    {
        var moved = false;
        var moving = At("flock", () =>
        {
            moved = true;
            File.Move(Db, Db + ".old");
            Put(Db);
        });

        using var file = await DatabaseFile.OpenAsync(moving, Db, new OpenOptions(ForWriting: true, TimeSpan.FromMinutes(1)), TimeProvider.System, Stop);

        Assert.True(moved);
        Assert.True(file.Facts.IsSameFile(Calls.Stat(Db)));
    }

    [Fact]
    public async Task In_use_is_told_at_once_with_the_holder()
    {
        using var etcd = await Shell.HoldAsync(Db, Stop);

        var outcome = await RunAsync();

        Assert.Equal(ExitCode.Refused, outcome.Code);
        Assert.Contains($"in use by process {etcd.Id} (", outcome.Text, StringComparison.Ordinal);
        AssertUntouched();
    }

    [Fact]
    public async Task A_backup_is_a_file_of_its_own_with_the_old_content()
    {
        var backup = _folder.File("old db");

        var outcome = await Sample.RunAsync(Calls, Sample.Options(DataDir) with { Backup = backup });

        Assert.True(outcome.Code == ExitCode.Ok, outcome.Text);
        Assert.Equal(Sample.Old, await File.ReadAllBytesAsync(backup, Stop));
        Assert.Equal(1u, Calls.Stat(backup)!.Links);
        var again = await Assert.ThrowsAsync<StorageException>(() => Sample.RunAsync(Calls, Sample.Options(DataDir) with { Backup = backup }));
        Assert.Contains("something is there already", again.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupted_run_leaves_the_file_as_it_was_and_nothing_beside_it()
    {
        using var stop = new CancellationTokenSource();

        var outcome = await Sample.RunAsync(At("fsync", stop.Cancel), Sample.Options(DataDir), stop: stop.Token);

        Assert.Equal(ExitCode.Interrupted, outcome.Code);
        AssertUntouched();
    }

    [Fact]
    public async Task A_snapshot_is_rewritten_with_a_hash_of_its_own_and_a_wrong_hash_is_refused()
    {
        var snapshot = _folder.File("snapshot.db");
        byte[] content = [.. Sample.Old, .. System.Security.Cryptography.SHA256.HashData(Sample.Old)];
        await File.WriteAllBytesAsync(snapshot, content, Stop);

        var outcome = await Sample.RunAsync(Calls, Sample.Options(snapshot) with { MustBeFile = true });

        Assert.True(outcome.Code == ExitCode.Ok, outcome.Text);
        var now = await File.ReadAllBytesAsync(snapshot, Stop);
        Assert.Equal(System.Security.Cryptography.SHA256.HashData(now.AsSpan()[..^32]), now[^32..]);

        content[700_000] ^= 1;
        await File.WriteAllBytesAsync(snapshot, content, Stop);
        var refused = await Sample.RunAsync(Calls, Sample.Options(snapshot) with { MustBeFile = true });
        Assert.Equal(ExitCode.Failed, refused.Code);
        Assert.Contains("SHA-256", refused.Text, StringComparison.Ordinal);
        Assert.Equal(content, await File.ReadAllBytesAsync(snapshot, Stop));
    }

    [Fact]
    public async Task What_was_reserved_beyond_the_end_is_given_back()
    {
        Assert.Equal(ExitCode.Ok, (await RunAsync()).Code);

        var facts = Calls.Stat(Db)!;
        Assert.InRange(facts.AllocatedBytes, 1, facts.Size + 65536);
    }

    [Fact]
    public async Task A_dry_run_opens_the_file_for_reading_alone()
    {
        var outcome = await Sample.RunAsync(Calls, Sample.Options(DataDir) with { DryRun = true });

        Assert.Equal(ExitCode.Ok, outcome.Code);
        Assert.Contains(outcome.Events, one => one is RunEvent.DefragmentPlanned { Reclaimable.Bytes: > 1_000_000 });
        AssertUntouched();
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Task<Sample.Outcome> RunAsync(string? path = null) => Sample.RunAsync(Calls, Sample.Options(path ?? DataDir));

    private void AssertUntouched()
    {
        // By our own calls: .NET's wait for no lock of somebody else's.
        using var file = Open(Db);
        var content = new byte[Calls.Stat(file.Descriptor).Size];
        for (var read = 0; read < content.Length;)
        {
            read += Calls.Read(file.Descriptor, read, content.AsSpan(read));
        }

        Assert.Equal(Sample.Old, content);
        Assert.Equal(["db"], Directory.GetFileSystemEntries(Path.GetDirectoryName(Db)!).Select(Path.GetFileName));
    }

    /// <summary>Something happens just before the first such call.</summary>
    private static FaultyCalls At(string call, Action happens)
    {
        var happened = false;
        return new FaultyCalls(Calls, -1, CallFault.None)
        {
            Making = name =>
            {
                if (name == call && !happened)
                {
                    happened = true;
                    happens();
                }
            },
        };
    }

    private static void Put(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, Sample.Old);
    }

    private static OpenFile Open(string path) => new(Calls.Open(path, writable: true));

    private static uint Magic(OpenFile file, long page)
    {
        Span<byte> magic = stackalloc byte[4];
        Assert.Equal(4, Calls.Read(file.Descriptor, page + 16, magic));
        return BinaryPrimitives.ReadUInt32LittleEndian(magic);
    }

    private sealed record OpenFile(int Descriptor) : IDisposable
    {
        public void Dispose() => Calls.Close(Descriptor);
    }
}
