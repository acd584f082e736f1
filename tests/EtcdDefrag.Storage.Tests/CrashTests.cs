using EtcdDefrag.Core.Execution;
using EtcdDefrag.Testing.Storage;

namespace EtcdDefrag.Storage.Tests;

/// <summary>Something goes wrong at each system call of a rewrite in turn. What is left is the old database or the new one, whole, also when the power fails then.</summary>
public sealed class CrashTests
{
    private static readonly byte[] New = Rewritten();

    public static TheoryData<CallFault> Faults => [.. Enum.GetValues<CallFault>().Except([CallFault.None, CallFault.LeftOut])];

    [Fact]
    public void The_new_file_is_smaller() => Assert.InRange(New.Length, 100_000, Sample.Old.Length * 2 / 3);

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task At_no_call_is_anything_lost(CallFault fault)
    {
        var reached = 0;
        for (var at = 0; ; at++)
        {
            var disk = Disk();
            var calls = new FaultyCalls(disk, at, fault);
            var (code, text) = await TryAsync(calls);
            if (calls.Made.Count <= at)
            {
                break;
            }

            reached++;
            var where = $"{fault} at call {at}, {calls.Made[at]}: {code}: {text}";
            AssertOldOrNew(disk, where);
            if (code is null)
            {
                continue; // killed: what counts is what is left
            }

            var isNew = disk.Content(Sample.Db).AsSpan().SequenceEqual(New);
            Assert.True(code is ExitCode.Ok or ExitCode.Unknown == isNew, where);
            Assert.True(fault != CallFault.Partial || code == ExitCode.Ok, where);
            Assert.Equal(0, disk.OpenDescriptors);
            if (calls.Made[at] != "unlink")
            {
                Assert.Equal([Sample.Db], disk.Paths);
            }
        }

        Assert.InRange(reached, 30, 1000);
    }

    [Fact]
    public async Task A_success_survives_a_power_cut()
    {
        var disk = Disk();

        Assert.Equal(ExitCode.Ok, (await Sample.RunAsync(disk, Sample.Options(Sample.Folder))).Code);

        Assert.All(disk.AfterPowerCut(Sample.Db), content => Assert.True(content.AsSpan().SequenceEqual(New)));
    }

    /// <remarks>A rewrite without the flush would be found: by this test, and so by the one before.</remarks>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Each_of_the_two_flushes_is_needed_for_that(int which)
    {
        var disk = Disk();

        await Sample.RunAsync(new FaultyCalls(disk, which, CallFault.LeftOut, name => name == "fsync"), Sample.Options(Sample.Folder));

        Assert.Contains(disk.AfterPowerCut(Sample.Db), content => !content.AsSpan().SequenceEqual(New));
    }

    [Fact]
    public async Task A_folder_that_cant_be_flushed_is_told_as_unknown_and_the_old_file_is_kept_valid()
    {
        var disk = Disk();
        disk.Link(Sample.Db, "/data/witness");
        var calls = new FaultyCalls(disk, 1, CallFault.InputOutput, name => name == "fsync");

        var outcome = await Sample.RunAsync(calls, Sample.Options(Sample.Folder));

        Assert.Equal(ExitCode.Unknown, outcome.Code);
        Assert.Contains("could not be flushed", outcome.Text, StringComparison.Ordinal);
        Assert.True(disk.Content(Sample.Db).AsSpan().SequenceEqual(New));
        Assert.True(disk.Content("/data/witness").AsSpan().SequenceEqual(Sample.Old));
    }

    [Fact]
    public async Task A_new_file_that_differs_is_thrown_away()
    {
        var disk = Disk();
        disk.Lies = true;

        var outcome = await Sample.RunAsync(disk, Sample.Options(Sample.Folder));

        Assert.Equal(ExitCode.Failed, outcome.Code);
        Assert.Contains("thrown away", outcome.Text, StringComparison.Ordinal);
        Assert.True(disk.Content(Sample.Db).AsSpan().SequenceEqual(Sample.Old));
        Assert.Equal([Sample.Db], disk.Paths);
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(1_000_000)]
    public async Task A_full_disk_is_told_before_anything_is_written(long room)
    {
        var disk = Disk();
        disk.Room = room;

        var outcome = await Sample.RunAsync(disk, Sample.Options(Sample.Folder));

        Assert.Equal(ExitCode.Refused, outcome.Code);
        Assert.Contains("no room", outcome.Text, StringComparison.Ordinal);
        Assert.Equal([Sample.Db], disk.Paths);
        Assert.True(disk.Content(Sample.Db).AsSpan().SequenceEqual(Sample.Old));
    }

    private static void AssertOldOrNew(ModelDisk disk, string where)
    {
        Assert.True(IsWhole(disk.Content(Sample.Db)), $"{where}: a process sees neither");
        Assert.All(disk.AfterPowerCut(Sample.Db), content => Assert.True(IsWhole(content), $"{where}: a power cut leaves neither"));
    }

    private static bool IsWhole(byte[]? content) => content is not null && (content.AsSpan().SequenceEqual(Sample.Old) || content.AsSpan().SequenceEqual(New));

    private static async Task<(ExitCode? Code, string Text)> TryAsync(FaultyCalls calls)
    {
        try
        {
            var outcome = await Sample.RunAsync(calls, Sample.Options(Sample.Folder));
            return (outcome.Code, outcome.Text);
        }
        catch (StorageException e)
        {
            return (ExitCode.Usage, e.Message);
        }
        catch (Exception e) when (e is KilledException || e.InnerException is KilledException)
        {
            return (null, "killed");
        }
    }

    private static ModelDisk Disk()
    {
        var disk = new ModelDisk();
        disk.Add(Sample.Db, Sample.Old, mode: 0x1a0, user: 105, group: 111);
        disk.SetAttributeOf(Sample.Db, "security.selinux", [1, 2, 3]);
        return disk;
    }

    private static byte[] Rewritten()
    {
        var disk = Disk();
        var before = disk.Describe(Sample.Db);
        var outcome = Sample.RunAsync(disk, Sample.Options(Sample.Folder)).GetAwaiter().GetResult();
        Assert.True(outcome.Code == ExitCode.Ok, outcome.Text);
        Assert.Equal(before, disk.Describe(Sample.Db));
        return disk.Content(Sample.Db)!;
    }
}
