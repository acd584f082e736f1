using System.Diagnostics;
using System.Globalization;
using EtcdDefrag.Etcd.Net;

namespace EtcdDefrag.Etcd.Tests;

/// <summary>A big cluster's connections find room in the table of open files, instead of waiting for it to grow in the middle of dialling.</summary>
public class DescriptorRoom
{
    [Fact]
    public void Is_made_at_once_and_left_empty()
    {
        var before = TableSize();

        DescriptorTable.Reserve(before)!.Join(); // two places for each: more than there is

        Assert.True(TableSize() > before * 2);
        Assert.All(Taken(), number => Assert.True(number < before * 2));
    }

    [Fact]
    public void Comes_with_the_limit_lifted_to_what_is_allowed()
    {
        var wanted = TableSize() + 512; // more than the tests beside have open
        using (var prlimit = Process.Start("prlimit", ["--pid", Environment.ProcessId.ToString(CultureInfo.InvariantCulture), $"--nofile={wanted}:"]))
        {
            prlimit.WaitForExit();
        }

        Assert.Equal(wanted, Limit().Current);

        DescriptorTable.Reserve(wanted)!.Join();

        Assert.Equal(Limit().Most, Limit().Current);
    }

    [Fact]
    public void Is_not_made_for_a_usual_cluster() => Assert.Null(DescriptorTable.Reserve(7));

    private static (int Current, int Most) Limit()
    {
        var words = File.ReadLines("/proc/self/limits").First(line => line.StartsWith("Max open files", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return (int.Parse(words[3], CultureInfo.InvariantCulture), int.Parse(words[4], CultureInfo.InvariantCulture));
    }

    /// <remarks>Source: proc_pid_status(5), FDSize.</remarks>
    private static int TableSize() =>
        int.Parse(File.ReadLines("/proc/self/status").First(line => line.StartsWith("FDSize:", StringComparison.Ordinal)).Split(':')[1], CultureInfo.InvariantCulture);

    private static IEnumerable<int> Taken() => new DirectoryInfo("/proc/self/fd").EnumerateFileSystemInfos().Select(file => int.Parse(file.Name, CultureInfo.InvariantCulture));
}
