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
    public void Is_not_made_for_a_usual_cluster() => Assert.Null(DescriptorTable.Reserve(7));

    /// <remarks>Source: proc_pid_status(5), FDSize.</remarks>
    private static int TableSize() =>
        int.Parse(File.ReadLines("/proc/self/status").First(line => line.StartsWith("FDSize:", StringComparison.Ordinal)).Split(':')[1], CultureInfo.InvariantCulture);

    private static IEnumerable<int> Taken() => new DirectoryInfo("/proc/self/fd").EnumerateFileSystemInfos().Select(file => int.Parse(file.Name, CultureInfo.InvariantCulture));
}
